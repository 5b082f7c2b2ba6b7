package dev.atelier.server.plugins;

import dev.atelier.models.pipeline.InvalidRequestException;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.Validator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The JSON schema of a plugin's parameters, and what a request says held against it. */
public final class ParameterSchema {
  private static final Set<String> TYPES =
      Set.of("number", "integer", "boolean", "string", "array", "object");
  private final String plugin;
  private final JsonObject schema;
  private final Map<String, Parameter> parameters = new LinkedHashMap<>();

  private record Parameter(JsonObject schema, Validator validator, Object otherwise) {
    boolean allows(Object value) {
      return validator.validate(SchemaFault.json(value)).getValid();
    }
  }

  private ParameterSchema(String plugin, JsonObject schema) {
    this.plugin = plugin;
    this.schema = schema;
  }

  /**
   * Reads a schema from a file of the plugin's.
   *
   * @param file its name below {@code panel/}
   * @throws PluginFault saying what is wrong with it
   */
  static ParameterSchema read(String plugin, PanelFiles files, String file) {
    try {
      return of(plugin, new JsonObject(files.text(file)));
    } catch (DecodeException e) {
      throw new PluginFault("Its schema panel/%s is no JSON object.".formatted(file));
    }
  }

  /**
   * Reads a schema.
   *
   * @throws PluginFault saying what is wrong with it
   */
  static ParameterSchema of(String plugin, JsonObject schema) {
    ParameterSchema read = new ParameterSchema(plugin, schema);
    if (!(schema.getValue("properties", new JsonObject()) instanceof JsonObject properties)) {
      throw new PluginFault("Its schema's properties are no object.");
    }
    for (String name : properties.fieldNames()) {
      read.parameters.put(name, parameter(name, properties.getValue(name)));
    }
    return read;
  }

  private static Parameter parameter(String name, Object declared) {
    if (!(declared instanceof JsonObject schema)
        || !TYPES.contains(String.valueOf(schema.getValue("type")))
        || !schema.containsKey("default")) {
      throw new PluginFault(
          "Its schema's property %s needs a default and a type: number, integer, boolean, string, array or object."
              .formatted(name));
    }
    try {
      // A copy: the validator writes an address into what it is given.
      Validator validator = Validator.create(JsonSchema.of(schema.copy()), SchemaFault.OPTIONS);
      Parameter parameter = new Parameter(schema, validator, plain(schema.getValue("default")));
      if (!parameter.allows(parameter.otherwise())) {
        throw new PluginFault("Its schema's property %s forbids its default.".formatted(name));
      }
      return parameter;
    } catch (PluginFault e) {
      throw e;
    } catch (RuntimeException e) {
      throw new PluginFault(
          "Its schema's property %s is wrong: %s".formatted(name, e.getMessage()));
    }
  }

  /** Lists and maps as requests hold them. */
  private static Object plain(Object value) {
    if (value instanceof JsonArray list) {
      return list.getList();
    }
    return value instanceof JsonObject object ? object.getMap() : value;
  }

  /** As the plugin brought it; not a copy. */
  public JsonObject json() {
    return schema;
  }

  /**
   * What a request says, with the defaults filled in.
   *
   * @throws InvalidRequestException when a value is not what it may be, or none of that name is
   *     known
   */
  Map<String, Object> complete(Map<String, Object> values) {
    for (String name : values.keySet()) {
      if (!parameters.containsKey(name)) {
        throw new InvalidRequestException(
            "plugins", "The plugin %s has no parameter “%s”.".formatted(plugin, name));
      }
    }
    Map<String, Object> complete = new LinkedHashMap<>();
    parameters.forEach(
        (name, parameter) -> {
          Object value = values.getOrDefault(name, parameter.otherwise());
          if (!parameter.allows(value)) {
            SchemaFault fault = SchemaFault.of(name, parameter.schema(), value);
            throw new InvalidRequestException(
                "plugins",
                "The parameter %s of the plugin %s %s."
                    .formatted(fault.path(), plugin, fault.verdict()));
          }
          complete.put(name, value);
        });
    return complete;
  }
}
