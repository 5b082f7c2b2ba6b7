package dev.atelier.plugins.api;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
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
  public static Answer json(String json) {
    return new Answer(200, "application/json", json.getBytes(StandardCharsets.UTF_8));
  }
  public static Answer json(Map<String, ?> values) {
    return json(JSON.toJson(values));
  }
  public static Answer file(String mediaType, byte[] content) {
    return new Answer(200, mediaType, content);
  }
  public static Answer problem(int status, String sentence) {
    if (status < 400 || status > 499) {
      throw new IllegalArgumentException("A problem of the caller's is 400 to 499, not " + status);
    }
    return new Answer(status, "text/plain", sentence.getBytes(StandardCharsets.UTF_8));
  }
  public int status() {
    return status;
  }
  public String mediaType() {
    return mediaType;
  }
  public byte[] body() {
    return body;
  }
}
