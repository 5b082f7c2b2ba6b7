package dev.atelier.models.weights;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Typed fields of a {@code config.json}. A field that is absent or null has the default that the
 * caller gives, which is the default of the Python class that wrote the file; one of a wrong type
 * or out of range is a {@link WeightsException} that names it.
 */
final class ConfigReader {
  /** Real ones are a few kilobytes. */
  private static final long MAX_BYTES = 1 << 20;

  private final Path file;
  private final JsonObject json;

  private ConfigReader(Path file, JsonObject json) {
    this.file = file;
    this.json = json;
  }

  static ConfigReader open(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new WeightsException(
          file, "this file is missing; copy the model's folder again, with all its sub-folders.");
    }
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new WeightsException(file, "it is too large for a configuration.");
      }
      return parse(file, Files.readString(file));
    } catch (CharacterCodingException e) {
      throw new WeightsException(file, "it is not valid JSON.", e);
    } catch (IOException e) {
      throw new WeightsException(file, "it cannot be read.", e);
    }
  }

  /**
   * A configuration in hand.
   *
   * @param file for messages
   */
  static ConfigReader parse(Path file, String text) {
    try {
      var reader = new JsonReader(new StringReader(text));
      reader.setStrictness(Strictness.STRICT);
      JsonElement json = new Gson().getAdapter(JsonElement.class).read(reader);
      if (reader.peek() != JsonToken.END_DOCUMENT) {
        throw new MalformedJsonException("more after the value");
      }
      if (!json.isJsonObject()) {
        throw new WeightsException(file, "it is not a JSON object.");
      }
      return new ConfigReader(file, json.getAsJsonObject());
    } catch (IOException | JsonParseException e) {
      // The text is in memory, so this is always a matter of syntax.
      throw new WeightsException(file, "it is not valid JSON.", e);
    }
  }

  boolean has(String field) {
    return json.has(field) && !json.get(field).isJsonNull();
  }

  /** An integer between {@code min} and {@code max}. */
  int integer(String field, int absent, int min, int max) {
    return has(field) ? integer(field, json.get(field), min, max) : absent;
  }

  /** A finite number. */
  double number(String field, double absent) {
    if (!has(field)) {
      return absent;
    }
    JsonElement value = json.get(field);
    if (!isNumber(value) || !Double.isFinite(value.getAsDouble())) {
      throw fault(field, "a number");
    }
    return value.getAsDouble();
  }

  boolean flag(String field, boolean absent) {
    if (!has(field)) {
      return absent;
    }
    JsonElement value = json.get(field);
    if (!value.isJsonPrimitive() || !value.getAsJsonPrimitive().isBoolean()) {
      throw fault(field, "true or false");
    }
    return value.getAsBoolean();
  }

  String text(String field, String absent) {
    return has(field) ? text(field, json.get(field)) : absent;
  }

  /** One of {@code choices}, found by {@code label}. */
  <E> E choice(String field, E absent, E[] choices, Function<E, String> label) {
    return has(field) ? choice(field, text(field, ""), choices, label) : absent;
  }

  /** A list of {@code choices}, each found by {@code label}. */
  <E> List<E> choices(String field, List<E> absent, E[] choices, Function<E, String> label) {
    if (!has(field)) {
      return absent;
    }
    List<E> values = new ArrayList<>();
    for (JsonElement value : array(field)) {
      values.add(choice(field, text(field, value), choices, label));
    }
    return List.copyOf(values);
  }

  /** A list of 1 to 8 integers between {@code min} and {@code max}. */
  List<Integer> integers(String field, List<Integer> absent, int min, int max) {
    if (!has(field)) {
      return absent;
    }
    List<Integer> values = new ArrayList<>();
    for (JsonElement value : array(field)) {
      values.add(integer(field, value, min, max));
    }
    return List.copyOf(values);
  }

  /** {@code count} integers: a list of them, or one that stands for all. */
  List<Integer> integersOrOne(String field, int absent, int count, int min, int max) {
    if (has(field) && json.get(field).isJsonArray()) {
      return integers(field, List.of(), min, max);
    }
    return Collections.nCopies(count, integer(field, absent, min, max));
  }

  /** Refuses a feature that the networks here do not have. */
  void requireNothing(String... fields) {
    for (String field : fields) {
      if (has(field)) {
        throw unsupported(field, json.get(field));
      }
    }
  }

  /** Refuses every value of a field but {@code value}, which is also its default. */
  void require(String field, Object value) {
    requireOneOf(field, List.of(String.valueOf(value)));
  }

  /** Refuses every value of a field but some; the first of them is also its default. */
  void requireOneOf(String field, List<String> values) {
    if (has(field) && values.stream().noneMatch(value -> isText(json.get(field), value))) {
      throw unsupported(field, json.get(field));
    }
  }

  private static boolean isText(JsonElement found, String value) {
    return found.isJsonPrimitive() && found.getAsString().equals(value);
  }

  /** A fault of the file as a whole. */
  WeightsException fault(String sentence) {
    return new WeightsException(file, sentence);
  }

  private JsonArray array(String field) {
    JsonElement value = json.get(field);
    if (!value.isJsonArray() || value.getAsJsonArray().isEmpty()) {
      throw fault(field, "a list");
    }
    if (value.getAsJsonArray().size() > 8) {
      throw fault(field, "a list of 8 values at most");
    }
    return value.getAsJsonArray();
  }

  private int integer(String field, JsonElement value, int min, int max) {
    // As a double: an integer written with a huge exponent would take for ever to expand.
    double number = isNumber(value) ? value.getAsDouble() : Double.NaN;
    if (number != Math.rint(number) || number < min || number > max || Double.isNaN(number)) {
      throw fault(field, "an integer between " + min + " and " + max);
    }
    return (int) number;
  }

  private String text(String field, JsonElement value) {
    if (!value.isJsonPrimitive() || !value.getAsJsonPrimitive().isString()) {
      throw fault(field, "a text");
    }
    return value.getAsString();
  }

  private <E> E choice(String field, String value, E[] choices, Function<E, String> label) {
    return Arrays.stream(choices)
        .filter(choice -> label.apply(choice).equals(value))
        .findFirst()
        .orElseThrow(
            () ->
                fault(
                    String.format(
                        Locale.ROOT,
                        "%s is %s, but only %s can be used.",
                        field,
                        SafetensorsHeader.quote(value),
                        Arrays.stream(choices).map(label).collect(Collectors.joining(", ")))));
  }

  private static boolean isNumber(JsonElement value) {
    return value.isJsonPrimitive() && value.getAsJsonPrimitive().isNumber();
  }

  private WeightsException fault(String field, String expected) {
    return fault(field + " is not " + expected + ".");
  }

  private WeightsException unsupported(String field, JsonElement value) {
    return fault(
        String.format(
            Locale.ROOT,
            "%s is %s, but only Stable Diffusion 1.5 networks can be used.",
            field,
            SafetensorsHeader.quote(value.toString())));
  }
}
