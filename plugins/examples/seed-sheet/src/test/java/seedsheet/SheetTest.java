package seedsheet;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.awt.image.BufferedImage;
import org.junit.jupiter.api.Test;

class SheetTest {
  private static final int BLACK = 0xFF000000;
  private static final int WHITE = 0xFFFFFFFF;

  @Test
  void sevenPicturesAreThreeRowsOfThreePlaces() {
    Sheet sheet = new Sheet(7, 32);
    for (int i = 0; i < 7; i++) {
      sheet.put(i, new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB), "seed " + i);
    }
    BufferedImage picture = sheet.picture();
    assertEquals(8 + 3 * 40, picture.getWidth());
    for (int i = 0; i < 9; i++) {
      int middle = picture.getRGB(sheet.x(i) + 16, sheet.y(i) + 16);
      assertEquals(i < 7 ? BLACK : WHITE, middle, "place " + i);
    }
    assertEquals(WHITE, picture.getRGB(sheet.x(1) - 4, sheet.y(1) + 16), "between two");
  }
}
