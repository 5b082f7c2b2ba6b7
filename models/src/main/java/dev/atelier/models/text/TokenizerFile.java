package dev.atelier.models.text;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import dev.atelier.models.weights.WeightsException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Reads the files of a tokenizer folder, which are the user's and may hold anything. */
final class TokenizerFile {
  /** The largest real ones, of multilingual encoders, have some 20 MB. */
  private static final long MAX_BYTES = 64 << 20;

  private TokenizerFile() {}

  /**
   * The text of a file.
   *
   * @throws WeightsException when it is missing, too large or not UTF-8
   */
  static String readText(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new WeightsException(
          file, "this file is missing; copy the model's folder again, with its tokenizer.");
    }
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new WeightsException(file, "it is too large for a tokenizer's file.");
      }
      return Files.readString(file);
    } catch (CharacterCodingException e) {
      throw new WeightsException(file, "it is not text in UTF-8.", e);
    } catch (IOException e) {
      throw new WeightsException(file, "it cannot be read.", e);
    }
  }

  /**
   * The JSON object that a file holds.
   *
   * @throws WeightsException when it is missing, damaged or something else
   */
  static JsonObject readObject(Path file) {
    try {
      JsonElement json = JsonParser.parseString(readText(file));
      if (json.isJsonObject()) {
        return json.getAsJsonObject();
      }
    } catch (JsonParseException e) {
      throw new WeightsException(file, "it is not valid JSON.", e);
    }
    throw new WeightsException(file, "it is not one JSON object.");
  }

  /**
   * A vocabulary in JSON: each token's id.
   *
   * @throws WeightsException when an id is not a whole number from 0 on
   */
  static Map<String, Integer> ids(Path file, JsonObject vocabulary) {
    Map<String, Integer> ids = new HashMap<>();
    vocabulary.asMap().forEach((token, id) -> ids.put(token, id(file, token, id)));
    return ids;
  }

  /** The id that JSON gives a token; throws as {@link #ids} does. */
  static int id(Path file, String token, JsonElement value) {
    if (value instanceof JsonPrimitive number && number.isNumber()) {
      double id = number.getAsDouble();
      if (id >= 0 && id < Integer.MAX_VALUE && id == Math.rint(id)) {
        return (int) id;
      }
    }
    throw new WeightsException(file, "its token " + token + " has no usable id.");
  }
}
