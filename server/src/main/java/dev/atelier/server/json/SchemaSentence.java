package dev.atelier.server.json;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.util.stream.Collectors;

/** Says in words what a value may be, from its JSON schema. */
public final class SchemaSentence {
  private SchemaSentence() {}

  /** For example “a whole number from 64 to 2048 that is a multiple of 8”. */
  public static String mayBe(JsonObject schema) {
    JsonArray choices = schema.getJsonArray("enum");
    if (choices != null) {
      return "one of " + choices.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }
    return switch (schema.getString("type", "")) {
      case "integer" -> "a whole number" + range(schema) + multiple(schema);
      case "number" -> "a number" + range(schema);
      case "boolean" -> "true or false";
      case "array" -> "a list, separated by commas, each " + mayBe(schema.getJsonObject("items"));
      case "string" -> text(schema);
      default -> "as the API's document says";
    };
  }

  private static String text(JsonObject schema) {
    if ("uuid".equals(schema.getString("format"))) {
      return "an id";
    }
    Number shortest = schema.getNumber("minLength");
    Number longest = schema.getNumber("maxLength");
    if (longest == null) {
      return shortest == null ? "a text" : "a text of %s or more characters".formatted(shortest);
    }
    return shortest == null
        ? "a text of %s characters at most".formatted(longest)
        : "a text of %s to %s characters".formatted(shortest, longest);
  }

  private static String range(JsonObject schema) {
    Number least = schema.getNumber("minimum");
    Number most = schema.getNumber("maximum");
    return least == null || most == null
        ? ""
        : " from %s to %s".formatted(plain(least), plain(most));
  }

  private static String multiple(JsonObject schema) {
    Number factor = schema.getNumber("multipleOf");
    return factor == null ? "" : " that is a multiple of " + plain(factor);
  }

  private static String plain(Number number) {
    return new BigDecimal(number.toString()).stripTrailingZeros().toPlainString();
  }
}
