package dev.atelier.server.outbound;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutboundClientTest {
  private final Vertx vertx = Vertx.vertx();
  private final List<String> asked = new ArrayList<>();
  private final List<String> hosts = new ArrayList<>();
  private HttpServer server;

  @BeforeEach
  void listen() {
    server =
        vertx
            .createHttpServer()
            .requestHandler(
                request -> {
                  hosts.add(request.getHeader("Host"));
                  request.response().end("here");
                })
            .listen(0, "127.0.0.1")
            .await();
  }

  @AfterEach
  void close() {
    vertx.close().await();
  }

  private OutboundClient client(String... addresses) {
    return client(List.of(), addresses);
  }

  private OutboundClient client(List<String> allowed, String... addresses) {
    HostResolver resolver =
        host -> {
          asked.add(host);
          List<InetAddress> found = new ArrayList<>();
          for (String address : addresses) {
            found.add(InetAddress.getByName(address));
          }
          return found;
        };
    return new OutboundClient(
        vertx,
        AllowedHosts.hubsAnd(allowed),
        new HubTokens(Map.of()),
        resolver,
        "test",
        Duration.ofSeconds(20));
  }

  private String refusal(OutboundClient client, String uri) {
    return assertThrows(
            RefusedAddressException.class, () -> client.get(URI.create(uri), Map.of()).await())
        .getMessage();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "fd00::1", "::ffff:10.0.0.1"})
  void aNameThatStandsForAnAddressOfThisNetworkIsNotFollowed(String address) {
    assertTrue(
        refusal(client(address), "https://huggingface.co/x").contains("inside this network"));
    // Not even where a public one stands beside it.
    assertTrue(
        refusal(client("8.8.8.8", address), "https://hf.co/").contains("inside this network"));
  }

  @Test
  void aNameIsAskedForOnceAndTheConnectionGoesToThatAnswer() {
    String origin = "http://models.example:" + server.actualPort();
    OutboundClient client = client(List.of(origin), "127.0.0.1");
    assertEquals(
        200, client.get(URI.create(origin + "/a"), Map.of()).await().response().statusCode());
    assertEquals(List.of("models.example"), asked);
    assertEquals(List.of("models.example:" + server.actualPort()), hosts);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://example.org/x",
        "https://huggingface.co.example.org/x",
        "https://evilhuggingface.co/x",
        "http://huggingface.co/x",
        "https://huggingface.co:8443/x",
        "https://huggingface.co@example.org/x",
        "https://r2.cloudflarestorage.com/x",
        "https://evil.5ac0.r2.cloudflarestorage.com/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "ftp://huggingface.co/x",
        "file:///etc/passwd",
        "/x"
      })
  void otherHostsAreRefusedBeforeTheyAreLookedUp(String uri) {
    refusal(client("8.8.8.8"), uri);
    assertEquals(List.of(), asked);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://huggingface.co/x",
        "https://cdn-lfs-us-1.hf.co/x",
        "https://cas-bridge.xethub.hf.co/x?y=z",
        "https://us.aws.cdn.hf.co/x",
        "https://civitai.com/x",
        "https://b2.civitai.com/x",
        "https://civitai-delivery-worker-prod.5ac0637c.r2.cloudflarestorage.com/x"
      })
  void theHubsAndTheirStoresAreAllowed(String uri) {
    assertDoesNotThrow(() -> AllowedHosts.hubsAnd(List.of()).check(URI.create(uri)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "*", "*.", "a b.org", "https://", "localhost", "ftp://x.org"})
  void whatIsNoHostIsNotTakenForOne(String host) {
    assertThrows(IllegalArgumentException.class, () -> AllowedHosts.hubsAnd(List.of(host)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"8.8.8.8", "172.15.0.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111"})
  void publicAddressesArePublic(String address) throws UnknownHostException {
    assertTrue(PublicAddress.is(InetAddress.getByName(address)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "10.0.0.1",
        "100.64.0.1",
        "127.1.2.3",
        "169.254.1.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.0.1",
        "192.0.2.1",
        "198.19.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fc00::1",
        "ff02::1",
        "2001:db8::1",
        "2001:0:1::1",
        "2002:a00:1::",
        "64:ff9b::a00:1",
        "3fff::1"
      })
  void allOthersAreNot(String address) throws UnknownHostException {
    assertFalse(PublicAddress.is(InetAddress.getByName(address)));
  }
}
