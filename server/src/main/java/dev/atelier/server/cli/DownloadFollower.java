package dev.atelier.server.cli;

import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.util.List;

/** Follows a download on the terminal until it ends. */
final class DownloadFollower {
  private static final long LOOK_MILLIS = 500;
  private static final List<String> UNDER_WAY = List.of("queued", "running");

  private final StudioSession studio;
  private final PrintWriter out;
  private final boolean terminal = System.console() != null;

  DownloadFollower(StudioSession studio, PrintWriter out) {
    this.studio = studio;
    this.out = out;
  }

  /**
   * Returns when it has ended.
   *
   * @return 0 when the model is here
   * @throws CannotRunException with the reason when it is not
   */
  int follow(String id) throws CannotRunException, InterruptedException {
    JsonObject download = look(id);
    while (UNDER_WAY.contains(download.getString("state"))) {
      tell(download);
      Thread.sleep(LOOK_MILLIS);
      download = look(id);
    }
    if (terminal) {
      out.print("\r\033[K");
    }
    if (download.getString("state").equals("done")) {
      out.println("Wrote " + download.getString("path"));
      return 0;
    }
    throw new CannotRunException(
        download.getString("error") == null
            ? "The download was stopped; the same command goes on with it."
            : download.getString("error"));
  }

  private JsonObject look(String id) throws CannotRunException, InterruptedException {
    return studio.call("GET", "/models/downloads/" + id, null);
  }

  private void tell(JsonObject download) {
    JsonObject progress = download.getJsonObject("progress");
    if (!terminal || progress == null) {
      return;
    }
    Long total = progress.getLong("total");
    Double left = progress.getDouble("eta_seconds");
    out.printf(
        "\r\033[K%s%s  %s%s%s",
        Sizes.text(progress.getLong("bytes")),
        total == null ? "" : " of " + Sizes.text(total),
        progress.getString("phase"),
        progress.getLong("bytes_per_second") == 0
            ? ""
            : "  " + Sizes.text(progress.getLong("bytes_per_second")) + "/s",
        left == null ? "" : "  %d s left".formatted(Math.round(left)));
    out.flush();
  }
}
