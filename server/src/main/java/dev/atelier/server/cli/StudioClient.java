package dev.atelier.server.cli;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/** Talks to a studio that runs, for commands. */
final class StudioClient {
  private final String url;

  /**
   * @param url where it runs, e.g. {@code http://127.0.0.1:7860}
   */
  StudioClient(String url) {
    this.url = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
  }

  /** A text as one step of a path. */
  static String segment(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /**
   * Calls its API.
   *
   * @return the JSON that it answers with
   * @throws CannotRunException when it does not answer, or answers with a problem
   */
  JsonObject call(String method, String path) throws CannotRunException {
    return call(path, request -> request.method(method, BodyPublishers.noBody()));
  }

  /**
   * Installs a plugin.
   *
   * @param token what the studio wants to see for it
   * @throws FileNotFoundException when there is no such jar
   */
  JsonObject install(Path jar, String token) throws CannotRunException, FileNotFoundException {
    BodyPublisher body = BodyPublishers.ofFile(jar);
    return call(
        "/api/v1/plugins",
        request ->
            request
                .header("Content-Type", "application/java-archive")
                .header("Authorization", "Bearer " + token)
                .POST(body));
  }

  private JsonObject call(String path, UnaryOperator<HttpRequest.Builder> how)
      throws CannotRunException {
    HttpResponse<String> response;
    try {
      HttpRequest request = how.apply(HttpRequest.newBuilder(URI.create(url + path))).build();
      response = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    } catch (IOException | IllegalArgumentException e) {
      throw new CannotRunException(
          "No studio answers at " + url + "; start it with ./atelier run, or name it with --url.",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CannotRunException("Interrupted while the studio worked.", e);
    }
    try {
      JsonObject answer = new JsonObject(response.body());
      if (response.statusCode() < 400) {
        return answer;
      }
      throw new CannotRunException(answer.getString("detail", "Status " + response.statusCode()));
    } catch (DecodeException e) {
      throw new CannotRunException("What answers at " + url + " is no studio.", e);
    }
  }
}
