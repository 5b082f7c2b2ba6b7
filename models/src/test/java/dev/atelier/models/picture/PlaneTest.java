package dev.atelier.models.picture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PlaneTest {
  private static final float EXACT = 1e-5f;

  @Property(tries = 100)
  void onlyTheSizeOfAPlainPlaneChanges(
      @ForAll @IntRange(min = 1, max = 70) int width,
      @ForAll @IntRange(min = 1, max = 70) int toWidth,
      @ForAll @IntRange(min = 1, max = 70) int toHeight) {
    Plane resized = Lanczos.resize(Plane.of(width, 13, i -> 0.7f), toWidth, toHeight);
    assertEquals(toWidth, resized.width());
    assertEquals(toHeight, resized.height());
    for (float value : resized.values()) {
      assertEquals(0.7f, value, EXACT);
    }
  }

  @Test
  void aRampStaysARampWhenItGetsLarger() {
    Plane ramp = Plane.of(64, 8, i -> (i % 64 + 0.5f) / 64);
    Plane larger = Lanczos.resize(ramp, 128, 8);
    for (int x = 16; x < 112; x++) {
      assertEquals((x + 0.5f) / 128, larger.near(x, 4), 2e-3f);
    }
  }

  /** The standard deviation of what becomes of one pixel is the blur's. */
  @Property(tries = 50)
  void aBlurIsAsWideAsItSays(@ForAll @DoubleRange(min = 0.6, max = 30) double sigma) {
    int size = 301;
    Plane point = Plane.of(size, size, i -> i == size * size / 2 ? 1 : 0);
    Plane blurred = GaussianBlur.blur(point, sigma);
    double sum = 0;
    double square = 0;
    for (int i = 0; i < size * size; i++) {
      int x = i % size - size / 2;
      sum += blurred.at(i);
      square += (double) x * x * blurred.at(i);
    }
    assertEquals(1, sum, 2e-3);
    assertEquals(sigma, Math.sqrt(square / sum), 0.02 * sigma);
  }

  @Test
  void aLatentPixelIsMaskedWhenMostOfItsPixelsAre() {
    Plane mask = Plane.of(16, 8, i -> i % 16 < 5 || i % 16 > 12 ? 1 : 0);
    assertArrayEquals(new float[] {1, 0}, mask.majority(8));
  }

  @Test
  void theRegionOfAMaskHasRoomAroundItAndTheRequestsShape() {
    Plane mask = Plane.of(100, 60, i -> i / 100 == 20 && i % 100 >= 90 ? 1 : 0);
    Region region = Region.around(mask, 8).orElseThrow();
    assertEquals(new Region(82, 12, 18, 17), region);
    assertEquals(new Region(82, 12, 18, 18), region.shapedLike(64, 64, mask));
    assertEquals(new Region(64, 12, 36, 18), new Region(82, 12, 18, 18).shapedLike(2, 1, mask));
    assertEquals(new Region(0, 0, 60, 60), new Region(0, 0, 4, 60).shapedLike(64, 64, mask));
    assertEquals(Optional.empty(), Region.around(Plane.of(9, 9, i -> 0), 8));
  }
}
