package dev.atelier.server.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.server.GradientGenerator;
import dev.atelier.server.http.LiveStudio;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What answers carry so that no text of a user, a model or a picture becomes script in the page
 * (ComfyUI CVE-2024-10099, CVE-2026-56670 and CVE-2026-56672).
 */
class ResponseHeadersTest {
  private static LiveStudio studio;

  @BeforeAll
  static void open(@TempDir Path data) {
    studio = LiveStudio.open(data, GradientGenerator.free());
  }

  @AfterAll
  static void close() {
    studio.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/health",
        "/static/js/main.js",
        "/static/img/mark.svg",
        "/webjars/lit-html/lit-html.js",
        "/api/v1/jobs",
        "/api/v1/jobs/unknown",
        "/api/v1/jobs?limit=0",
        "/sdapi/v1/samplers",
        "/nowhere"
      })
  void everyAnswerIsBoundToTheStudio(String uri) {
    HttpResponse<Buffer> response = studio.get(uri);
    String policy = response.getHeader("Content-Security-Policy");
    for (String rule :
        new String[] {
          "default-src 'self'",
          "script-src 'self'",
          "style-src 'self'",
          "img-src 'self' blob: data:",
          "object-src 'none'",
          "frame-ancestors 'none'",
          "base-uri 'none'",
          "form-action 'self'"
        }) {
      assertTrue(policy.contains(rule), policy);
    }
    assertFalse(policy.contains("unsafe"), policy);
    assertTrue(
        policy.endsWith(
            "connect-src 'self' ws://127.0.0.1:%1$d wss://127.0.0.1:%1$d".formatted(studio.port())),
        policy);
    assertEquals("nosniff", response.getHeader("X-Content-Type-Options"));
    assertEquals("no-referrer", response.getHeader("Referrer-Policy"));
    assertEquals("same-origin", response.getHeader("Cross-Origin-Opener-Policy"));
    assertEquals("same-origin", response.getHeader("Cross-Origin-Resource-Policy"));
    assertTrue(response.getHeader("Permissions-Policy").contains("camera=()"));
  }

  @Test
  void aRefusalCarriesThemToo() throws IOException {
    RawHttp.Answer answer = RawHttp.get(studio.port(), "/", "Host: evil.example; script-src *");
    assertEquals(400, answer.status());
    assertTrue(answer.head().contains("x-content-type-options: nosniff"), answer.head());
    assertFalse(answer.head().contains("evil"), "a Host header puts nothing into the policy");
  }

  /** They once took away what the answer had already. */
  @Test
  void headersThatWereThereStay() {
    HttpResponse<Buffer> response = studio.get("/api/v1/events");
    assertEquals(426, response.statusCode());
    assertEquals("websocket", response.getHeader("Upgrade"));
    assertEquals("nosniff", response.getHeader("X-Content-Type-Options"));
  }

  /** A tab of its own shows it in a page with inline styles, which the studio's policy forbids. */
  @Test
  void aPictureMayBeLookedAtByItself() {
    JsonObject image = made("a fox");
    for (String address : new String[] {"url", "thumbnail_url"}) {
      assertEquals(
          "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
          studio.get(image.getString(address)).getHeader("Content-Security-Policy"));
    }
  }

  private static JsonObject made(String prompt) {
    JsonObject job =
        studio.make(
            new JsonObject()
                .put("prompt", prompt)
                .put("width", 64)
                .put("height", 64)
                .put("steps", 1)
                .put("seed", 5));
    return job.getJsonArray("images").getJsonObject(0);
  }

  @Test
  void noPromptBecomesAHeader() {
    JsonObject image = made("\"; filename=evil.html\r\nSet-Cookie: a=b\r\n\r\n<script>");
    HttpResponse<Buffer> file = studio.get(image.getString("url") + "?download=true");
    assertEquals(
        "attachment; filename=\"atelier-5-%s.png\"".formatted(image.getString("id")),
        file.getHeader("Content-Disposition"));
    assertTrue(file.cookies().isEmpty());
  }

  @Test
  void noQueryBecomesAHeader() throws IOException {
    RawHttp.Answer answer =
        RawHttp.get(
            studio.port(),
            "/api/v1/jobs?limit=1%0d%0aSet-Cookie:%20a=b&state=%0d%0aX: y",
            "Host: 127.0.0.1");
    assertEquals(400, answer.status());
    assertFalse(answer.head().contains("set-cookie"), answer.head());
  }

  @Test
  void problemsAreJsonAndNothingElse() {
    HttpResponse<Buffer> response =
        studio.post(
            "/api/v1/images",
            new JsonObject().put("prompt", "x").put("sampler", "<img src=x onerror=alert(1)>"));
    assertEquals(400, response.statusCode());
    assertEquals("application/problem+json", response.getHeader("Content-Type"));
  }
}
