package dev.atelier.server.events;

import io.netty.channel.ChannelFuture;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.impl.ConnectionBase;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One page's connection. JSON is sent at once and in order; of the previews that a slow page has
 * not yet been sent, only the newest of each picture is kept. Callable from any thread: the work is
 * done on the socket's context.
 */
final class EventsConnection {
  private static final Logger LOG = LoggerFactory.getLogger(EventsConnection.class);
  private static final short INTERNAL_ERROR = 1011;
  private static final short TRY_AGAIN_LATER = 1013;

  private final ServerWebSocket socket;

  /** What the socket's bytes go over. */
  private final HttpConnection connection;

  private final Vertx vertx;
  private final EventsSocket.Limits limits;
  private final Context context;
  private final long pingTimer;
  private long closeTimer;
  private final Map<PictureKey, PreviewFrame> held = new LinkedHashMap<>();
  private boolean greeted;

  /** Events that took place before the hello was sent. */
  private List<String> early = new ArrayList<>();

  private long seq;
  private long backlog;
  private boolean answered = true;
  private boolean closing;

  private record PictureKey(UUID job, int index) {}

  EventsConnection(
      Vertx vertx, ServerWebSocket socket, HttpConnection connection, EventsSocket.Limits limits) {
    this.vertx = vertx;
    this.socket = socket;
    this.connection = connection;
    this.limits = limits;
    this.context = vertx.getOrCreateContext();
    this.pingTimer = vertx.setPeriodic(limits.pingInterval().toMillis(), timer -> ping());
    socket.pongHandler(pong -> answered = true);
    socket.drainHandler(drained -> sendHeld());
  }

  /** Sends the first event, the previews as they are, and what took place meanwhile. */
  void hello(JsonObject state, List<PreviewFrame> previews) {
    context.runOnContext(
        now -> {
          write(state.copy().put("type", "hello").encode());
          greeted = true;
          previews.forEach(this::offer);
          early.forEach(this::write);
          early = List.of();
        });
  }

  void send(String json) {
    context.runOnContext(
        now -> {
          if (greeted) {
            write(json);
          } else {
            early.add(json);
          }
        });
  }

  void send(PreviewFrame frame) {
    context.runOnContext(
        now -> {
          if (greeted) {
            offer(frame);
          }
        });
  }

  /** Drops what is held of a job that has ended. */
  void forget(UUID job) {
    context.runOnContext(now -> held.keySet().removeIf(key -> key.job().equals(job)));
  }

  void fail(Throwable cause) {
    LOG.error("The state of the studio cannot be read", cause);
    close(INTERNAL_ERROR);
  }

  /** Says goodbye; a page that does not even read that is cut off. */
  Future<Void> close(short status) {
    Promise<Void> closed = Promise.promise();
    context.runOnContext(
        now -> {
          if (!closing) {
            closing = true;
            held.clear();
            // The socket's own time limit begins when the goodbye has been sent, which to a page
            // that reads nothing is never.
            closeTimer = vertx.setTimer(limits.goodbye().toMillis(), timer -> cutOff());
          }
          socket.close(status).onComplete(closed);
        });
    return closed.future();
  }

  private void cutOff() {
    if (connection instanceof ConnectionBase open) {
      // Below Vert.x, which would first wait for the goodbye to be sent.
      ChannelFuture cut = open.channel().pipeline().firstContext().close();
      LOG.debug("A page that reads nothing is cut off: {}", cut);
    }
  }

  /** To be called when the socket is closed, by whichever side. */
  void closed() {
    closing = true;
    vertx.cancelTimer(pingTimer);
    vertx.cancelTimer(closeTimer);
  }

  /** The number goes in front, so that an event is encoded once for all connections. */
  private void write(String json) {
    if (closing) {
      return;
    }
    String text = "{\"seq\":" + seq + "," + json.substring(1);
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    if (backlog > 0 && backlog + bytes > limits.backlogBytes()) {
      close(TRY_AGAIN_LATER);
      return;
    }
    seq++;
    backlog += bytes;
    socket.writeTextMessage(text).onComplete(written -> backlog -= bytes);
  }

  private void offer(PreviewFrame frame) {
    if (closing) {
      return;
    }
    PictureKey picture = new PictureKey(frame.job(), frame.index());
    // Removed first, so that the order of what is held is the order of frames.
    held.remove(picture);
    held.put(picture, frame);
    sendHeld();
  }

  private void sendHeld() {
    Iterator<PreviewFrame> frames = held.values().iterator();
    while (!closing && frames.hasNext() && !socket.writeQueueFull()) {
      socket.writeBinaryMessage(frames.next().bytes());
      frames.remove();
    }
  }

  private void ping() {
    if (!answered) {
      close(TRY_AGAIN_LATER);
      return;
    }
    answered = false;
    socket.writePing(Buffer.buffer("atelier"));
  }
}
