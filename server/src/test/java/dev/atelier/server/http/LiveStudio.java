package dev.atelier.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.atelier.models.pipeline.PromptCounter;
import dev.atelier.server.GradientGenerator;
import dev.atelier.server.Rooms;
import dev.atelier.server.downloads.DownloadSetup;
import dev.atelier.server.downloads.Downloads;
import dev.atelier.server.folders.ModelFolders;
import dev.atelier.server.folders.StartFolders;
import dev.atelier.server.pluginjobs.PluginJobs;
import dev.atelier.server.plugins.PluginHost;
import dev.atelier.server.plugins.PluginLimits;
import dev.atelier.server.plugins.PluginPlaces;
import dev.atelier.server.store.TimeOrderedIds;
import dev.atelier.server.studio.ModelHashes;
import dev.atelier.server.studio.ModelLibrary;
import dev.atelier.server.studio.Studio;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpRequest;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.validation.ResponseValidator;
import io.vertx.openapi.validation.ValidatableResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The studio's HTTP server on a real port, with everything behind it but the engine. Every answer
 * that comes through {@link #send} is held against the OpenAPI document.
 */
public final class LiveStudio implements AutoCloseable {
  /** The model that the house brings. */
  public static final Path STORYBOOK = Path.of("..", "models", "storybook").toAbsolutePath();

  public static final String HOST = "127.0.0.1";

  /** Plugins of tests that block shall not hold the test up. */
  private static final PluginLimits LIMITS =
      new PluginLimits(Duration.ofSeconds(3), Duration.ofSeconds(1), Duration.ofMillis(100));

  public final Rooms rooms;
  public final Studio studio;
  public final WebClient client;
  public final PluginHost plugins;
  private final Downloads downloads;
  private final PluginJobs pluginJobs;
  private final ModelHashes hashes;
  private final HttpServer server;
  private final OpenAPIContract contract;
  private final ResponseValidator validator;

  private LiveStudio(
      Path data,
      GradientGenerator generator,
      List<Path> models,
      List<String> allowedHosts,
      HttpLimits limits,
      DownloadSetup setup) {
    rooms = Rooms.open(made(data));
    hashes = ModelHashes.open(data.resolve("model-hashes.json"), rooms.events);
    InstantSource clock = InstantSource.system();
    TimeOrderedIds ids = new TimeOrderedIds(clock);
    ModelFolders folders =
        ModelFolders.open(
                rooms.vertx,
                rooms.database,
                ids,
                clock,
                new StartFolders(models, setup.folder().root(), List.of(), data))
            .await();
    ModelLibrary library = ModelLibrary.open(rooms.vertx, folders, rooms.events, hashes).await();
    rooms.modelHashes = library::hashOfUsed;
    plugins = host(data, library);
    rooms.plugins = plugins::open;
    rooms.work(generator);
    downloads =
        Downloads.open(
                rooms.vertx, rooms.database, rooms.events, ids, clock, setup, library::rescan)
            .await();
    pluginJobs =
        PluginJobs.open(
                rooms.vertx,
                rooms.database,
                rooms.events,
                ids,
                clock,
                data.resolve("job-results"),
                plugins.jobTypes(),
                rooms.queue,
                rooms.gallery,
                plugins::admit)
            .await();
    studio =
        new Studio(
            "test",
            rooms.queue,
            rooms.gallery,
            rooms.inputs,
            library,
            downloads,
            new PromptCounter(),
            rooms.monitor,
            rooms.socket,
            plugins,
            pluginJobs);
    server = StudioHttp.listen(rooms.vertx, studio, HOST, 0, allowedHosts, limits).await();
    client =
        WebClient.create(
            rooms.vertx,
            new WebClientOptions()
                .setDefaultHost(HOST)
                .setDefaultPort(server.actualPort())
                .setFollowRedirects(false));
    contract = ApiContract.load(rooms.vertx).await().contract();
    validator = ResponseValidator.create(rooms.vertx, contract);
  }

  private PluginHost host(Path data, ModelLibrary library) {
    try {
      return PluginHost.open(
          PluginPlaces.in(data), LIMITS, rooms.events, library::catalog, rooms.queue::cancel);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path made(Path folder) {
    try {
      return Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A studio with the built-in model. */
  public static LiveStudio open(Path data, GradientGenerator generator) {
    return open(data, generator, List.of(STORYBOOK));
  }

  public static LiveStudio open(Path data, GradientGenerator generator, List<Path> models) {
    return open(data, generator, models, usual(data));
  }

  /** A studio that gets models elsewhere. */
  public static LiveStudio open(
      Path data, GradientGenerator generator, List<Path> models, DownloadSetup setup) {
    return new LiveStudio(data, generator, models, List.of(), HttpLimits.USUAL, setup);
  }

  private static DownloadSetup usual(Path data) {
    return DownloadSetup.usual(data.resolve("models"));
  }

  public static LiveStudio open(Path data, GradientGenerator generator, HttpLimits limits) {
    return new LiveStudio(data, generator, List.of(STORYBOOK), List.of(), limits, usual(data));
  }

  public static LiveStudio open(Path data, List<String> allowedHosts) {
    return new LiveStudio(
        data,
        GradientGenerator.free(),
        List.of(STORYBOOK),
        allowedHosts,
        HttpLimits.USUAL,
        usual(data));
  }

  /** A model folder with a checkpoint whose weights are no safetensors file. */
  public static Path brokenModels(Path parent) {
    try {
      Path model = parent.resolve("models").resolve("checkpoints").resolve("broken.safetensors");
      Files.createDirectories(model.getParent());
      Files.writeString(model, "this is no safetensors file");
      return parent.resolve("models");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int port() {
    return server.actualPort();
  }

  public HttpResponse<Buffer> get(String uri) {
    return send(client.request(HttpMethod.GET, uri), HttpMethod.GET, uri, null);
  }

  public HttpResponse<Buffer> delete(String uri) {
    return send(client.request(HttpMethod.DELETE, uri), HttpMethod.DELETE, uri, null);
  }

  public HttpResponse<Buffer> post(String uri, JsonObject body) {
    return post(uri, body.toBuffer());
  }

  /** Sends a body that need not be an object, or be JSON at all, as JSON. */
  public HttpResponse<Buffer> post(String uri, Buffer body) {
    return send(
        client.request(HttpMethod.POST, uri).putHeader("Content-Type", "application/json"),
        HttpMethod.POST,
        uri,
        body);
  }

  /** Sends a request made by the test, and holds the answer against the document. */
  public HttpResponse<Buffer> send(
      HttpRequest<Buffer> request, HttpMethod method, String uri, Buffer body) {
    HttpResponse<Buffer> response =
        (body == null ? request.send() : request.sendBuffer(body)).await();
    checkDocumented(method, uri, response);
    return response;
  }

  private void checkDocumented(HttpMethod method, String uri, HttpResponse<Buffer> response) {
    Operation operation = contract.findOperation(uri.split("\\?", 2)[0], method);
    if (operation == null) {
      return;
    }
    Map<String, String> headers = new HashMap<>();
    response.headers().forEach(header -> headers.put(header.getKey(), header.getValue()));
    String type = response.getHeader("Content-Type");
    if (response.statusCode() >= 400) {
      assertEquals("application/problem+json", type, uri);
    }
    boolean json = type != null && type.endsWith("json");
    validator
        .validate(
            json
                ? ValidatableResponse.create(
                    response.statusCode(), headers, response.body(), "application/json")
                : ValidatableResponse.create(response.statusCode(), headers),
            operation.getOperationId())
        .await();
  }

  /** Queues a request and waits for its end; the job as it is then. */
  public JsonObject make(JsonObject request) {
    JsonObject queued = post("/api/v1/images", request).bodyAsJsonObject();
    return get("/api/v1/jobs/" + queued.getString("id") + "?wait=60").bodyAsJsonObject();
  }

  @Override
  public void close() {
    client.close();
    server.close().await();
    downloads.close().await();
    pluginJobs.close().await();
    studio.prompts().close();
    hashes.close();
    rooms.endWork();
    try {
      // Before the event bus, as in the studio: a timer of a plugin may be telling its panels.
      plugins.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    rooms.close();
  }
}
