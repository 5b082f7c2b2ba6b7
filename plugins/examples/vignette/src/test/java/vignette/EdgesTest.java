package vignette;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.atelier.plugins.api.Parameters;
import java.awt.image.BufferedImage;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EdgesTest {
  /** Black on the left, white from the middle on. */
  private static BufferedImage halves() {
    BufferedImage picture = new BufferedImage(16, 8, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 8; y++) {
      for (int x = 8; x < 16; x++) {
        picture.setRGB(x, y, 0xFFFFFF);
      }
    }
    return picture;
  }

  private static int whites(BufferedImage map, int x) {
    int whites = 0;
    for (int y = 0; y < map.getHeight(); y++) {
      whites += map.getRGB(x, y) & 1;
    }
    return whites;
  }

  @Test
  void onlyTheBorderBetweenTheHalvesIsWhite() {
    BufferedImage map = new Edges().annotate(halves(), new Parameters(Map.of("threshold", 0.5)));
    assertEquals(6, whites(map, 7));
    assertEquals(6, whites(map, 8));
    assertEquals(0, whites(map, 4));
    assertEquals(0, whites(map, 12));
  }

  @Test
  void nothingPassesTheHighestThreshold() {
    BufferedImage map = new Edges().annotate(halves(), new Parameters(Map.of("threshold", 1)));
    assertEquals(0, whites(map, 8));
  }
}
