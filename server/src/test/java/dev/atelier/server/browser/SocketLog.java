package dev.atelier.server.browser;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.WebSocketFrame;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What a page has received over its WebSockets, in order. */
final class SocketLog {
  /** One frame, as it came. */
  private sealed interface Frame permits Event, Preview {}

  private record Event(JsonObject json) implements Frame {}

  /** Its binary frame begins with version, index in the batch, step and the job's id. */
  private record Preview(String jobId, int index, int step) implements Frame {
    static Preview read(byte[] frame) {
      ByteBuffer header = ByteBuffer.wrap(frame);
      header.get();
      int index = header.get();
      int step = Short.toUnsignedInt(header.getShort());
      return new Preview(new UUID(header.getLong(), header.getLong()).toString(), index, step);
    }
  }

  private final List<Frame> frames = new ArrayList<>();

  /** Listens to a page that has not been opened yet. */
  SocketLog(Page page) {
    page.onWebSocket(socket -> socket.onFrameReceived(this::receive));
  }

  private void receive(WebSocketFrame frame) {
    // Playwright gives a binary frame's text as null.
    frames.add(
        frame.text() == null
            ? Preview.read(frame.binary())
            : new Event(new JsonObject(frame.text())));
  }

  /** The binary frames of a job that came before its end did. */
  int previewsBeforeTheEnd(String jobId) {
    int previews = 0;
    for (Frame frame : frames) {
      if (frame instanceof Preview preview && preview.jobId().equals(jobId)) {
        previews++;
      } else if (frame instanceof Event event && ends(event, jobId)) {
        return previews;
      }
    }
    throw new IllegalStateException("The job has not ended: " + jobId);
  }

  private static boolean ends(Event event, String jobId) {
    return state(event, jobId).filter(s -> !s.equals("queued") && !s.equals("running")).isPresent();
  }

  private static Optional<String> state(Event event, String jobId) {
    return Optional.ofNullable(event.json().getJsonObject("job"))
        .filter(job -> job.getString("id").equals(jobId))
        .map(job -> job.getString("state"));
  }

  /** The last state of a job that was told. */
  Optional<String> lastState(String jobId) {
    return frames.stream()
        .filter(Event.class::isInstance)
        .flatMap(frame -> state((Event) frame, jobId).stream())
        .reduce((before, after) -> after);
  }

  /** The last step of a job that was told; 0 when none was. */
  int lastStep(String jobId) {
    return frames.stream()
        .filter(Event.class::isInstance)
        .map(frame -> ((Event) frame).json())
        .filter(event -> jobId.equals(event.getString("job_id")))
        .mapToInt(event -> event.getJsonObject("progress").getInteger("step"))
        .reduce(0, (before, after) -> after);
  }
}
