package dev.atelier.plugins.api;

import java.awt.image.BufferedImage;
import java.util.Optional;

/**
 * Makes a control map from a picture: its edges, its depths, the pose of who is in it. Runs on a
 * thread of the plugin's own, like every callback, and must not use the engine, which belongs to
 * the thread that makes pictures. Calls for different pictures may come at the same time.
 *
 * @since 1.2
 */
public interface Annotator {
  /** Its name in the HTTP API, after the plugin's id: small letters, digits and hyphens. */
  String id();

  /** What users read, one or two words. */
  String title();

  /**
   * File of the JSON schema of its parameters below {@code panel/} in the jar, as {@link
   * Panel#schema} has it; the default has none.
   */
  default Optional<String> schema() {
    return Optional.empty();
  }

  /**
   * Makes the control map.
   *
   * @param picture 8 bits a channel, RGB; may be drawn on and given back
   * @param parameters checked against the schema, with its defaults filled in
   * @return a map of the same size
   * @throws dev.atelier.models.pipeline.InvalidRequestException when the picture or the parameters
   *     do not do: the request fails with its message, and the plugin stays
   */
  BufferedImage annotate(BufferedImage picture, Parameters parameters);
}
