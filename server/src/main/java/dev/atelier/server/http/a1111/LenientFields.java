package dev.atelier.server.http.a1111;

import dev.atelier.server.problem.Problem;
import dev.atelier.server.problem.ProblemException;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Optional;

/**
 * A JSON object as AUTOMATIC1111's validation reads it: null is as good as absent, and a number may
 * come as a text. What cannot be read ends the request with 422, its status for that.
 */
record LenientFields(JsonObject json) {
  /** Reading a number takes time that grows with the square of its digits. */
  private static final int LONGEST_NUMBER = 64;

  /** The body of a request. */
  static LenientFields body(RoutingContext context) {
    try {
      JsonObject body = context.body().asJsonObject();
      if (body != null) {
        return new LenientFields(body);
      }
    } catch (DecodeException | ClassCastException e) {
      // Answered below, as a body that is not there at all.
    }
    throw unprocessable("Send the request as a JSON object in the body.");
  }

  static ProblemException unprocessable(String detail) {
    return new ProblemException(Problem.of(422, detail));
  }

  Optional<String> text(String name) {
    return value(name).map(String::valueOf);
  }

  boolean on(String name) {
    return value(name).map(value -> String.valueOf(value).equalsIgnoreCase("true")).orElse(false);
  }

  Optional<BigDecimal> number(String name) {
    try {
      Optional<String> digits = text(name).map(String::strip);
      if (digits.filter(text -> text.length() > LONGEST_NUMBER).isEmpty()) {
        return digits.map(BigDecimal::new);
      }
    } catch (NumberFormatException e) {
      // Answered below.
    }
    throw unprocessable("The field %s must be a number.".formatted(name));
  }

  Optional<Long> whole(String name) {
    try {
      return number(name).map(BigDecimal::longValueExact);
    } catch (ArithmeticException e) {
      throw unprocessable("The field %s must be a whole number.".formatted(name));
    }
  }

  /**
   * A whole number of at most 32 bits: far out of range is out of range, and whoever reads it says
   * what is allowed.
   */
  int clamped(String name, int otherwise) {
    return whole(name)
        .map(value -> (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, value)))
        .orElse(otherwise);
  }

  LenientFields object(String name) {
    return new LenientFields(
        value(name)
            .map(
                value -> {
                  if (value instanceof JsonObject object) {
                    return object;
                  }
                  throw unprocessable("The field %s must be an object.".formatted(name));
                })
            .orElseGet(JsonObject::new));
  }

  /** Whether the field asks for something: it is there and neither empty, zero nor false. */
  boolean asks(String name) {
    Optional<Object> value = value(name);
    if (value.isEmpty()) {
      return false;
    }
    if (value.get() instanceof JsonArray list) {
      return !list.isEmpty();
    }
    if (value.get() instanceof JsonObject object) {
      return !object.isEmpty();
    }
    if (value.get() instanceof Number number) {
      return number.doubleValue() > 0;
    }
    String text = String.valueOf(value.get()).toLowerCase(Locale.ROOT);
    return !text.isBlank() && !text.equals("false") && !text.equals("none");
  }

  private Optional<Object> value(String name) {
    return Optional.ofNullable(json.getValue(name));
  }
}
