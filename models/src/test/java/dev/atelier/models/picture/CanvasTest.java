package dev.atelier.models.picture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CanvasTest {
  private static final int GREEN = 0xFF00FF00;

  /** Red above, blue below. */
  private static BufferedImage picture(int width, int height) {
    return painted(width, height, Color.RED, Color.BLUE, 0, height / 2, width, height);
  }

  private static BufferedImage painted(
      int width, int height, Color ground, Color ink, int left, int top, int right, int bottom) {
    var picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = picture.createGraphics();
    graphics.setColor(ground);
    graphics.fillRect(0, 0, width, height);
    graphics.setColor(ink);
    graphics.fillRect(left, top, right - left, bottom - top);
    graphics.dispose();
    return picture;
  }

  private static BufferedImage mask(int width, int height, int left, int top, int side) {
    return painted(width, height, Color.BLACK, Color.WHITE, left, top, left + side, top + side);
  }

  private static BufferedImage green(int width, int height) {
    return painted(width, height, Color.GREEN, Color.GREEN, 0, 0, 1, 1);
  }

  private static MaskOptions options(MaskContent content, boolean onlyMasked) {
    return new MaskOptions(false, 2, content, onlyMasked, 8);
  }

  @ParameterizedTest
  @CsvSource({
    // two rows of a 64 x 128 picture at 64 x 64: the middle row, and the first
    "JUST_RESIZE, 0xFFFF0000, 0xFF0000FF",
    "CROP_AND_RESIZE, 0xFFFF0000, 0xFF0000FF",
    "RESIZE_AND_FILL, 0xFFFF0000, 0xFF0000FF"
  })
  void aPictureGetsTheRequestsSize(ResizeMode mode, String top, String bottom) {
    BufferedImage made = Canvas.of(picture(64, 128), mode, 64, 64).picture();
    assertEquals(64, made.getWidth());
    assertEquals(64, made.getHeight());
    assertEquals(Long.decode(top).intValue(), made.getRGB(32, 2));
    assertEquals(Long.decode(bottom).intValue(), made.getRGB(32, 61));
    assertEquals(Long.decode(top).intValue(), made.getRGB(0, 2));
  }

  @Test
  void croppingCutsBothEndsAndFillingStretchesTheBorders() {
    // a black frame of 8 pixels around white, twice as wide as high
    BufferedImage framed = painted(128, 64, Color.BLACK, Color.WHITE, 8, 8, 120, 56);
    BufferedImage cropped = ResizeMode.CROP_AND_RESIZE.resize(framed, 64, 64);
    assertEquals(0xFFFFFFFF, cropped.getRGB(1, 32), "the frame's sides are cut off");
    assertDark(cropped.getRGB(32, 1));
    BufferedImage filled = ResizeMode.RESIZE_AND_FILL.resize(framed, 64, 64);
    assertDark(filled.getRGB(32, 2));
    assertDark(filled.getRGB(1, 32));
    assertEquals(0xFFFFFFFF, filled.getRGB(32, 32));
  }

  /** Lanczos' filter rings a little at edges. */
  private static void assertDark(int rgb) {
    assertTrue((rgb & 0xFF) < 8, Integer.toHexString(rgb));
  }

  @Test
  void whatIsTransparentLiesOnWhite() {
    var clear = new BufferedImage(16, 16, BufferedImage.TYPE_INT_ARGB);
    assertEquals(
        0xFFFFFFFF, Canvas.of(clear, ResizeMode.JUST_RESIZE, 16, 16).picture().getRGB(3, 3));
  }

  @ParameterizedTest
  @EnumSource(MaskContent.class)
  void whatIsNotMaskedStaysToTheByte(MaskContent content) {
    BufferedImage picture = picture(64, 64);
    Canvas canvas =
        Canvas.masked(
                picture,
                mask(64, 64, 16, 16, 16),
                options(content, false),
                ResizeMode.JUST_RESIZE,
                64,
                64)
            .orElseThrow();
    BufferedImage result = canvas.finish(green(64, 64));
    assertEquals(GREEN, result.getRGB(24, 24));
    for (int i = 0; i < 64; i++) {
      assertEquals(picture.getRGB(i, 50), result.getRGB(i, 50));
      assertEquals(picture.getRGB(50, i), result.getRGB(50, i));
    }
  }

  @Test
  void onlyTheMaskedRegionIsMadeAndPutBack() {
    BufferedImage picture = picture(200, 120);
    Canvas canvas =
        Canvas.masked(
                picture,
                mask(200, 120, 150, 80, 20),
                options(MaskContent.ORIGINAL, true),
                ResizeMode.JUST_RESIZE,
                64,
                64)
            .orElseThrow();
    assertEquals(64, canvas.picture().getWidth());
    assertEquals(0xFF0000FF, canvas.picture().getRGB(32, 32), "what is around the mask");
    BufferedImage result = canvas.finish(green(64, 64));
    assertEquals(200, result.getWidth());
    assertEquals(120, result.getHeight());
    assertEquals(GREEN, result.getRGB(160, 90));
    assertEquals(picture.getRGB(120, 90), result.getRGB(120, 90));
    assertEquals(picture.getRGB(160, 20), result.getRGB(160, 20));
  }

  @Test
  void fillTakesTheColoursAround() {
    BufferedImage picture = painted(64, 64, Color.RED, Color.GREEN, 24, 24, 40, 40);
    Canvas canvas =
        Canvas.masked(
                picture,
                mask(64, 64, 22, 22, 20),
                options(MaskContent.FILL, false),
                ResizeMode.JUST_RESIZE,
                64,
                64)
            .orElseThrow();
    var middle = new Color(canvas.picture().getRGB(32, 32));
    assertTrue(middle.getRed() > 200 && middle.getGreen() < 40, middle::toString);
  }

  @Test
  void anInvertedMaskKeepsWhatIsPainted() {
    var options = new MaskOptions(true, 0, MaskContent.ORIGINAL, false, 0);
    BufferedImage picture = picture(64, 64);
    Canvas canvas =
        Canvas.masked(picture, mask(64, 64, 16, 16, 16), options, ResizeMode.JUST_RESIZE, 64, 64)
            .orElseThrow();
    BufferedImage result = canvas.finish(green(64, 64));
    assertEquals(picture.getRGB(24, 24), result.getRGB(24, 24));
    assertEquals(GREEN, result.getRGB(50, 50));
  }

  /** As pages draw it: whatever is painted, on nothing. */
  @Test
  void aMaskMayBeDrawnOnTransparentGround() {
    var drawn = new BufferedImage(64, 64, BufferedImage.TYPE_INT_ARGB);
    drawn.setRGB(0, 0, 0xFF000000);
    for (int i = 0; i < 400; i++) {
      drawn.setRGB(16 + i % 20, 16 + i / 20, 0xFF000000);
    }
    Canvas canvas =
        Canvas.masked(
                picture(64, 64),
                drawn,
                options(MaskContent.ORIGINAL, false),
                ResizeMode.JUST_RESIZE,
                64,
                64)
            .orElseThrow();
    BufferedImage result = canvas.finish(green(64, 64));
    assertEquals(GREEN, result.getRGB(26, 26));
    assertNotEquals(GREEN, result.getRGB(50, 50));
  }

  @Test
  void anEmptyMaskIsNoMask() {
    assertTrue(
        Canvas.masked(
                picture(64, 64),
                mask(64, 64, 0, 0, 0),
                options(MaskContent.ORIGINAL, true),
                ResizeMode.JUST_RESIZE,
                64,
                64)
            .isEmpty());
  }
}
