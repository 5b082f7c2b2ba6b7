package dev.atelier.server.downloads;

import dev.atelier.models.catalog.ModelKind;
import dev.atelier.server.hub.Checksum;
import dev.atelier.server.hub.DownloadPlan;
import dev.atelier.server.hub.Offer;
import dev.atelier.server.hub.PlannedFile;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/** Downloads and plans as the API writes them, and plans as the data base keeps them. */
public final class DownloadJson {
  private DownloadJson() {}

  /** What an address stands for. */
  public static JsonObject offer(Offer offer) {
    return new JsonObject()
        .put("plan", offer.plan().map(DownloadJson::plan).orElse(null))
        .put(
            "choices",
            new JsonArray(
                offer.choices().stream()
                    .map(
                        choice ->
                            new JsonObject()
                                .put("address", choice.address())
                                .put("name", choice.name())
                                .put("bytes", number(choice.bytes())))
                    .toList()));
  }

  /** What would be downloaded. */
  public static JsonObject plan(DownloadPlan plan) {
    return new JsonObject()
        .put("address", plan.address())
        .put("source", plan.source())
        .put("page", plan.page().orElse(null))
        .put("name", plan.name())
        .put("kind", plan.kind().name().toLowerCase(Locale.ROOT))
        .put("base_model", plan.baseModel().orElse(null))
        .put("license", plan.license().orElse(null))
        .put("folder", plan.folder())
        .put("target", plan.target())
        .put("bytes", plan.bytes())
        .put("files", new JsonArray(plan.files().stream().map(DownloadJson::file).toList()))
        .put("notes", new JsonArray(plan.notes()));
  }

  private static JsonObject file(PlannedFile file) {
    return new JsonObject()
        .put("path", file.path())
        .put("url", file.url().toString())
        .put("bytes", number(file.bytes()))
        .put(
            "hash",
            file.checksum()
                .map(c -> c.algorithm().name().toLowerCase(Locale.ROOT) + ":" + c.hex())
                .orElse(null));
  }

  private static Long number(OptionalLong value) {
    return value.isPresent() ? value.getAsLong() : null;
  }

  /** A download as it stands. */
  public static JsonObject download(Download download) {
    return new JsonObject()
        .put("id", download.id().toString())
        .put("revision", download.revision())
        .put("state", download.state().key())
        .put("plan", plan(download.plan()))
        .put("path", download.path().map(Path::toString).orElse(null))
        .put("created_at", download.createdAt().toString())
        .put("finished_at", download.finishedAt().map(Instant::toString).orElse(null))
        .put("error", download.error().orElse(null))
        .put("progress", download.progress().map(DownloadJson::progress).orElse(null));
  }

  private static JsonObject progress(Download.Progress progress) {
    return new JsonObject()
        .put("phase", progress.phase().name().toLowerCase(Locale.ROOT))
        .put("bytes", progress.bytes())
        .put("total", number(progress.total()))
        .put("bytes_per_second", Math.round(progress.bytesPerSecond()))
        .put(
            "eta_seconds",
            progress.secondsLeft().isPresent() ? progress.secondsLeft().getAsDouble() : null);
  }

  /** A plan as {@link #plan(DownloadPlan)} wrote it. */
  static DownloadPlan readPlan(JsonObject json) {
    return new DownloadPlan(
        json.getString("address"),
        json.getString("source"),
        Optional.ofNullable(json.getString("page")),
        json.getString("name"),
        ModelKind.valueOf(json.getString("kind").toUpperCase(Locale.ROOT)),
        Optional.ofNullable(json.getString("base_model")),
        Optional.ofNullable(json.getString("license")),
        json.getBoolean("folder"),
        json.getJsonArray("files").stream()
            .map(JsonObject.class::cast)
            .map(DownloadJson::readFile)
            .toList(),
        List.copyOf(json.getJsonArray("notes").stream().map(String::valueOf).toList()));
  }

  private static PlannedFile readFile(JsonObject json) {
    Long bytes = json.getLong("bytes");
    return new PlannedFile(
        json.getString("path"),
        URI.create(json.getString("url")),
        bytes == null ? OptionalLong.empty() : OptionalLong.of(bytes),
        Optional.ofNullable(json.getString("hash")).map(DownloadJson::readHash));
  }

  private static Checksum readHash(String text) {
    int colon = text.indexOf(':');
    return new Checksum(
        Checksum.Algorithm.valueOf(text.substring(0, colon).toUpperCase(Locale.ROOT)),
        text.substring(colon + 1));
  }
}
