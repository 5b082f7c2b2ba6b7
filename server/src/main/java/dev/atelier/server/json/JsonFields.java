package dev.atelier.server.json;

import dev.atelier.models.pipeline.InvalidRequestException;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Reads the fields of a JSON object that every reader of it must find.
 *
 * @param json the object
 * @param path what its fields' names begin with in messages, e.g. {@code start.}
 */
record JsonFields(JsonObject json, String path) {
  /** The fields of a request. */
  static JsonFields of(JsonObject json) {
    return new JsonFields(json, "");
  }

  /** The name of an enum's constant in JSON. */
  static String key(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  static <T> String labels(T[] choices, Function<T, String> label) {
    return Arrays.stream(choices).map(label).collect(Collectors.joining(", "));
  }

  String text(String field) {
    if (json.getValue(field) instanceof String text) {
      return text;
    }
    throw fault(field, "must be a text");
  }

  double number(String field) {
    if (json.getValue(field) instanceof Number number) {
      return number.doubleValue();
    }
    throw fault(field, "must be a number");
  }

  boolean flag(String field) {
    if (json.getValue(field) instanceof Boolean flag) {
      return flag;
    }
    throw fault(field, "must be true or false");
  }

  /** JSON knows one kind of number, so that 512 and 512.0 are the same whole number. */
  long whole(String field) {
    double value = number(field);
    // Above 2^53 a double no longer tells whole numbers apart.
    if (value != Math.rint(value) || Math.abs(value) > 0x1p53) {
      throw fault(field, "must be a whole number");
    }
    return (long) value;
  }

  int wholeInt(String field) {
    long value = whole(field);
    if (value != (int) value) {
      throw fault(field, "is out of range: " + value);
    }
    return (int) value;
  }

  /** One of an enum's constants by its {@link #key}. */
  <E extends Enum<E>> E choice(String field, E[] choices) {
    String name = text(field);
    return Arrays.stream(choices)
        .filter(choice -> key(choice).equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                fault(
                    field,
                    "must be one of " + labels(choices, JsonFields::key) + ", not “" + name + "”"));
  }

  /** Another object in it; empty when it is null or not there. */
  Optional<JsonFields> object(String field) {
    Object value = json.getValue(field);
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof JsonObject object) {
      return Optional.of(new JsonFields(object, path + field + "."));
    }
    throw fault(field, "must be an object");
  }

  /** {@link #object} that must be there. */
  JsonFields required(String field) {
    return object(field).orElseThrow(() -> fault(field, "is missing"));
  }

  private InvalidRequestException fault(String field, String fault) {
    return new InvalidRequestException(
        path + field, "The field %s%s %s.".formatted(path, field, fault));
  }
}
