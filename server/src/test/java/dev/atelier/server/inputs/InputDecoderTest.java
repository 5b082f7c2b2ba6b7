package dev.atelier.server.inputs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.zip.CRC32;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InputDecoderTest {
  private static void assertRefused(byte[] file, String words) {
    var refused = assertThrows(UnusableInputException.class, () -> InputDecoder.decode(file));
    assertTrue(refused.getMessage().contains(words), refused.getMessage());
  }

  /** Where the green corner of the upright picture is in the file, by Exif's orientation. */
  @ParameterizedTest
  @CsvSource({
    "1, 0, 0, 64, 32", "2, 1, 0, 64, 32", "3, 1, 1, 64, 32", "4, 0, 1, 64, 32",
    "5, 0, 0, 32, 64", "6, 1, 0, 32, 64", "7, 1, 1, 32, 64", "8, 0, 1, 32, 64"
  })
  void aPhotographIsTurnedUpright(int orientation, int right, int below, int width, int height) {
    BufferedImage upright = InputDecoder.decode(Photos.photo(Photos.picture(64, 32), orientation));
    assertEquals(width, upright.getWidth());
    assertEquals(height, upright.getHeight());
    int corner = upright.getRGB(right == 0 ? 3 : width - 4, below == 0 ? 3 : height - 4);
    assertTrue((corner >> 8 & 0xFF) > 200, "green, not " + Integer.toHexString(corner));
  }

  @Test
  void transparencyIsKeptWhereThereIsAny() {
    var clear = new BufferedImage(16, 16, BufferedImage.TYPE_INT_ARGB);
    assertEquals(
        BufferedImage.TYPE_INT_ARGB, InputDecoder.decode(Photos.file(clear, "png")).getType());
    for (int i = 0; i < 256; i++) {
      clear.setRGB(i % 16, i / 16, 0xFF123456);
    }
    BufferedImage opaque = InputDecoder.decode(Photos.file(clear, "png"));
    assertEquals(BufferedImage.TYPE_INT_RGB, opaque.getType());
    assertEquals(0xFF123456, opaque.getRGB(3, 3));
  }

  /** A header of some bytes that would take gigabytes of memory. */
  @ParameterizedTest
  @CsvSource({"60000, 60000", "8193, 16", "8000, 4000"})
  void aPictureThatIsTooLargeIsNotDecoded(int width, int height) {
    byte[] png = Photos.file(Photos.picture(16, 16), "png");
    ByteBuffer header = ByteBuffer.wrap(png);
    header.putInt(16, width).putInt(20, height);
    var crc = new CRC32();
    crc.update(png, 12, 17);
    header.putInt(29, (int) crc.getValue());
    assertRefused(png, "make it smaller");
  }

  @Test
  void aPictureThatIsTooSmallIsRefused() {
    assertRefused(Photos.file(Photos.picture(4, 64), "png"), "needs 8 a side");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "hello", "GIF89a", "<svg xmlns='http://www.w3.org/2000/svg'/>"})
  void whatIsNoPngOrJpegIsRefused(String content) {
    assertRefused(content.getBytes(java.nio.charset.StandardCharsets.UTF_8), "PNG or JPEG");
  }

  @Test
  void aGifIsRefused() {
    assertRefused(Photos.file(Photos.picture(16, 16), "gif"), "PNG or JPEG");
  }

  @Property(tries = 500)
  void aDamagedFileIsDecodedOrRefused(@ForAll long seed, @ForAll boolean jpeg) {
    var random = new Random(seed);
    byte[] file =
        jpeg ? Photos.photo(Photos.picture(24, 16), 6) : Photos.file(Photos.picture(24, 16), "png");
    for (int i = random.nextInt(1, 8); i > 0; i--) {
      file[random.nextInt(file.length)] = (byte) random.nextInt();
    }
    try {
      InputDecoder.decode(file);
    } catch (UnusableInputException e) {
      assertTrue(e.getMessage().endsWith("."));
    }
  }
}
