package dev.atelier.server.problem;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.json.JsonObject;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What went wrong with a request (RFC 9457).
 *
 * @param status the HTTP status, 400 to 599
 * @param detail one sentence for the user that says what to do
 * @param field the field of the request that is at fault
 * @param retryAfter seconds after which the same request may do, where that is known
 */
public record Problem(int status, String detail, Optional<String> field, OptionalLong retryAfter) {
  /** The media type of {@link #toJson}. */
  public static final String MEDIA_TYPE = "application/problem+json";

  /** Checks that the status is one of an error. */
  public Problem {
    if (status < 400 || status > 599) {
      throw new IllegalArgumentException("Not the status of an error: " + status);
    }
    Objects.requireNonNull(detail, "detail");
    Objects.requireNonNull(field, "field");
    Objects.requireNonNull(retryAfter, "retryAfter");
  }

  /** A problem that no single field is to blame for. */
  public static Problem of(int status, String detail) {
    return new Problem(status, detail, Optional.empty(), OptionalLong.empty());
  }

  /** A problem with one field of the request. */
  public static Problem of(int status, String field, String detail) {
    return new Problem(status, detail, Optional.of(field), OptionalLong.empty());
  }

  /** The same, to be tried again after so many seconds. */
  public Problem withRetryAfter(OptionalLong seconds) {
    return new Problem(status, detail, field, seconds);
  }

  /** The status in words. */
  public String title() {
    return HttpResponseStatus.valueOf(status).reasonPhrase();
  }

  /** The problem as {@value #MEDIA_TYPE}. */
  public JsonObject toJson() {
    JsonObject json =
        new JsonObject()
            .put("type", "about:blank")
            .put("title", title())
            .put("status", status)
            .put("detail", detail);
    field.ifPresent(name -> json.put("field", name));
    return json;
  }
}
