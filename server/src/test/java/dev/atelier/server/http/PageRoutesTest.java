package dev.atelier.server.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.server.GradientGenerator;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.client.HttpResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PageRoutesTest {
  private static final String SCRIPT = "/static/js/main.js";
  private static final String WEBJAR = "/webjars/lit-html/lit-html.js";
  private static LiveStudio studio;

  @BeforeAll
  static void open(@TempDir Path data) {
    studio = LiveStudio.open(data, GradientGenerator.free());
  }

  @AfterAll
  static void close() {
    studio.close();
  }

  @Test
  void servesThePageWithTheStudiosVersion() {
    HttpResponse<Buffer> page = studio.get("/");
    assertEquals(200, page.statusCode());
    assertEquals("text/html; charset=utf-8", page.getHeader("Content-Type"));
    String html = page.bodyAsString();
    assertTrue(html.startsWith("<!doctype html>"), html);
    assertTrue(html.contains("Atelier test"), "the version");
    assertTrue(html.contains("Describe a picture…"), "in UTF-8");
  }

  /** Else a browser fetches them one level after the other. */
  @ParameterizedTest
  @CsvSource({"/, main", "/models, models-place", "/plugins, plugins-place"})
  void tellsTheBrowserOfEveryModuleAtTheStart(String place, String script) {
    String html = studio.get(place).bodyAsString();
    assertTrue(
        html.contains("<script type=\"module\" src=\"/static/js/" + script + ".js\">"), html);
    List<String> told =
        Pattern.compile("<link rel=\"modulepreload\" href=\"([^\"]+)\">")
            .matcher(html)
            .results()
            .map(link -> link.group(1))
            .toList();
    assertEquals("/static/js/" + script + ".js", told.get(0));
    // Levels down, and of a webjar.
    assertTrue(told.contains("/webjars/lit-html/lit-html.js"), told::toString);
    assertTrue(told.contains("/static/js/model/format.js"), told::toString);
    assertEquals(told.size(), Set.copyOf(told).size(), "each once");
    for (String module : told) {
      String content = studio.get(module).bodyAsString();
      Pattern.compile("^(?:import|export) [^'\";]*'(\\.[^']+)'", Pattern.MULTILINE)
          .matcher(content)
          .results()
          .map(each -> URI.create(module).resolve(each.group(1)).getPath())
          .forEach(needed -> assertTrue(told.contains(needed), module + " needs " + needed));
    }
  }

  /** A page has a score of stylesheets. */
  @ParameterizedTest
  @CsvSource({"/, index, stage", "/models, models, downloads", "/plugins, plugins, plugin-jobs"})
  void sendsAPlacesStylesAtOnce(String place, String sheet, String last) {
    String address = "/static/css/place/" + sheet + ".css";
    String html = studio.get(place).bodyAsString();
    assertEquals(html.indexOf("rel=\"stylesheet\""), html.lastIndexOf("rel=\"stylesheet\""));
    assertTrue(html.contains("<link rel=\"stylesheet\" href=\"" + address + "\">"), html);
    String styles = studio.get(address).bodyAsString();
    int tokens = styles.indexOf(studio.get("/static/css/tokens.css").bodyAsString());
    assertTrue(tokens >= 0);
    assertTrue(styles.indexOf(studio.get("/static/css/" + last + ".css").bodyAsString()) > tokens);
    assertFalse(styles.contains("@import"));
  }

  @ParameterizedTest
  @CsvSource({
    "/static/js/main.js, text/javascript; charset=utf-8",
    "/static/css/base.css, text/css; charset=utf-8",
    "/static/img/mark.svg, image/svg+xml",
    "/static/fonts/inter-latin.woff2, font/woff2",
    "/webjars/lit-html/lit-html.js, text/javascript; charset=utf-8",
    "/webjars/lit-html/directives/ref.js, text/javascript; charset=utf-8",
    "/webjars/bootstrap-icons/icons/x-lg.svg, image/svg+xml"
  })
  void servesThePagesFiles(String uri, String mediaType) {
    HttpResponse<Buffer> file = studio.get(uri);
    assertEquals(200, file.statusCode());
    assertEquals(mediaType, file.getHeader("Content-Type"));
    assertTrue(file.body().length() > 0);
  }

  @Test
  void doesNotSendAFileThatTheBrowserHas() {
    HttpResponse<Buffer> first = studio.get(WEBJAR);
    assertEquals("no-cache", first.getHeader("Cache-Control"));
    HttpResponse<Buffer> again =
        studio
            .client
            .get(WEBJAR)
            .putHeader("If-None-Match", first.getHeader("ETag"))
            .send()
            .await();
    assertEquals(304, again.statusCode());
    assertNull(again.body());
  }

  @Test
  void sendsAFileAgainThatHasChanged() {
    HttpResponse<Buffer> response =
        studio.client.get(WEBJAR).putHeader("If-None-Match", "\"older\"").send().await();
    assertEquals(200, response.statusCode());
  }

  @Test
  void doesNotLetAForeignVersionBeKept() {
    assertEquals("no-cache", studio.get(WEBJAR + "?v=guess").getHeader("Cache-Control"));
  }

  @Test
  void compressesText() throws IOException {
    HttpResponse<Buffer> packed =
        studio.client.get(SCRIPT).putHeader("Accept-Encoding", "gzip").send().await();
    assertEquals("gzip", packed.getHeader("Content-Encoding"));
    byte[] plain =
        new GZIPInputStream(new ByteArrayInputStream(packed.body().getBytes())).readAllBytes();
    assertArrayEquals(studio.get(SCRIPT).body().getBytes(), plain);
    assertTrue(new String(plain, StandardCharsets.UTF_8).contains("import"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", SCRIPT, WEBJAR})
  void answersHeadLikeGetWithoutABody(String uri) {
    HttpResponse<Buffer> head = studio.client.request(HttpMethod.HEAD, uri).send().await();
    assertEquals(200, head.statusCode());
    assertNull(head.body());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/nowhere",
        "/static/",
        "/static/js",
        "/static/js/nowhere.js",
        "/webjars/",
        "/webjars/lit-html",
        "/webjars/lit-html/",
        "/webjars/nobody/lit-html.js",
        "/webjars/lit-html/package.json.bak"
      })
  void doesNotFindWhatIsNotThere(String uri) {
    HttpResponse<Buffer> response = studio.get(uri);
    assertEquals(404, response.statusCode());
    assertEquals(
        "There is nothing at this address.", response.bodyAsJsonObject().getString("detail"));
  }
}
