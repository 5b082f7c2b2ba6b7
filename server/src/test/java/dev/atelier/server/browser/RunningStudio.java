package dev.atelier.server.browser;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.atelier.server.AtelierServer;
import dev.atelier.server.ServerConfig;
import dev.atelier.server.downloads.DownloadSetup;
import dev.atelier.server.gpu.MemoryLimits;
import dev.atelier.server.plugins.PluginSetup;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;

/** A real studio with the real model, and a look at it that does not go through the page. */
final class RunningStudio implements AutoCloseable {
  /** The model that Atelier brings. */
  static final Path STORYBOOK = Path.of("..", "models", "storybook");

  private final HttpClient client = HttpClient.newHttpClient();
  private final AtelierServer server;

  private RunningStudio(AtelierServer server) {
    this.server = server;
  }

  /** Starts one on a free port. */
  static RunningStudio start(Path data, Path... models) {
    return startOn(0, data, models);
  }

  /** Starts one that gets its models elsewhere. */
  static RunningStudio start(Path data, DownloadSetup downloads) {
    ServerConfig config =
        new ServerConfig(
            "127.0.0.1",
            0,
            data,
            List.of(),
            STORYBOOK,
            List.of(),
            MemoryLimits.OF_MACHINE,
            downloads);
    return new RunningStudio(AtelierServer.start(config).await());
  }

  /** Starts one that comes by its plugins in another way. */
  static RunningStudio start(Path data, PluginSetup plugins) {
    ServerConfig config =
        new ServerConfig("127.0.0.1", 0, data, List.of(), STORYBOOK, List.of())
            .withPlugins(plugins);
    return new RunningStudio(AtelierServer.start(config).await());
  }

  /** Starts one that answers to another name, too, as behind another server. */
  static RunningStudio startKnownAs(String name, Path data) {
    ServerConfig config =
        new ServerConfig("127.0.0.1", 0, data, List.of(), STORYBOOK, List.of(name));
    return new RunningStudio(AtelierServer.start(config).await());
  }

  static RunningStudio startOn(int port, Path data, Path... models) {
    ServerConfig config =
        new ServerConfig("127.0.0.1", port, data, List.of(models), STORYBOOK, List.of());
    return new RunningStudio(AtelierServer.start(config).await());
  }

  int port() {
    return server.port();
  }

  String url() {
    return "http://127.0.0.1:" + server.port();
  }

  @Override
  public void close() {
    server.close().await();
  }

  /** Makes one picture; returns it when it is in the gallery. */
  JsonObject make(JsonObject request) {
    HttpResponse<byte[]> queued =
        send(
            request("/api/v1/images")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(request.encode())));
    String id = new JsonObject(new String(queued.body(), UTF_8)).getString("id");
    JsonObject job = ended(id);
    if (!job.getString("state").equals("done")) {
      throw new IllegalStateException(job.encodePrettily());
    }
    return job.getJsonArray("images").getJsonObject(0);
  }

  /** Waits until a job has ended. */
  JsonObject ended(String jobId) {
    JsonObject job;
    do {
      job = get("/api/v1/jobs/" + jobId + "?wait=60");
    } while (List.of("queued", "running").contains(job.getString("state")));
    return job;
  }

  JsonObject get(String path) {
    return new JsonObject(new String(send(request(path)).body(), UTF_8));
  }

  int status(String path) {
    return send(request(path)).statusCode();
  }

  /** Every picture in the gallery, the newest first. */
  List<JsonObject> gallery() {
    JsonArray images = get("/api/v1/images?limit=200").getJsonArray("images");
    return images.stream().map(JsonObject.class::cast).toList();
  }

  /** The pictures of one job. */
  List<JsonObject> picturesOf(String jobId) {
    return gallery().stream().filter(image -> image.getString("job_id").equals(jobId)).toList();
  }

  /** The decoded PNG of a picture. */
  BufferedImage pixels(JsonObject image) throws IOException {
    HttpResponse<byte[]> file = send(request(image.getString("url")));
    String type = file.headers().firstValue("Content-Type").orElse("");
    if (!type.equals("image/png")) {
      throw new IOException("A picture is image/png, not " + type);
    }
    return ImageIO.read(new ByteArrayInputStream(file.body()));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(url() + path));
  }

  private HttpResponse<byte[]> send(HttpRequest.Builder request) {
    try {
      return client.send(request.build(), BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
