package dev.atelier.models.pipeline;

import java.util.Objects;

/**
 * A picture that a request begins with, by the name under which its {@link PictureSource} has it.
 *
 * @param id its name
 * @param width pixels
 * @param height pixels
 */
public record InputPicture(String id, int width, int height) {
  public InputPicture {
    Objects.requireNonNull(id, "id");
  }
}
