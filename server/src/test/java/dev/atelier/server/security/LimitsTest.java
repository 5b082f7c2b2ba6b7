package dev.atelier.server.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.server.GradientGenerator;
import dev.atelier.server.http.HttpLimits;
import dev.atelier.server.http.LiveStudio;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Requests that are meant to use up memory, time or sockets (AUTOMATIC1111 CVE-2024-10935 and
 * CVE-2024-12074, InvokeAI CVE-2024-10821 and CVE-2024-11043: boundaries, file names and fields
 * without end; here nothing reads forms at all).
 */
class LimitsTest {
  private static final String HOST = "Host: 127.0.0.1";
  private static final String JSON = "Content-Type: application/json";
  private static LiveStudio studio;

  @BeforeAll
  static void open(@TempDir Path data) {
    studio = LiveStudio.open(data, GradientGenerator.free());
  }

  @AfterAll
  static void close() {
    studio.close();
  }

  private static JsonObject prompt(int length) {
    return new JsonObject().put("prompt", "x".repeat(length)).put("width", 64).put("height", 64);
  }

  @Test
  void refusesABodyThatSaysItIsTooLarge() {
    assertEquals(202, studio.post("/api/v1/images", prompt(10_000)).statusCode());
    assertEquals(413, studio.post("/api/v1/images", prompt(1 << 20)).statusCode());
  }

  @Test
  void refusesABodyThatGrowsTooLarge() throws IOException {
    String chunk = "10000\n" + " ".repeat(0x10000) + "\n";
    String head = RawHttp.head("POST", "/api/v1/images", HOST, JSON, "Transfer-Encoding: chunked");
    String whole = prompt(5).encode();
    String end = "%x\n%s\n0\n\n".formatted(whole.length(), whole);
    assertEquals(202, RawHttp.exchange(studio.port(), head + chunk + end).status());
    assertEquals(413, RawHttp.exchange(studio.port(), head + chunk.repeat(17) + end).status());
  }

  @Test
  void refusesABodyBeforeItIsSent() throws IOException {
    String head =
        RawHttp.head(
            "POST",
            "/api/v1/images",
            HOST,
            JSON,
            "Content-Length: 99999999999",
            "Expect: 100-continue");
    assertEquals(413, RawHttp.exchange(studio.port(), head).status());
    String small = head.replace("99999999999", "2");
    assertEquals(100, RawHttp.exchange(studio.port(), small).status());
  }

  @Test
  void letsPicturesBeLargerThanRequests() {
    JsonObject body = new JsonObject().put("image", "A".repeat(3 << 20));
    assertEquals(422, studio.post("/sdapi/v1/png-info", body).statusCode(), "no PNG, but read");
    Buffer tooLarge = Buffer.buffer(new byte[(64 << 20) + 1]);
    assertEquals(413, studio.post("/sdapi/v1/png-info", tooLarge).statusCode());
    assertEquals(413, studio.post("/sdapi/v1/txt2img", body).statusCode());
  }

  @Test
  void readsNoForm() throws IOException {
    String boundary = "-".repeat(4000);
    String form =
        RawHttp.head(
                "POST",
                "/api/v1/images",
                HOST,
                "Content-Type: multipart/form-data; boundary=" + boundary,
                "Content-Length: 100000")
            + "--"
            + boundary;
    RawHttp.Answer answer = RawHttp.exchange(studio.port(), form);
    assertEquals(415, answer.status());
    assertTrue(answer.detail().contains("application/json"), answer.detail());
  }

  @Test
  void refusesAnAddressThatIsTooLong() throws IOException {
    assertEquals(404, RawHttp.get(studio.port(), "/" + "x".repeat(3000), HOST).status());
    RawHttp.Answer answer = RawHttp.get(studio.port(), "/" + "x".repeat(5000), HOST);
    assertEquals(414, answer.status());
    assertTrue(answer.detail().length() > 10);
  }

  @Test
  void refusesHeadersThatAreTooLong() throws IOException {
    assertEquals(
        200, RawHttp.get(studio.port(), "/health", HOST, "X: " + "x".repeat(5000)).status());
    RawHttp.Answer answer = RawHttp.get(studio.port(), "/health", HOST, "X: " + "x".repeat(9000));
    assertEquals(431, answer.status());
    assertTrue(answer.detail().length() > 10);
  }

  @Test
  void refusesWhatIsNoHttp() throws IOException {
    assertEquals(400, RawHttp.exchange(studio.port(), "GET\n\n").status());
    assertEquals(400, RawHttp.get(studio.port(), "/health", HOST, "Bad Header: x").status());
    String smuggled =
        RawHttp.head(
                "POST",
                "/api/v1/images",
                HOST,
                JSON,
                "Content-Length: 5",
                "Transfer-Encoding: chunked")
            + "0\n\n";
    assertEquals(400, RawHttp.exchange(studio.port(), smuggled).status());
  }

  @Test
  void readsJsonOfAnyDepthWithoutFallingOver() {
    Buffer deep = Buffer.buffer("{\"prompt\":" + "[".repeat(100_000));
    assertEquals(400, studio.post("/api/v1/images", deep).statusCode());
    Buffer deepish = Buffer.buffer("{\"prompt\":" + "[".repeat(900) + "]".repeat(900) + "}");
    assertEquals(400, studio.post("/api/v1/images", deepish).statusCode());
    Buffer digits = Buffer.buffer("{\"prompt\":\"x\",\"seed\":" + "9".repeat(100_000) + "}");
    assertEquals(400, studio.post("/api/v1/images", digits).statusCode());
  }

  @Test
  void doesNotWaitForeverForABody(@TempDir Path data) throws IOException {
    HttpLimits hasty = new HttpLimits(Duration.ofMillis(200), Duration.ofMinutes(5), 500);
    try (LiveStudio impatient = LiveStudio.open(data, GradientGenerator.free(), hasty);
        Socket slow = RawHttp.connect(impatient.port())) {
      assertEquals(202, impatient.post("/api/v1/images", prompt(5)).statusCode());
      RawHttp.send(
          slow, RawHttp.head("POST", "/api/v1/images", HOST, JSON, "Content-Length: 50") + "{");
      assertEquals(408, RawHttp.read(slow).status());
      assertEquals(-1, slow.getInputStream().read(), "the connection is closed");
    }
  }

  @Test
  void doesNotWaitForeverForAHead(@TempDir Path data) throws IOException {
    HttpLimits hasty = new HttpLimits(Duration.ofMinutes(5), Duration.ofSeconds(1), 500);
    try (LiveStudio impatient = LiveStudio.open(data, GradientGenerator.free(), hasty);
        Socket silent = RawHttp.connect(impatient.port());
        Socket slow = RawHttp.connect(impatient.port());
        Socket kept = RawHttp.connect(impatient.port())) {
      RawHttp.send(slow, "GET /health HTTP/1.1\nHost: 127.0.0.1\nX-Slow: ");
      RawHttp.send(kept, RawHttp.head("GET", "/health", HOST));
      assertEquals(200, RawHttp.read(kept).status());
      for (Socket idle : new Socket[] {silent, slow, kept}) {
        assertEquals(-1, idle.getInputStream().read(), "the connection is closed");
      }
    }
  }

  @Test
  void waitsWithAClientThatWaits(@TempDir Path data) throws IOException {
    GradientGenerator generator = GradientGenerator.held();
    HttpLimits hasty = new HttpLimits(Duration.ofMinutes(5), Duration.ofSeconds(1), 500);
    try (LiveStudio impatient = LiveStudio.open(data, generator, hasty)) {
      JsonObject job =
          impatient.post("/api/v1/images", prompt(5).put("steps", 1)).bodyAsJsonObject();
      String target = "/api/v1/jobs/" + job.getString("id") + "?wait=60";
      try (Socket waiting = RawHttp.connect(impatient.port());
          Socket idle = RawHttp.connect(impatient.port())) {
        RawHttp.send(waiting, RawHttp.head("GET", target, HOST));
        // By the time an idle connection is closed, the waiting one would have been too.
        assertEquals(-1, idle.getInputStream().read());
        generator.allow(1);
        assertEquals(200, RawHttp.read(waiting).status());
      }
    }
  }
}
