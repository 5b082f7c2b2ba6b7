package dev.atelier.server.events;

import dev.atelier.server.problem.Problem;
import dev.atelier.server.problem.ProblemException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * The WebSocket of {@code /api/v1/events}: a route's handler that upgrades the request and sends
 * every event from then on. Whether the request may come in at all is decided by the handlers
 * before it.
 *
 * <p>A page first gets a {@code hello} with the state of things, then every event. An event that
 * took place while the state was read may be told though the state has it already: each event names
 * the whole new state of its subject, so that hearing it twice does no harm.
 */
public final class EventsSocket implements Handler<RoutingContext> {
  private static final int BAD_REQUEST = 400;
  private static final int UPGRADE_REQUIRED = 426;
  private static final int SERVICE_UNAVAILABLE = 503;
  private static final short GOING_AWAY = 1001;

  /** Clients that poll ask again after a second or two; then previews are drawn for them. */
  private static final long LOOKS_ON_NANOS = Duration.ofSeconds(10).toNanos();

  private final Vertx vertx;
  private final Supplier<Future<JsonObject>> hello;
  private final Limits limits;
  private final AtomicInteger open = new AtomicInteger();

  /**
   * When {@link #lastPreview} was asked for last, by {@link System#nanoTime}; at first long ago.
   */
  private volatile long asked = System.nanoTime() - LOOKS_ON_NANOS;

  /** Everything below belongs to this context. */
  private final Context context;

  private final Set<EventsConnection> connections = new HashSet<>();

  /** The last preview of each picture of each job that runs. */
  private final Map<UUID, Map<Integer, PreviewFrame>> running = new HashMap<>();

  /**
   * How much a page may ask of the server.
   *
   * @param connections open at once; one more is answered with 503
   * @param backlogBytes JSON that waits to be sent on one connection; with more it is closed (1013)
   * @param pingInterval between pings; a connection that has not answered the last one is closed
   * @param goodbye how long a page may take to read what it was sent and hang up when its
   *     connection is closed; then it is cut off
   */
  public record Limits(int connections, int backlogBytes, Duration pingInterval, Duration goodbye) {
    public static final Limits DEFAULT =
        new Limits(256, 1 << 20, Duration.ofSeconds(20), Duration.ofSeconds(10));
  }

  private EventsSocket(Vertx vertx, Supplier<Future<JsonObject>> hello, Limits limits) {
    this.vertx = vertx;
    this.hello = hello;
    this.limits = limits;
    this.context = vertx.getOrCreateContext();
  }

  /**
   * Begins to listen.
   *
   * @param hello reads the state of things: the first event of each connection, less its type and
   *     number
   */
  public static Future<EventsSocket> open(
      Vertx vertx, StudioEvents events, Supplier<Future<JsonObject>> hello, Limits limits) {
    EventsSocket socket = new EventsSocket(vertx, hello, limits);
    Promise<EventsSocket> listening = Promise.promise();
    // On the socket's context, because that is where its listeners are called.
    socket.context.runOnContext(
        start ->
            Future.all(
                    events.listen(socket::send).completion(),
                    events.listenToPreviews(socket::send).completion())
                .map(socket)
                .onComplete(listening));
    return listening.future();
  }

  /** Whether anyone would see a preview. */
  public boolean watched() {
    return open.get() > 0 || System.nanoTime() - asked < LOOKS_ON_NANOS;
  }

  /**
   * The last preview of a running job's first picture, a JPEG; empty where there is none yet. Who
   * asks is taken for someone who looks on for some seconds, since previews are drawn for such
   * only.
   */
  public Future<Optional<Buffer>> lastPreview(UUID job) {
    asked = System.nanoTime();
    Promise<Optional<Buffer>> preview = Promise.promise();
    context.runOnContext(
        now -> {
          Map<Integer, PreviewFrame> ofJob = running.getOrDefault(job, Map.of());
          preview.complete(Optional.ofNullable(ofJob.get(0)).map(PreviewFrame::jpeg));
        });
    return preview.future();
  }

  @Override
  public void handle(RoutingContext request) {
    if (!request.request().canUpgradeToWebSocket()) {
      request.response().putHeader(HttpHeaders.UPGRADE, "websocket");
      refuse(request, UPGRADE_REQUIRED, "This address is a WebSocket; open it as one.");
      return;
    }
    if (open.get() >= limits.connections()) {
      refuse(
          request,
          SERVICE_UNAVAILABLE,
          "Too many pages of this studio are open; close some and try again.");
      return;
    }
    request
        .request()
        .toWebSocket()
        .onSuccess(socket -> connected(socket, request.request().connection()))
        .onFailure(
            invalid -> {
              if (!request.response().headWritten()) {
                refuse(request, BAD_REQUEST, "The WebSocket's handshake is not valid.");
              }
            });
  }

  private static void refuse(RoutingContext request, int status, String detail) {
    request.fail(status, new ProblemException(Problem.of(status, detail)));
  }

  private void connected(ServerWebSocket socket, HttpConnection below) {
    // Counted only now, so that a handshake that comes to nothing takes nobody's place.
    open.incrementAndGet();
    EventsConnection connection = new EventsConnection(vertx, socket, below, limits);
    socket.closeHandler(
        closed -> {
          open.decrementAndGet();
          connection.closed();
          context.runOnContext(gone -> connections.remove(connection));
        });
    context.runOnContext(joined -> join(connection));
  }

  /** From here on the connection misses nothing; what comes before its hello waits for it. */
  private void join(EventsConnection connection) {
    connections.add(connection);
    hello
        .get()
        .onSuccess(state -> context.runOnContext(read -> connection.hello(state, previewsNow())))
        .onFailure(connection::fail);
  }

  private List<PreviewFrame> previewsNow() {
    List<PreviewFrame> previews = new ArrayList<>();
    running.values().forEach(ofJob -> previews.addAll(ofJob.values()));
    return previews;
  }

  private void send(JsonObject event) {
    if (event.getString("type").equals("job")) {
      JsonObject job = event.getJsonObject("job");
      UUID id = UUID.fromString(job.getString("id"));
      if (job.getString("state").equals("running")) {
        running.put(id, new TreeMap<>());
      } else if (running.remove(id) != null) {
        connections.forEach(connection -> connection.forget(id));
      }
    }
    String json = event.encode();
    connections.forEach(connection -> connection.send(json));
  }

  private void send(PreviewFrame frame) {
    Map<Integer, PreviewFrame> ofJob = running.get(frame.job());
    if (ofJob != null) {
      // A frame may be encoded when its picture has long been done: then nobody wants it.
      ofJob.put(frame.index(), frame);
      connections.forEach(connection -> connection.send(frame));
    }
  }

  /** Says goodbye to every page; they come back when there is a server again. */
  public Future<Void> close() {
    Promise<Void> closed = Promise.promise();
    context.runOnContext(
        now ->
            Future.join(connections.stream().map(c -> c.close(GOING_AWAY)).toList())
                .<Void>mapEmpty()
                .otherwiseEmpty()
                .onComplete(closed));
    return closed.future();
  }
}
