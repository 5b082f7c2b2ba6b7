package dev.atelier.server.inputs;

import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/**
 * Reads a picture that somebody sent. Its format is told by its content, its size is looked at
 * before any pixel is decoded, and a photograph is turned upright. Blocks on the processor.
 */
public final class InputDecoder {
  /** Bytes of a file. */
  public static final int MAX_BYTES = 32 << 20;

  /** Pixels: those of a 24 megapixel camera, 100 MB decoded. */
  static final int MAX_PIXELS = 25_000_000;

  private static final int MIN_SIDE = 8;
  private static final int MAX_SIDE = 8192;
  private static final Set<String> FORMATS = Set.of("png", "jpeg");

  private InputDecoder() {}

  /**
   * Decodes a PNG or JPEG file.
   *
   * @return TYPE_INT_ARGB when a part of it is transparent, else TYPE_INT_RGB
   * @throws UnusableInputException saying what to do
   */
  public static BufferedImage decode(byte[] file) {
    try (ImageInputStream stream = ImageIO.createImageInputStream(new ByteArrayInputStream(file))) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
      if (!readers.hasNext()) {
        throw unreadable();
      }
      ImageReader reader = readers.next();
      try {
        return decode(reader, stream, file);
      } finally {
        reader.dispose();
      }
    } catch (IOException | RuntimeException e) {
      // Readers throw all kinds of exceptions at damaged files.
      throw e instanceof UnusableInputException known ? known : unreadable();
    }
  }

  private static BufferedImage decode(ImageReader reader, ImageInputStream stream, byte[] file)
      throws IOException {
    if (!FORMATS.contains(reader.getFormatName().toLowerCase(java.util.Locale.ROOT))) {
      throw unreadable();
    }
    // Without its texts: one of them may be a bomb.
    reader.setInput(stream, true, true);
    check(reader.getWidth(0), reader.getHeight(0));
    return upright(reader.read(0), ExifOrientation.of(file));
  }

  private static void check(int width, int height) {
    if (width < MIN_SIDE || height < MIN_SIDE) {
      throw new UnusableInputException(
          "The picture has %d × %d pixels; it needs %d a side at least."
              .formatted(width, height, MIN_SIDE));
    }
    if (width > MAX_SIDE || height > MAX_SIDE || (long) width * height > MAX_PIXELS) {
      throw new UnusableInputException(
          "The picture has %d × %d pixels; make it smaller, to %d a side and %d megapixels at most."
              .formatted(width, height, MAX_SIDE, MAX_PIXELS / 1_000_000));
    }
  }

  private static UnusableInputException unreadable() {
    return new UnusableInputException("The picture cannot be read; save it as PNG or JPEG.");
  }

  private static BufferedImage upright(BufferedImage picture, ExifOrientation orientation) {
    int width = picture.getWidth();
    int height = picture.getHeight();
    boolean turned = orientation.turned();
    var copy =
        new BufferedImage(
            turned ? height : width,
            turned ? width : height,
            transparent(picture) ? BufferedImage.TYPE_INT_ARGB : BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = copy.createGraphics();
    AffineTransform transform = orientation.transform(width, height);
    graphics.drawImage(picture, transform, null);
    graphics.dispose();
    return copy;
  }

  private static boolean transparent(BufferedImage picture) {
    if (!picture.getColorModel().hasAlpha()) {
      return false;
    }
    int[] row = new int[picture.getWidth()];
    for (int y = 0; y < picture.getHeight(); y++) {
      picture.getRGB(0, y, row.length, 1, row, 0, row.length);
      for (int pixel : row) {
        if (pixel >>> 24 != 0xFF) {
          return true;
        }
      }
    }
    return false;
  }
}
