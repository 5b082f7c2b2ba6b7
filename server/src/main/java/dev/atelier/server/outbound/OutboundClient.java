package dev.atelier.server.outbound;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Sends GET requests to allowed hosts. A host's name is resolved once and the connection goes to
 * the address that was looked at, so that a name cannot point elsewhere between the look and the
 * call (DNS rebinding). Redirects are followed here, each one checked like the first address, and a
 * token goes to its own hub alone.
 */
public final class OutboundClient {
  private static final int MAX_REDIRECTS = 8;
  private static final List<Integer> REDIRECTS = List.of(301, 302, 303, 307, 308);

  private final Vertx vertx;
  private final AllowedHosts hosts;
  private final HubTokens tokens;
  private final HostResolver resolver;
  private final String userAgent;
  private final HttpClient http;

  /**
   * @param version Atelier's, for the header by which servers know who asks
   * @param idle how long a server may send nothing
   */
  public OutboundClient(
      Vertx vertx,
      AllowedHosts hosts,
      HubTokens tokens,
      HostResolver resolver,
      String version,
      Duration idle) {
    this.vertx = vertx;
    this.hosts = hosts;
    this.tokens = tokens;
    this.resolver = resolver;
    this.userAgent = "Atelier/" + version;
    this.http =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setConnectTimeout(15_000)
                .setIdleTimeout((int) idle.toMillis())
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                // A connection belongs to the address that was looked at for one request.
                .setKeepAlive(false)
                .setMaxRedirects(0),
            new PoolOptions().setHttp1MaxSize(8));
  }

  /** The tokens that it sends. */
  public HubTokens tokens() {
    return tokens;
  }

  /** The hosts that it talks to. */
  public AllowedHosts hosts() {
    return hosts;
  }

  /**
   * An answer.
   *
   * @param from the address that gave it, redirects followed
   * @param broken fails when its connection breaks, also while nobody reads
   */
  public record Answer(URI from, HttpClientResponse response, Future<Void> broken) {}

  /**
   * Asks for what is at an address. The answer's body is paused; whatever its status is, the caller
   * reads it or resets the request.
   *
   * @param headers to be sent along, at every redirect too; no secrets
   * @return fails with a {@link RefusedAddressException}, or as the connection does
   */
  public Future<Answer> get(URI uri, Map<String, String> headers) {
    return get(uri, headers, MAX_REDIRECTS);
  }

  private Future<Answer> get(URI uri, Map<String, String> headers, int redirects) {
    return connect(uri)
        .compose(request -> send(request, uri, headers))
        .compose(
            answer -> {
              HttpClientResponse response = answer.response();
              String location = response.getHeader(HttpHeaders.LOCATION);
              if (!REDIRECTS.contains(response.statusCode()) || location == null) {
                return Future.succeededFuture(answer);
              }
              response.request().reset();
              if (redirects == 0) {
                return Future.failedFuture(
                    new RefusedAddressException(
                        uri.getHost() + " sends from one address to the next without an end."));
              }
              return target(uri, location).compose(next -> get(next, headers, redirects - 1));
            });
  }

  private static Future<URI> target(URI from, String location) {
    try {
      return Future.succeededFuture(from.resolve(location));
    } catch (IllegalArgumentException e) {
      return Future.failedFuture(
          new RefusedAddressException(from.getHost() + " sends to an address that is none."));
    }
  }

  private Future<HttpClientRequest> connect(URI uri) {
    try {
      hosts.check(uri);
    } catch (RefusedAddressException e) {
      return Future.failedFuture(e);
    }
    return vertx
        .executeBlocking(() -> addressOf(uri), false)
        .compose(
            address ->
                http.request(
                    new RequestOptions()
                        .setMethod(HttpMethod.GET)
                        .setServer(
                            SocketAddress.inetSocketAddress(
                                AllowedHosts.port(uri), address.getHostAddress()))
                        .setHost(uri.getHost())
                        .setPort(AllowedHosts.port(uri))
                        .setSsl(uri.getScheme().equalsIgnoreCase("https"))
                        .setURI(pathAndQuery(uri))
                        .setFollowRedirects(false)));
  }

  private InetAddress addressOf(URI uri) {
    try {
      List<InetAddress> addresses = resolver.resolve(uri.getHost());
      // One that is not public among others is no accident.
      if (!hosts.vouchedFor(uri) && !addresses.stream().allMatch(PublicAddress::is)) {
        throw new RefusedAddressException(
            uri.getHost()
                + " stands for an address inside this network; nothing is fetched from it.");
      }
      return addresses.get(0);
    } catch (UnknownHostException e) {
      throw new RefusedAddressException(
          uri.getHost() + " cannot be found; check the address and this computer's network.");
    }
  }

  private static String pathAndQuery(URI uri) {
    String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
  }

  private Future<Answer> send(HttpClientRequest request, URI uri, Map<String, String> headers) {
    request.putHeader(HttpHeaders.USER_AGENT, userAgent);
    request.putHeader(HttpHeaders.ACCEPT_ENCODING, "identity");
    headers.forEach(request::putHeader);
    tokens
        .of(uri)
        .ifPresent(token -> request.putHeader(HttpHeaders.AUTHORIZATION, "Bearer " + token));
    Future<Answer> answer = request.response().map(response -> held(uri, response));
    return request.send().compose(sent -> answer);
  }

  /** A connection that breaks before anybody reads would tell nobody. */
  private static Answer held(URI uri, HttpClientResponse response) {
    Promise<Void> broken = Promise.promise();
    response.exceptionHandler(broken::tryFail);
    response.pause();
    return new Answer(uri, response, broken.future());
  }

  public Future<Void> close() {
    return http.close();
  }
}
