package dev.atelier.server.downloads;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.atelier.server.EventLog;
import dev.atelier.server.GradientGenerator;
import dev.atelier.server.http.LiveStudio;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** A studio that gets its models from a {@link FakeHub}, used through its API. */
final class DownloadingStudio implements AutoCloseable {
  private static final String DOWNLOADS = "/api/v1/models/downloads";

  final LiveStudio studio;
  final Path models;

  private DownloadingStudio(Path data, DownloadSetup setup) {
    models = setup.folder().root();
    studio =
        LiveStudio.open(
            data, GradientGenerator.free(), List.of(models, LiveStudio.STORYBOOK), setup);
  }

  static DownloadingStudio open(Path data, FakeHub hub) {
    return open(data, hub, "");
  }

  static DownloadingStudio open(Path data, FakeHub hub, String token) {
    return new DownloadingStudio(data, hub.setup(data.resolve("models"), token));
  }

  static DownloadingStudio open(Path data, DownloadSetup setup) {
    return new DownloadingStudio(data, setup);
  }

  HttpResponse<Buffer> post(String path, JsonObject body) {
    return studio.post(DOWNLOADS + path, body);
  }

  /** What the studio says of an address. */
  JsonObject look(String address) {
    HttpResponse<Buffer> answer = asked(address);
    assertEquals(200, answer.statusCode(), answer.bodyAsString());
    return answer.bodyAsJsonObject();
  }

  HttpResponse<Buffer> asked(String address) {
    return studio.post("/api/v1/models/look", new JsonObject().put("address", address));
  }

  /** Why it does not want an address. */
  String refused(String address) {
    HttpResponse<Buffer> answer = asked(address);
    assertEquals(4, answer.statusCode() / 100, answer.bodyAsString());
    assertEquals("address", answer.bodyAsJsonObject().getString("field"));
    return answer.bodyAsJsonObject().getString("detail");
  }

  /** Looks at an address and agrees; the download's id. */
  String start(String address) {
    String plan = look(address).getJsonObject("plan").getString("id");
    HttpResponse<Buffer> answer = post("", new JsonObject().put("plan", plan));
    assertEquals(202, answer.statusCode(), answer.bodyAsString());
    return answer.bodyAsJsonObject().getString("id");
  }

  JsonObject get(String id) {
    return studio.get(DOWNLOADS + "/" + id).bodyAsJsonObject();
  }

  JsonObject remove(String id) {
    return studio.delete(DOWNLOADS + "/" + id).bodyAsJsonObject();
  }

  void resume(String id) {
    assertEquals(200, post("/" + id + "/resume", new JsonObject()).statusCode());
  }

  /** Waits until pages were told that the download is in that state. */
  JsonObject await(String id, String state) throws TimeoutException {
    return await(id, download -> download.getString("state").equals(state));
  }

  /** Waits until pages were told something of the download. */
  JsonObject await(String id, Predicate<JsonObject> condition) throws TimeoutException {
    studio.rooms.log.await(heard -> of(heard, id).anyMatch(condition));
    return of(studio.rooms.log.all(), id).filter(condition).reduce((a, b) -> b).orElseThrow();
  }

  private static Stream<JsonObject> of(List<JsonObject> heard, String id) {
    return heard.stream()
        .filter(event -> EventLog.type(event, "download"))
        .map(event -> event.getJsonObject("download"))
        .filter(download -> download.getString("id").equals(id));
  }

  /** Downloads to the end. */
  JsonObject done(String address) throws TimeoutException {
    String id = start(address);
    JsonObject ended = await(id, d -> List.of("done", "failed").contains(d.getString("state")));
    assertEquals("done", ended.getString("state"), ended.getString("error"));
    return ended;
  }

  /** Downloads to the failure; why it failed. */
  String failed(String address) throws TimeoutException {
    String id = start(address);
    JsonObject ended = await(id, d -> List.of("done", "failed").contains(d.getString("state")));
    assertEquals("failed", ended.getString("state"));
    return ended.getString("error");
  }

  /** Every file below the folder of downloads. */
  List<String> files() throws IOException {
    if (!Files.exists(models)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(models)) {
      return all.filter(Files::isRegularFile)
          .map(file -> models.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  @Override
  public void close() {
    studio.close();
  }
}
