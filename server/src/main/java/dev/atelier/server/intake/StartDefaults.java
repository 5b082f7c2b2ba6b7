package dev.atelier.server.intake;

import dev.atelier.models.pipeline.HiresFix;
import dev.atelier.models.pipeline.InputPicture;
import dev.atelier.models.pipeline.InvalidRequestException;
import dev.atelier.server.inputs.InputStore;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/** Fills in what a request leaves open about the pictures that it begins with. */
public final class StartDefaults {
  private StartDefaults() {}

  /**
   * The fields of a request with the sizes of the pictures that it names.
   *
   * @return fails with an {@link InvalidRequestException} when one of them is not there
   */
  public static Future<JsonObject> complete(JsonObject fields, InputStore inputs) {
    JsonObject complete = fields.copy();
    if (!(complete.getValue("start") instanceof JsonObject start)) {
      return Future.succeededFuture(complete);
    }
    defaults(start, new JsonObject().put("resize_mode", "just_resize").put("strength", 0.75));
    Future<Void> found = picture(start, "start.picture", inputs);
    if (start.getValue("mask") instanceof JsonObject mask) {
      defaults(
          mask,
          new JsonObject()
              .put("inverted", false)
              .put("blur", 4)
              .put("content", "original")
              .put("only_masked", false)
              .put("padding", 32));
      found = found.compose(first -> picture(mask, "start.mask.picture", inputs));
    }
    return found.map(complete);
  }

  private static void defaults(JsonObject fields, JsonObject defaults) {
    JsonObject given = fields.copy();
    fields.mergeIn(defaults).mergeIn(given);
  }

  private static Future<Void> picture(JsonObject fields, String path, InputStore inputs) {
    String id =
        fields.getValue("picture") instanceof JsonObject picture
                && picture.getValue("id") instanceof String text
            ? text
            : "";
    return named(id, path, inputs)
        .map(
            input -> {
              fields.put(
                  "picture",
                  new JsonObject()
                      .put("id", input.id())
                      .put("width", input.width())
                      .put("height", input.height()));
              return null;
            });
  }

  /**
   * The picture of that id.
   *
   * @param path the field that names it
   * @return fails with an {@link InvalidRequestException} when there is none
   */
  public static Future<InputPicture> named(String id, String path, InputStore inputs) {
    return inputs.find(id).map(found -> found.orElseThrow(() -> missing(path)));
  }

  private static InvalidRequestException missing(String path) {
    return new InvalidRequestException(
        path, "There is no picture of that id; send it to /api/v1/inputs first.");
  }

  /** Defaults of a second run and of a variation, which need the request's other fields. */
  static void complete(JsonObject request) {
    if (request.getValue("hires") instanceof JsonObject hires) {
      double scale = hires.getValue("scale") instanceof Number number ? number.doubleValue() : 2;
      Optional<Integer> width = scaled(request.getValue("width"), scale);
      Optional<Integer> height = scaled(request.getValue("height"), scale);
      JsonObject defaults =
          new JsonObject()
              .put("upscaler", HiresFix.Upscaler.LATENT.label())
              .put("steps", 0)
              .put("strength", 0.7);
      width.ifPresent(pixels -> defaults.put("width", pixels));
      height.ifPresent(pixels -> defaults.put("height", pixels));
      defaults(hires, defaults);
    }
    if (request.getValue("variation") instanceof JsonObject variation) {
      defaults(variation, new JsonObject().put("seed", -1));
      if (variation.getValue("seed") instanceof Number seed && seed.doubleValue() == -1) {
        variation.put("seed", RequestDefaults.randomSeed());
      }
    }
  }

  private static Optional<Integer> scaled(Object side, double scale) {
    return side instanceof Number pixels
        ? Optional.of((int) (pixels.doubleValue() * scale) / 8 * 8)
        : Optional.empty();
  }
}
