package dev.atelier.server.plugins;

import dev.atelier.models.pipeline.InvalidRequestException;
import dev.atelier.plugins.api.Annotator;
import dev.atelier.plugins.api.Parameters;
import java.awt.image.BufferedImage;
import java.util.Map;
import java.util.Optional;

/** A plugin's annotator as the studio calls it. Thread-safe. */
public final class LiveAnnotator {
  private final Annotator annotator;
  private final Callbacks callbacks;
  private final String id;
  private final String title;
  private final ParameterSchema schema;

  /** A map, or what the user has to change first: no fault of the plugin's. */
  private record Drawn(BufferedImage map, Optional<InvalidRequestException> refusal) {}

  /**
   * Asks an annotator what it is.
   *
   * @throws PluginFault when it throws, blocks or says what cannot be used
   */
  LiveAnnotator(Annotator annotator, String plugin, PanelFiles files, Callbacks callbacks) {
    Named named =
        Named.ask(
            callbacks,
            "annotator",
            () -> new Named(annotator.id(), annotator.title(), annotator.schema()));
    this.annotator = annotator;
    this.callbacks = callbacks;
    id = plugin + "." + named.id();
    title = named.title();
    schema = named.schema(plugin, files);
  }

  /** The plugin's id, a dot and the annotator's own. */
  public String id() {
    return id;
  }

  /** What users read. */
  public String title() {
    return title;
  }

  /** The schema of its parameters. */
  public ParameterSchema schema() {
    return schema;
  }

  /**
   * Makes a control map.
   *
   * @param picture left as it is
   * @param values the parameters that differ from their defaults
   * @return a map of the same size, TYPE_INT_RGB
   * @throws InvalidRequestException when a value is not what it may be, or the annotator says what
   *     is wrong
   * @throws PluginFault when it throws or blocks, or its map has another size
   */
  BufferedImage annotate(BufferedImage picture, Map<String, Object> values) {
    Parameters parameters = parameters(values);
    Drawn drawn = callbacks.call("annotate a picture", () -> drawn(picture, parameters));
    if (drawn.refusal().isPresent()) {
      throw drawn.refusal().get();
    }
    return drawn.map();
  }

  private Parameters parameters(Map<String, Object> values) {
    try {
      return new Parameters(schema.complete(values));
    } catch (InvalidRequestException e) {
      throw new InvalidRequestException("parameters", e.getMessage());
    }
  }

  private Drawn drawn(BufferedImage picture, Parameters parameters) {
    try {
      BufferedImage map = annotator.annotate(PictureParts.copy(picture), parameters);
      return new Drawn(PictureParts.sameSize(picture, map), Optional.empty());
    } catch (InvalidRequestException e) {
      // Another one, without the plugin's stack.
      return new Drawn(
          picture, Optional.of(new InvalidRequestException(e.field(), e.getMessage())));
    }
  }
}
