package dev.atelier.server.http.a1111;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text that AUTOMATIC1111 writes into its pictures, taken apart (parse_generation_parameters in
 * its infotext_utils.py): prompt, negative prompt, and a last line of {@code Key: value} pairs.
 */
final class Infotext {
  /** Possessive, so that no text makes it try twice. */
  private static final Pattern PAIR =
      Pattern.compile("\\s*+(\\w[\\w \\-/]*+):\\s*+(\"(?:\\\\.|[^\\\\\"])*+\"|[^,]*+)(?:,|$)");

  private static final Pattern SIZE = Pattern.compile("(\\d{1,6})x(\\d{1,6})");
  private static final String NEGATIVE = "Negative prompt:";

  /** Fewer pairs than this, and the last line belongs to the prompt. */
  private static final int FEWEST_PAIRS = 3;

  private Infotext() {}

  /** The parts by AUTOMATIC1111's names. */
  static JsonObject parse(String infotext) {
    List<String> lines = new ArrayList<>(infotext.strip().lines().toList());
    JsonObject pairs = new JsonObject();
    if (!lines.isEmpty()) {
      JsonObject last = pairs(lines.get(lines.size() - 1));
      if (last.size() >= FEWEST_PAIRS) {
        pairs = last;
        lines.remove(lines.size() - 1);
      }
    }
    List<String> prompt = new ArrayList<>();
    List<String> negative = new ArrayList<>();
    List<String> part = prompt;
    for (String line : lines) {
      String text = line.strip();
      if (text.startsWith(NEGATIVE)) {
        part = negative;
        text = text.substring(NEGATIVE.length()).strip();
      }
      part.add(text);
    }
    return new JsonObject()
        .put("Prompt", String.join("\n", prompt))
        .put("Negative prompt", String.join("\n", negative))
        .mergeIn(pairs);
  }

  private static JsonObject pairs(String line) {
    JsonObject pairs = new JsonObject();
    Matcher pair = PAIR.matcher(line);
    while (pair.find()) {
      String key = pair.group(1).strip();
      String value = unquoted(pair.group(2).strip());
      Matcher size = SIZE.matcher(value);
      if (size.matches()) {
        pairs.put(key + "-1", size.group(1)).put(key + "-2", size.group(2));
      } else {
        pairs.put(key, value);
      }
    }
    return pairs;
  }

  private static String unquoted(String value) {
    if (value.startsWith("\"")) {
      try {
        return String.valueOf(Json.decodeValue(value));
      } catch (DecodeException e) {
        return value;
      }
    }
    return value;
  }
}
