package dev.atelier.plugins.api;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;

/** What a plugin answers to a {@link Call}. */
public final class Answer {
  private static final Gson JSON = new GsonBuilder().serializeNulls().create();

  private final int status;
  private final String mediaType;
  private final byte[] body;

  private Answer(int status, String mediaType, byte[] body) {
    if (status < 200 || status > 599) {
      throw new IllegalArgumentException("There is no HTTP status " + status);
    }
    this.status = status;
    this.mediaType = Objects.requireNonNull(mediaType);
    this.body = Objects.requireNonNull(body);
  }

  /** JSON, with the status 200. */
  public static Answer json(String json) {
    return new Answer(200, "application/json", json.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * JSON, with the status 200.
   *
   * @param values texts, numbers, booleans, null, lists and maps of such, by name
   * @since 1.1
   */
  public static Answer json(Map<String, ?> values) {
    return json(JSON.toJson(values));
  }

  /**
   * A file, with the status 200.
   *
   * @param mediaType what it is, e.g. {@code image/png}; a browser runs nothing of it
   * @param content its bytes; they become the answer's
   */
  public static Answer file(String mediaType, byte[] content) {
    return new Answer(200, mediaType, content);
  }

  /**
   * What is wrong with the call.
   *
   * @param status 400 to 499
   * @param sentence for the user: what to do
   */
  public static Answer problem(int status, String sentence) {
    if (status < 400 || status > 499) {
      throw new IllegalArgumentException("A problem of the caller's is 400 to 499, not " + status);
    }
    return new Answer(status, "text/plain", sentence.getBytes(StandardCharsets.UTF_8));
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  /** The media type of the body. */
  public String mediaType() {
    return mediaType;
  }

  /** The body; not a copy. */
  public byte[] body() {
    return body;
  }
}
