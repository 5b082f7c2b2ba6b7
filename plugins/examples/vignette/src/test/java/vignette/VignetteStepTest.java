package vignette;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.models.pipeline.ImageRequest;
import dev.atelier.plugins.api.Parameters;
import dev.atelier.plugins.api.PictureOrder;
import java.awt.image.BufferedImage;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class VignetteStepTest {
  private static final ImageRequest REQUEST = ImageRequest.builder("m").setPrompt("a fox").build();

  private static BufferedImage white() {
    BufferedImage picture = new BufferedImage(64, 48, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 48; y++) {
      for (int x = 0; x < 64; x++) {
        picture.setRGB(x, y, 0xFFFFFF);
      }
    }
    return picture;
  }

  @Test
  void cornersAreDarkAndTheMiddleStays() {
    Parameters full = new Parameters(Map.of("strength", 1, "radius", 0.5));
    var part = new VignetteStep().open(new PictureOrder(REQUEST, Optional.of(full))).orElseThrow();
    BufferedImage picture = part.finish(white(), 0);
    assertEquals(0xFFFFFF, picture.getRGB(32, 24) & 0xFFFFFF);
    assertTrue((picture.getRGB(0, 0) & 0xFF) < 16);
  }

  @Test
  void aPictureThatDoesNotAskForItIsLeftAlone() {
    assertTrue(new VignetteStep().open(new PictureOrder(REQUEST, Optional.empty())).isEmpty());
  }
}
