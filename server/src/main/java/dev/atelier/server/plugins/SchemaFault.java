package dev.atelier.server.plugins;

import dev.atelier.server.json.SchemaSentence;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.Validator;
import java.util.List;
import java.util.Map;

/**
 * Where in a value, that may hold others, its schema is broken.
 *
 * @param path for example {@code loras[1].unet}
 * @param verdict for example “must be a number from -2 to 2”
 */
record SchemaFault(String path, String verdict) {
  static final JsonSchemaOptions OPTIONS =
      new JsonSchemaOptions()
          .setBaseUri("atelier://plugins")
          .setDraft(Draft.DRAFT202012)
          .setOutputFormat(OutputFormat.Flag);

  /** Lists and maps as the validator knows them. */
  static Object json(Object value) {
    if (value instanceof Map<?, ?> map) {
      JsonObject object = new JsonObject();
      map.forEach((name, each) -> object.put(String.valueOf(name), json(each)));
      return object;
    }
    if (value instanceof List<?> list) {
      JsonArray array = new JsonArray();
      list.forEach(each -> array.add(json(each)));
      return array;
    }
    return value;
  }

  /**
   * Finds the innermost value that is wrong.
   *
   * @param path where the value stands
   * @param value one that the schema forbids
   */
  static SchemaFault of(String path, JsonObject schema, Object value) {
    Object json = json(value);
    if (json instanceof JsonArray list && schema.getValue("items") instanceof JsonObject items) {
      return ofItems(path, schema, items, list);
    }
    if (json instanceof JsonObject object
        && schema.getValue("properties") instanceof JsonObject properties) {
      return ofProperties(path, schema, properties, object);
    }
    return new SchemaFault(path, "must be " + words(schema));
  }

  private static String words(JsonObject schema) {
    return switch (schema.getString("type", "")) {
      case "array" -> "a list";
      case "object" -> "an object";
      default -> SchemaSentence.mayBe(schema);
    };
  }

  private static SchemaFault ofItems(
      String path, JsonObject schema, JsonObject items, JsonArray list) {
    Integer most = schema.getInteger("maxItems");
    if (most != null && list.size() > most) {
      return new SchemaFault(path, "must have %d entries at most".formatted(most));
    }
    for (int i = 0; i < list.size(); i++) {
      if (!allows(items, list.getValue(i))) {
        return of(path + "[" + i + "]", items, list.getValue(i));
      }
    }
    return new SchemaFault(path, "must be as its schema says");
  }

  private static SchemaFault ofProperties(
      String path, JsonObject schema, JsonObject properties, JsonObject object) {
    for (Object needed : schema.getJsonArray("required", new JsonArray())) {
      if (!object.containsKey(String.valueOf(needed))) {
        return new SchemaFault(path, "needs a “%s”".formatted(needed));
      }
    }
    for (String name : object.fieldNames()) {
      if (properties.getValue(name) instanceof JsonObject property) {
        if (!allows(property, object.getValue(name))) {
          return of(path + "." + name, property, object.getValue(name));
        }
      } else if (Boolean.FALSE.equals(schema.getValue("additionalProperties"))) {
        return new SchemaFault(path, "has no “%s”; leave it out".formatted(name));
      }
    }
    return new SchemaFault(path, "must be as its schema says");
  }

  private static boolean allows(JsonObject schema, Object value) {
    return Validator.create(JsonSchema.of(schema.copy()), OPTIONS).validate(value).getValid();
  }
}
