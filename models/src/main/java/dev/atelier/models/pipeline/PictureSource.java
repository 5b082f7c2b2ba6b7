package dev.atelier.models.pipeline;

import java.awt.image.BufferedImage;

/** Has the pictures that requests begin with. */
public interface PictureSource {
  /**
   * Reads a picture. Blocks on the disk.
   *
   * @throws InvalidRequestException when it is no longer there
   */
  BufferedImage read(InputPicture picture);

  /** For requests that begin with noise only. */
  static PictureSource none() {
    return picture -> {
      throw new InvalidRequestException("start", "There is no picture “" + picture.id() + "”.");
    };
  }
}
