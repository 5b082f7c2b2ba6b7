package dev.atelier.server.inputs;

import java.awt.geom.AffineTransform;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.plugins.tiff.TIFFDirectory;
import javax.imageio.plugins.tiff.TIFFField;
import javax.imageio.stream.ImageInputStream;

/** How a camera was held: Exif's tag 0x0112, 1 to 8. */
record ExifOrientation(int value) {
  private static final int TAG = 0x0112;
  private static final short SOI = (short) 0xFFD8;
  private static final short APP1 = (short) 0xFFE1;
  private static final short SOS = (short) 0xFFDA;
  private static final byte[] EXIF = {'E', 'x', 'i', 'f', 0, 0};
  private static final ExifOrientation UPRIGHT = new ExifOrientation(1);

  /** That of a JPEG file; upright for any other and where none can be read. */
  static ExifOrientation of(byte[] file) {
    try {
      Optional<byte[]> exif = exif(ByteBuffer.wrap(file));
      return exif.isPresent() ? inTiff(exif.get()) : UPRIGHT;
    } catch (IOException | RuntimeException e) {
      return UPRIGHT; // A camera's notes may be damaged where the picture is not.
    }
  }

  /**
   * The Exif segment among those before the pixels. ImageIO's own metadata are not asked: they
   * refuse files whose Exif stands before the JFIF segment.
   */
  private static Optional<byte[]> exif(ByteBuffer jpeg) {
    if (jpeg.remaining() < 2 || jpeg.getShort() != SOI) {
      return Optional.empty();
    }
    while (jpeg.remaining() > 4) {
      int marker = jpeg.getShort();
      byte[] segment =
          new byte[Math.min(Short.toUnsignedInt(jpeg.getShort()) - 2, jpeg.remaining())];
      jpeg.get(segment);
      if (marker == APP1 && Arrays.equals(Arrays.copyOf(segment, EXIF.length), EXIF)) {
        return Optional.of(Arrays.copyOfRange(segment, EXIF.length, segment.length));
      }
      if (marker == SOS) {
        break;
      }
    }
    return Optional.empty();
  }

  /** Exif is a TIFF file without a picture. */
  private static ExifOrientation inTiff(byte[] exif) throws IOException {
    ImageReader reader = ImageIO.getImageReadersByFormatName("tiff").next();
    try (ImageInputStream stream = ImageIO.createImageInputStream(new ByteArrayInputStream(exif))) {
      reader.setInput(stream, true, false);
      TIFFDirectory directory = TIFFDirectory.createFromMetadata(reader.getImageMetadata(0));
      TIFFField field = directory.getTIFFField(TAG);
      int value = field == null ? 1 : field.getAsInt(0);
      return value >= 1 && value <= 8 ? new ExifOrientation(value) : UPRIGHT;
    } finally {
      reader.dispose();
    }
  }

  /** Whether width and height change places. */
  boolean turned() {
    return value >= 5;
  }

  /** What brings a picture of that size upright. */
  AffineTransform transform(int width, int height) {
    return switch (value) {
      case 2 -> new AffineTransform(-1, 0, 0, 1, width, 0);
      case 3 -> new AffineTransform(-1, 0, 0, -1, width, height);
      case 4 -> new AffineTransform(1, 0, 0, -1, 0, height);
      case 5 -> new AffineTransform(0, 1, 1, 0, 0, 0);
      case 6 -> new AffineTransform(0, 1, -1, 0, height, 0);
      case 7 -> new AffineTransform(0, -1, -1, 0, height, width);
      case 8 -> new AffineTransform(0, -1, 1, 0, 0, width);
      default -> new AffineTransform();
    };
  }
}
