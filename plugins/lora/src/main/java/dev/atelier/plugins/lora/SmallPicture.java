package dev.atelier.plugins.lora;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** Pictures from anywhere, as large as a card shows them. */
final class SmallPicture {
  /** Twice what a card shows, for dense screens. */
  private static final int SIDE = 320;

  private static final int MAX_SIDE = 20_000;

  private SmallPicture() {}

  /** A PNG's or JPEG's square middle; empty when it is neither, or damaged. Needs little memory. */
  static Optional<BufferedImage> read(InputStream bytes) {
    try (ImageInputStream in = new MemoryCacheImageInputStream(bytes)) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        return Optional.empty();
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(in, true, true);
        int width = reader.getWidth(0);
        int height = reader.getHeight(0);
        if (Math.max(width, height) > MAX_SIDE) {
          return Optional.empty();
        }
        ImageReadParam every = reader.getDefaultReadParam();
        int step = Math.max(1, Math.min(width, height) / (2 * SIDE));
        every.setSourceSubsampling(step, step, 0, 0);
        return Optional.of(square(reader.read(0, every)));
      } finally {
        reader.dispose();
      }
    } catch (IOException | RuntimeException e) {
      // ImageIO's readers throw all sorts of things at damaged files.
      return Optional.empty();
    }
  }

  private static BufferedImage square(BufferedImage picture) {
    int side = Math.min(picture.getWidth(), picture.getHeight());
    int left = (picture.getWidth() - side) / 2;
    // Heads are in the upper half.
    int top = (picture.getHeight() - side) / 4;
    int small = Math.min(side, SIDE);
    BufferedImage square = new BufferedImage(small, small, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = square.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
    graphics.drawImage(picture, 0, 0, small, small, left, top, left + side, top + side, null);
    graphics.dispose();
    return square;
  }

  static byte[] jpeg(BufferedImage picture) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(picture, "jpeg", out);
    return out.toByteArray();
  }
}
