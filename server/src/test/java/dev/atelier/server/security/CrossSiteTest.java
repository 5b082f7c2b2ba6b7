package dev.atelier.server.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.atelier.server.http.LiveStudio;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Requests that another web site's page makes in the user's browser: forms and fetches
 * (AUTOMATIC1111 CVE-2024-11045, ComfyUI CVE-2024-10481) and WebSockets, which browsers let any
 * page open.
 */
class CrossSiteTest {
  private static final String HOST = "Host: 127.0.0.1:7860";
  private static LiveStudio studio;

  @BeforeAll
  static void open(@TempDir Path data) {
    studio = LiveStudio.open(data, List.of("studio.example"));
  }

  @AfterAll
  static void close() {
    studio.close();
  }

  /** A POST that changes nothing that matters and needs no body. */
  private static int post(String... headers) throws IOException {
    return RawHttp.exchange(studio.port(), RawHttp.head("POST", "/api/v1/models/rescan", headers))
        .status();
  }

  private static int get(String... headers) throws IOException {
    return RawHttp.get(studio.port(), "/api/v1/jobs", headers).status();
  }

  private static int upgrade(String... headers) throws IOException {
    return RawHttp.upgrade(studio.port(), headers).status();
  }

  @Test
  void letsProgramsIn() throws IOException {
    assertEquals(200, post(HOST, "Content-Length: 0"));
    assertEquals(200, get(HOST));
    assertEquals(101, upgrade(HOST));
  }

  @Test
  void letsItsOwnPageIn() throws IOException {
    String[] page = {
      HOST, "Origin: http://127.0.0.1:7860", "Sec-Fetch-Site: same-origin", "Content-Length: 0"
    };
    assertEquals(200, post(page));
    assertEquals(200, get(page));
    assertEquals(101, upgrade(HOST, page[1], page[2]));
  }

  @Test
  void letsItsOwnPageInThroughAProxyWithTls() throws IOException {
    String[] page = {
      "Host: studio.example", "Origin: https://studio.example", "Sec-Fetch-Site: same-origin"
    };
    assertEquals(200, post(page[0], page[1], page[2], "Content-Length: 0"));
    assertEquals(101, upgrade(page));
    assertEquals(101, upgrade(HOST, page[1], page[2]), "a proxy that renames the host");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://evil.example",
        "https://evil.example",
        "http://127.0.0.1",
        "http://127.0.0.1:3000",
        "http://localhost:7860",
        "http://127.0.0.1:7860.evil.example",
        "http://evil.example:7860",
        "http://studio.example.evil.example",
        "http://user@127.0.0.1:7860",
        "http://127.0.0.1:7860/",
        "file://",
        "chrome-extension://abcdef",
        "127.0.0.1:7860",
        "nonsense"
      })
  void keepsOtherOriginsOut(String origin) throws IOException {
    letsItsOwnPageIn();
    String foreign = "Origin: " + origin;
    assertEquals(403, post(HOST, foreign, "Content-Length: 0"));
    assertEquals(403, get(HOST, foreign));
    assertEquals(403, upgrade(HOST, foreign));
    assertEquals(403, upgrade(HOST, foreign, "Sec-Fetch-Site: same-origin"));
  }

  /** Sandboxed frames and local files (ComfyUI CVE-2026-56674). */
  @Test
  void letsPagesWithoutAnOriginLookButNotAct() throws IOException {
    letsItsOwnPageIn();
    assertEquals(403, post(HOST, "Origin: null", "Content-Length: 0"));
    assertEquals(403, upgrade(HOST, "Origin: null"));
    assertEquals(200, get(HOST, "Origin: null"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"cross-site", "same-site", "something-new"})
  void keepsOutWhatTheBrowserCallsForeign(String site) throws IOException {
    letsItsOwnPageIn();
    String foreign = "Sec-Fetch-Site: " + site;
    String origin = "Origin: http://127.0.0.1:7860";
    assertEquals(403, post(HOST, foreign, "Content-Length: 0"));
    assertEquals(403, post(HOST, foreign, origin, "Content-Length: 0"));
    assertEquals(403, upgrade(HOST, foreign));
    assertEquals(200, get(HOST, foreign), "a link from anywhere may open the page");
  }

  @Test
  void keepsOutASecondOriginAndASecondSite() throws IOException {
    letsItsOwnPageIn();
    assertEquals(400, get(HOST, "Origin: http://127.0.0.1:7860", "Origin: http://evil.example"));
    assertEquals(
        403,
        post(
            HOST,
            "Sec-Fetch-Site: same-origin",
            "Sec-Fetch-Site: cross-site",
            "Content-Length: 0"));
  }

  @Test
  void grantsNoPreflight() throws IOException {
    letsItsOwnPageIn();
    String preflight =
        RawHttp.head(
            "OPTIONS",
            "/api/v1/images",
            HOST,
            "Origin: http://evil.example",
            "Access-Control-Request-Method: POST",
            "Access-Control-Request-Headers: content-type");
    RawHttp.Answer answer = RawHttp.exchange(studio.port(), preflight);
    assertEquals(403, answer.status());
    assertFalse(answer.head().contains("access-control-allow"), answer.head());
  }

  /** What a form can send, or a fetch without asking first, is never taken for a request. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Type: text/plain",
        "Content-Type: application/x-www-form-urlencoded",
        "Content-Type: multipart/form-data; boundary=x",
        "Content-Type: text/plain; application/json",
        "X-No: type"
      })
  void takesNoBodyThatAFormCanSend(String type) throws IOException {
    String body = "{\"prompt\":\"x\",\"width\":64,\"height\":64,\"steps\":1}";
    String length = "Content-Length: " + body.length();
    for (String target : List.of("/api/v1/images", "/sdapi/v1/options")) {
      String json = RawHttp.head("POST", target, HOST, "Content-Type: application/json", length);
      int taken = RawHttp.exchange(studio.port(), json + body).status();
      assertEquals(target.startsWith("/api") ? 202 : 200, taken);
      String form = RawHttp.head("POST", target, HOST, type, length);
      assertEquals(415, RawHttp.exchange(studio.port(), form + body).status());
    }
  }
}
