package dev.atelier.server.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.server.GradientGenerator;
import dev.atelier.server.http.LiveStudio;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Paths that try to leave their folder (AUTOMATIC1111 CVE-2024-31462, InvokeAI CVE-2024-11042 and
 * CVE-2025-6237, ComfyUI CVE-2026-56671): no part of a request is ever a file's name.
 */
class TraversalTest {
  private static final String HOST = "Host: 127.0.0.1";
  private static LiveStudio studio;
  private static JsonObject image;
  private static Path secret;

  @BeforeAll
  static void open(@TempDir Path folder) throws IOException {
    secret = Files.writeString(folder.resolve("secret.txt"), "the secret");
    studio = LiveStudio.open(folder.resolve("data"), GradientGenerator.free());
    image =
        studio
            .make(new JsonObject().put("prompt", "x").put("width", 64).put("height", 64))
            .getJsonArray("images")
            .getJsonObject(0);
  }

  @AfterAll
  static void close() {
    studio.close();
  }

  static Stream<String> ways() {
    String absolute = secret.toString();
    String climb = "../../../../../../../../../../.." + absolute;
    return Stream.of(
        "../secret.txt",
        "..%2fsecret.txt",
        "..%2Fsecret.txt",
        "%2e%2e/secret.txt",
        "%2e%2e%2fsecret.txt",
        "%252e%252e%252fsecret.txt",
        "..%5csecret.txt",
        "..\\secret.txt",
        "....//secret.txt",
        "..;/secret.txt",
        "%c0%ae%c0%ae/secret.txt",
        "%00",
        "secret.txt%00.png",
        "%2e",
        "~root",
        "C:%5csecret.txt",
        "file:%2f%2f" + absolute,
        absolute,
        absolute.replace("/", "%2f"),
        climb,
        climb.replace("/", "%2f"),
        climb.replace(".", "%2e"));
  }

  @ParameterizedTest
  @MethodSource("ways")
  void leavesNoFolder(String way) throws IOException {
    String id = image.getString("id");
    assertEquals(200, RawHttp.get(studio.port(), image.getString("url"), HOST).status());
    assertEquals(200, RawHttp.get(studio.port(), "/static/js/main.js", HOST).status());
    for (String target :
        List.of(
            "/" + way,
            "/static/" + way,
            "/static/js/" + way,
            "/webjars/" + way,
            "/webjars/" + way + "/lit-html.js",
            "/webjars/lit-html/" + way,
            "/api/v1/images/" + way,
            "/api/v1/images/" + way + "/file",
            "/api/v1/images/" + way + "/thumbnail",
            "/api/v1/images/" + id + "/" + way,
            "/api/v1/images/" + id + "/file/" + way,
            "/api/v1/jobs/" + way,
            "/api/v1/" + way,
            "/sdapi/v1/" + way)) {
      RawHttp.Answer answer = RawHttp.get(studio.port(), target, HOST);
      assertTrue(Set.of(400, 404, 405).contains(answer.status()), target + answer);
      assertTrue(answer.detail().length() > 10, target);
    }
  }

  @Test
  void givesOutNothingOfTheClassPathButThePage() throws IOException {
    assertEquals(200, RawHttp.get(studio.port(), "/webjars/lit-html/lit-html.js", HOST).status());
    for (String target :
        List.of(
            "/static/../templates/index.hbs",
            "/static/..%2ftemplates%2findex.hbs",
            "/static/../../openapi.yaml",
            "/static/../../../dev/atelier/server/http/StudioHttp.class",
            "/static/%2e%2e/%2e%2e/%2e%2e/logback.xml",
            "/webjars/../../../dev/atelier/server/http/StudioHttp.class",
            "/webjars/lit-html/../../../../META-INF/MANIFEST.MF",
            "/webjars/lit-html/..%2f..%2f..%2f..%2fMETA-INF%2fMANIFEST.MF",
            "/webjars/lit-html/.hidden.js")) {
      int status = RawHttp.get(studio.port(), target, HOST).status();
      assertTrue(Set.of(400, 404).contains(status), target + " " + status);
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void takesNoModelFromOutsideOfTheCatalog(String way) {
    JsonObject request = new JsonObject().put("prompt", "x").put("model", way);
    assertEquals(422, studio.post("/api/v1/images", request).statusCode());
    JsonObject overrides = new JsonObject().put("sd_model_checkpoint", way);
    assertEquals(
        404,
        studio
            .post("/sdapi/v1/txt2img", new JsonObject().put("override_settings", overrides))
            .statusCode());
    assertEquals(404, studio.post("/sdapi/v1/options", overrides).statusCode());
  }
}
