package dev.atelier.server.cli;

import dev.atelier.server.AtelierServer;
import dev.atelier.server.ServerConfig;
import dev.atelier.server.store.DataFolder;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

/**
 * A command's way to the studio on a data folder: the one that runs, else one of its own without an
 * engine, for as long as the command takes.
 */
final class StudioSession implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private final URI address;
  private final Optional<AtelierServer> own;

  private StudioSession(URI address, Optional<AtelierServer> own) {
    this.address = address;
    this.own = own;
  }

  /**
   * Starts a studio, unless one holds the data folder: then it is that one.
   *
   * @param config of the one that would be started
   */
  static StudioSession open(ServerConfig config) throws CannotRunException, InterruptedException {
    try {
      AtelierServer server =
          AtelierServer.startWithoutEngine(config).toCompletionStage().toCompletableFuture().get();
      return new StudioSession(
          URI.create("http://127.0.0.1:" + server.port()), Optional.of(server));
    } catch (ExecutionException e) {
      Optional<StudioSession> running = running(config.dataDir());
      if (running.isPresent()) {
        return running.get();
      }
      throw new CannotRunException(e.getCause().getMessage(), e);
    }
  }

  private static Optional<StudioSession> running(Path data) throws InterruptedException {
    try {
      URI address = URI.create(Files.readString(DataFolder.address(data)).strip());
      StudioSession client = new StudioSession(address, Optional.empty());
      client.send("GET", "/health", null);
      return Optional.of(client);
    } catch (IOException | IllegalArgumentException | CannotRunException e) {
      return Optional.empty(); // it has just ended, or begins
    }
  }

  /**
   * Calls the API.
   *
   * @param body null for none
   * @throws CannotRunException with the studio's sentence when it does not want to
   */
  JsonObject call(String method, String path, JsonObject body)
      throws CannotRunException, InterruptedException {
    return send(method, "/api/v1" + path, body);
  }

  private JsonObject send(String method, String path, JsonObject body)
      throws CannotRunException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address.resolve(path))
            .timeout(PATIENCE)
            .method(
                method,
                body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body.encode()));
    if (body != null) {
      request.header("Content-Type", "application/json");
    }
    try {
      HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
      JsonObject json = new JsonObject(answer.body());
      if (answer.statusCode() >= 400) {
        throw new CannotRunException(json.getString("detail", "The studio does not want to."));
      }
      return json;
    } catch (IOException | DecodeException e) {
      throw new CannotRunException("The studio at " + address + " does not answer.", e);
    }
  }

  @Override
  public void close() {
    own.ifPresent(server -> server.close().toCompletionStage().toCompletableFuture().join());
  }
}
