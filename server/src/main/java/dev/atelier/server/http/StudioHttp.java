package dev.atelier.server.http;

import dev.atelier.server.problem.Problem;
import dev.atelier.server.security.HostPolicy;
import dev.atelier.server.security.IdleConnections;
import dev.atelier.server.studio.Studio;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;

/** The studio on a port. */
public final class StudioHttp {
  private StudioHttp() {}

  /**
   * Takes requests.
   *
   * @param host address to listen on
   * @param port port to listen on; 0 takes any free one
   * @param allowedHosts host names that requests may be addressed to, besides this machine's own
   * @throws IllegalArgumentException when one of the names is not a host name or address
   */
  public static Future<HttpServer> listen(
      Vertx vertx, Studio studio, String host, int port, List<String> allowedHosts) {
    return listen(vertx, studio, host, port, allowedHosts, HttpLimits.USUAL);
  }

  /** The same with other limits than the usual ones. */
  public static Future<HttpServer> listen(
      Vertx vertx,
      Studio studio,
      String host,
      int port,
      List<String> allowedHosts,
      HttpLimits limits) {
    HostPolicy hosts = new HostPolicy(host, allowedHosts);
    IdleConnections connections = new IdleConnections(vertx, limits.idle());
    return new StudioRouter(vertx, studio, limits)
        .create(hosts, connections)
        .compose(
            router ->
                vertx
                    .createHttpServer(options(host, port))
                    .connectionHandler(connections.opened())
                    .invalidRequestHandler(StudioHttp::refuse)
                    .requestHandler(router)
                    .listen());
  }

  private static HttpServerOptions options(String host, int port) {
    return new HttpServerOptions()
        .setHost(host)
        .setPort(port)
        .setCompressionSupported(true)
        // One protocol, one set of rules at the door.
        .setHttp2ClearTextEnabled(false)
        // Previews are JPEGs already, and the page sends nothing that could be inflated.
        .setPerMessageWebSocketCompressionSupported(false)
        .setPerFrameWebSocketCompressionSupported(false)
        .setMaxWebSocketFrameSize(1 << 16)
        .setMaxWebSocketMessageSize(1 << 16);
  }

  /** Answers what could not even be read as a request; the router never sees it. */
  private static void refuse(HttpServerRequest request) {
    Throwable cause = request.decoderResult().cause();
    Problem problem =
        cause instanceof TooLongHttpLineException
            ? Problem.of(414, "The request's address is too long.")
            : cause instanceof TooLongHttpHeaderException || cause instanceof TooLongFrameException
                ? Problem.of(431, "The request's headers are too long.")
                : Problem.of(400, "The request is not valid HTTP.");
    request
        .response()
        .setStatusCode(problem.status())
        .putHeader(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE)
        .putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE)
        .end(problem.toJson().toBuffer())
        .onComplete(sent -> request.connection().close());
  }
}
