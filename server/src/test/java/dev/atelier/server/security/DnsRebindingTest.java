package dev.atelier.server.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.server.http.LiveStudio;
import dev.atelier.server.security.RawHttp.Answer;
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
 * A page on a name whose address an attacker changes to this machine's after it was loaded (ComfyUI
 * issue 12860: Host equals Origin there, so that comparing the two lets it in).
 */
class DnsRebindingTest {
  private static LiveStudio studio;

  @BeforeAll
  static void open(@TempDir Path data) {
    studio = LiveStudio.open(data, List.of("studio.example", "proxy.example:8443"));
  }

  @AfterAll
  static void close() {
    studio.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.0.0.1:7860",
        "localhost",
        "localhost:1",
        "LocalHost:7860",
        "[::1]:7860",
        "studio.example",
        "studio.example:443",
        "proxy.example:8443"
      })
  void answersToItsOwnNames(String host) throws IOException {
    assertEquals(200, status(host));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "evil.example:7860",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "localhost.",
        "studio.example.",
        "proxy.example",
        "proxy.example:8444",
        "192.168.1.7",
        "0.0.0.0",
        "[::]"
      })
  void answersToNoOtherName(String host) throws IOException {
    Answer answer = RawHttp.get(studio.port(), "/health", "Host: " + host);
    assertEquals(421, answer.status());
    assertTrue(answer.detail().contains("--allow-host"), answer.detail());
    String origin = "Origin: http://" + host;
    assertEquals(421, RawHttp.get(studio.port(), "/health", "Host: " + host, origin).status());
    assertEquals(421, RawHttp.upgrade(studio.port(), "Host: " + host, origin).status());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "evil/..", "a b", "user@127.0.0.1", "127.0.0.1:port", "127.0.0.1:7860:1", "ä"})
  void refusesWhatIsNoHost(String host) throws IOException {
    assertEquals(200, status("127.0.0.1"));
    assertEquals(400, status(host));
  }

  @Test
  void refusesAMissingHost() throws IOException {
    assertEquals(200, status("127.0.0.1"));
    assertEquals(400, RawHttp.get(studio.port(), "/health", "Accept: */*").status());
    assertEquals(400, RawHttp.exchange(studio.port(), "GET /health HTTP/1.0\n\n").status());
  }

  @Test
  void refusesTwoHosts() throws IOException {
    assertEquals(200, status("127.0.0.1"));
    assertEquals(400, status("127.0.0.1\nHost: evil.example"));
  }

  @Test
  void refusesATargetThatNamesAnotherHost() throws IOException {
    assertEquals(200, status("127.0.0.1"));
    for (String target : List.of("http://evil.example/health", "//evil.example/health")) {
      assertEquals(400, RawHttp.get(studio.port(), target, "Host: 127.0.0.1").status(), target);
    }
  }

  @Test
  void keepsAnUpgradeToAnotherProtocolOut() throws IOException {
    String[] upgrade = {
      "Host: 127.0.0.1",
      "Connection: Upgrade, HTTP2-Settings",
      "Upgrade: h2c",
      "HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA"
    };
    assertEquals(200, RawHttp.get(studio.port(), "/health", upgrade).status());
  }

  @Test
  void doesNotStartWithANameThatIsNone() {
    assertThrows(IllegalArgumentException.class, () -> new HostPolicy("127.0.0.1", List.of("a b")));
  }

  private static int status(String host) throws IOException {
    return RawHttp.get(studio.port(), "/health", "Host: " + host).status();
  }
}
