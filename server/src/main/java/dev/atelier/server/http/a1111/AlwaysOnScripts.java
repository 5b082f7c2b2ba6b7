package dev.atelier.server.http.a1111;

import dev.atelier.models.pipeline.Extras;
import dev.atelier.models.pipeline.InvalidRequestException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * AUTOMATIC1111's {@code alwayson_scripts}, which are plugins here: {@code {"lora": {"args":
 * [{…}]}}} with the plugin's parameters as the one argument.
 */
final class AlwaysOnScripts {
  private AlwaysOnScripts() {}

  /**
   * What a request says to plugins.
   *
   * @throws dev.atelier.server.problem.ProblemException with 422 when it cannot be understood
   */
  static Extras of(LenientFields fields) {
    Map<String, Map<String, Object>> parameters = new HashMap<>();
    JsonObject scripts = fields.object("alwayson_scripts").json();
    for (String name : scripts.fieldNames()) {
      JsonArray arguments =
          scripts.getValue(name) instanceof JsonObject script
                  && script.getValue("args", new JsonArray()) instanceof JsonArray args
              ? args
              : new JsonArray();
      if (arguments.size() > 1 || !(argument(arguments) instanceof JsonObject values)) {
        throw LenientFields.unprocessable(
            "Always-on scripts are plugins here: send {\"%s\": {\"args\": [{…}]}} with the plugin's parameters, or leave it out."
                .formatted(name));
      }
      parameters.put(name.toLowerCase(Locale.ROOT), values.getMap());
    }
    try {
      return new Extras(parameters);
    } catch (InvalidRequestException e) {
      throw LenientFields.unprocessable(e.getMessage());
    }
  }

  private static Object argument(JsonArray arguments) {
    return arguments.isEmpty() ? new JsonObject() : arguments.getValue(0);
  }
}
