package dev.atelier.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.server.GradientGenerator;
import dev.atelier.server.plugins.PluginJar;
import dev.atelier.server.plugins.PluginStatus;
import dev.atelier.server.plugins.PluginStatus.State;
import dev.atelier.server.plugins.PluginWait;
import dev.atelier.server.security.UploadToken;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Installing a plugin over HTTP: for those whom the operator lets, and for nobody by default. */
class PluginInstallTest {
  private static final String TOKEN = "correct-horse-battery-staple";
  private static final String ADDRESS = "/api/v1/plugins";
  private static final String JAR = "application/java-archive";
  private static final String MARK =
      "public Map<String, String> annotate(int index) { return Map.of(\"Mark\", \"VERSION\"); }";

  @TempDir private Path data;
  private LiveStudio studio;

  @AfterEach
  void stop() {
    if (studio != null) {
      studio.close();
    }
  }

  private void start(Optional<UploadToken> token) {
    studio =
        LiveStudio.open(data, GradientGenerator.free(), HttpLimits.USUAL.withPluginUpload(token));
  }

  private void startOpen() {
    start(Optional.of(UploadToken.of(TOKEN)));
  }

  private Buffer jar(String version) throws IOException {
    Path made =
        PluginJar.step("mark", version, MARK.replace("VERSION", version))
            .write(data.resolve("made").resolve(version));
    return Buffer.buffer(Files.readAllBytes(made));
  }

  private HttpResponse<Buffer> send(String authorization, String type, Buffer body) {
    var request = studio.client.request(HttpMethod.POST, ADDRESS).putHeader("Content-Type", type);
    if (!authorization.isEmpty()) {
      request.putHeader("Authorization", authorization);
    }
    return studio.send(request, HttpMethod.POST, ADDRESS, body);
  }

  private static String detail(HttpResponse<Buffer> response) {
    return response.bodyAsJsonObject().getString("detail");
  }

  private List<String> folder() throws IOException {
    try (Stream<Path> files = Files.list(data.resolve("plugins"))) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  @Test
  void nobodyMayUnlessTheOperatorSaysSo() throws IOException {
    start(Optional.empty());
    HttpResponse<Buffer> response = send("Bearer " + TOKEN, JAR, jar("1.0.0"));
    assertEquals(403, response.statusCode());
    assertTrue(detail(response).startsWith("This studio installs no plugins over HTTP"));
    assertFalse(studio.get(ADDRESS).bodyAsJsonObject().getBoolean("upload"));
    assertEquals(List.of(), folder());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "Bearer ", "Bearer wrong", "Basic " + TOKEN, TOKEN, "Bearer " + TOKEN + "x"})
  void nobodyMayWithoutTheToken(String authorization) throws IOException {
    startOpen();
    HttpResponse<Buffer> response = send(authorization, JAR, jar("1.0.0"));
    assertEquals(401, response.statusCode());
    assertEquals("Bearer realm=\"plugins\"", response.getHeader("WWW-Authenticate"));
    assertEquals(List.of(), folder());
  }

  @Test
  void aJarIsInstalledAndExchangedForANewerOne() throws IOException {
    startOpen();
    JsonObject answer = send("Bearer " + TOKEN, JAR, jar("1.0.0")).bodyAsJsonObject();
    assertEquals("mark", answer.getString("installed"));
    assertEquals("running", answer.getJsonArray("plugins").getJsonObject(0).getString("state"));
    assertTrue(answer.getBoolean("upload"));
    Files.move(data.resolve("plugins/mark.jar"), data.resolve("plugins/mark-1.jar"));
    PluginWait.until(
        studio.plugins,
        all -> all.stream().filter(p -> p.file().equals("mark-1.jar") && running(p)).findFirst());
    HttpResponse<Buffer> newer = send("Bearer " + TOKEN, JAR, jar("1.1.0"));
    assertEquals(201, newer.statusCode());
    PluginStatus now = studio.plugins.plugins().get(0);
    assertEquals("1.1.0", now.version());
    assertTrue(running(now));
    assertEquals(List.of("mark-1.jar"), folder(), "it took the old one's place");
  }

  private static boolean running(PluginStatus plugin) {
    return plugin.state() == State.RUNNING;
  }

  @Test
  void whatIsNoPluginIsRefusedAndLeavesNothing() throws IOException {
    startOpen();
    HttpResponse<Buffer> text = send("Bearer " + TOKEN, JAR, Buffer.buffer("no jar"));
    assertEquals(422, text.statusCode());
    assertTrue(detail(text).contains("no jar that can be read"), detail(text));
    Path future =
        PluginJar.step("mark", "1.0.0", MARK)
            .manifest("Plugin-Requires", "2.0")
            .write(data.resolve("made").resolve("future"));
    HttpResponse<Buffer> other =
        send("Bearer " + TOKEN, JAR, Buffer.buffer(Files.readAllBytes(future)));
    assertEquals(422, other.statusCode());
    assertTrue(detail(other).startsWith("It was made for version 2.0"), detail(other));
    assertEquals(List.of(), folder());
  }

  @Test
  void onlyJarsOfALimitedSizeAreRead() {
    startOpen();
    assertEquals(
        415, send("Bearer " + TOKEN, "application/json", Buffer.buffer("{}")).statusCode());
    assertEquals(
        415, send("Bearer " + TOKEN, "multipart/form-data", Buffer.buffer("x")).statusCode());
    Buffer large = Buffer.buffer(new byte[(64 << 20) + 1]);
    assertEquals(413, send("Bearer " + TOKEN, JAR, large).statusCode());
  }

  @ParameterizedTest
  @ValueSource(strings = {"short", "", "has spaces in the middle", "ünïcödé-ünïcödé-ünïcödé"})
  void aPoorTokenIsRefusedWithoutBeingRepeated(String text) {
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> UploadToken.of(text));
    assertTrue(text.isEmpty() || !refused.getMessage().contains(text));
    assertEquals("a token", UploadToken.of(TOKEN).toString());
  }
}
