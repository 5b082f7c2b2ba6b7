package dev.atelier.server.inputs;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import javax.imageio.ImageIO;

/** Picture files for tests. */
public final class Photos {
  private Photos() {}

  /** Left half red, right half blue; its upper left corner is green. */
  public static BufferedImage picture(int width, int height) {
    var picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        picture.setRGB(x, y, x < width / 2 ? 0xFF0000 : 0x0000FF);
        if (x < width / 4 && y < height / 4) {
          picture.setRGB(x, y, 0x00FF00);
        }
      }
    }
    return picture;
  }

  /** White in the middle of black. */
  public static BufferedImage mask(int width, int height) {
    var mask = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = height / 4; y < height * 3 / 4; y++) {
      for (int x = width / 4; x < width * 3 / 4; x++) {
        mask.setRGB(x, y, 0xFFFFFF);
      }
    }
    return mask;
  }

  /** A file of that format. */
  public static byte[] file(BufferedImage picture, String format) {
    var bytes = new ByteArrayOutputStream();
    try {
      if (!ImageIO.write(picture, format, bytes)) {
        throw new IllegalArgumentException("no " + format);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** A JPEG with the Exif data of a camera that was held that way, 1 to 8. */
  static byte[] photo(BufferedImage picture, int orientation) {
    byte[] jpeg = file(picture, "jpeg");
    ByteBuffer exif = ByteBuffer.allocate(36);
    exif.putShort((short) 0xFFE1).putShort((short) 34).put(new byte[] {'E', 'x', 'i', 'f', 0, 0});
    // TIFF, big endian, one directory of one entry: orientation, one short
    exif.put(new byte[] {'M', 'M', 0, 42}).putInt(8).putShort((short) 1);
    exif.putShort((short) 0x0112).putShort((short) 3).putInt(1);
    exif.putShort((short) orientation).putShort((short) 0).putInt(0);
    return ByteBuffer.allocate(jpeg.length + exif.capacity())
        .put(jpeg, 0, 2)
        .put(exif.array())
        .put(jpeg, 2, jpeg.length - 2)
        .array();
  }
}
