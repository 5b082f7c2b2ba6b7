package dev.atelier.server.downloads;

import dev.atelier.server.downloads.Download.Phase;
import dev.atelier.server.downloads.Download.Progress;
import dev.atelier.server.hub.DownloadPlan;
import dev.atelier.server.hub.PlannedFile;
import dev.atelier.server.outbound.OutboundClient;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.UUID;

/** One download from its first byte to a model that can be used. Runs on one context. */
final class DownloadRun {
  private final Vertx vertx;
  private final OutboundClient client;
  private final DownloadFolder folder;
  private final DownloadLimits limits;
  private final UUID id;
  private final DownloadPlan plan;
  private final Halt halt = new Halt();
  private final Speed speed = new Speed(System::nanoTime);
  private final OptionalLong total;
  private Phase phase = Phase.DOWNLOADING;
  private long bytes;

  DownloadRun(
      Vertx vertx,
      OutboundClient client,
      DownloadFolder folder,
      DownloadLimits limits,
      UUID id,
      DownloadPlan plan) {
    this.vertx = vertx;
    this.client = client;
    this.folder = folder;
    this.limits = limits;
    this.id = id;
    this.plan = plan;
    this.total =
        plan.files().stream().allMatch(file -> file.bytes().isPresent())
            ? OptionalLong.of(plan.bytes())
            : OptionalLong.empty();
  }

  UUID id() {
    return id;
  }

  Halt halt() {
    return halt;
  }

  /**
   * Fetches and checks every file.
   *
   * @return where the model will be; {@link DownloadFolder#bringIn} puts it there
   */
  Future<Path> run() {
    Future<Void> done = vertx.executeBlocking(this::checkRoom, false);
    for (PlannedFile file : plan.files()) {
      done = done.compose(before -> fetch(file));
    }
    return done.compose(
        all ->
            vertx.executeBlocking(
                () -> {
                  phase = Phase.CHECKING;
                  return folder.placeFor(id, plan);
                },
                false));
  }

  private Void checkRoom() throws IOException {
    bytes = folder.bytes(id, plan);
    long missing = Math.max(0, plan.bytes() - bytes);
    long free = folder.freeBytes();
    if (missing > 0 && free - missing < limits.spareBytes()) {
      throw new DownloadFailedException(
          "%.1f GB are missing and the disk of %s has %.1f GB left; make room and go on."
              .formatted(missing / 1e9, folder.root(), free / 1e9));
    }
    return null;
  }

  private Future<Void> fetch(PlannedFile file) {
    PartFile part = folder.part(id, file);
    return vertx
        .executeBlocking(() -> part.isWhole() ? -1L : part.bytes(), false)
        .compose(here -> here < 0 ? Future.succeededFuture() : fetch(file, part, bytes - here));
  }

  /**
   * @param before bytes that are here of the other files
   */
  private Future<Void> fetch(PlannedFile file, PartFile part, long before) {
    speed.restart();
    FileFetch fetch =
        new FileFetch(
            vertx,
            client,
            file,
            part,
            limits,
            halt,
            have -> {
              phase = Phase.DOWNLOADING;
              bytes = before + have;
              speed.at(bytes);
            },
            waiting -> {
              phase = waiting ? Phase.WAITING : Phase.DOWNLOADING;
              speed.restart();
            });
    return fetch
        .run()
        .compose(
            here -> {
              phase = Phase.CHECKING;
              halt.by(() -> {});
              return vertx.executeBlocking(() -> check(file, part), false);
            });
  }

  private Void check(PlannedFile file, PartFile part) throws IOException {
    if (file.checksum().isPresent()) {
      String hash = FileCheck.hash(part.part(), file.checksum().get().algorithm(), halt);
      if (!hash.equals(file.checksum().get().hex())) {
        part.drop();
        throw new DownloadFailedException(
            "%s came damaged: its hash is %s…, and %s published %s…; start it again."
                .formatted(
                    file.path(),
                    hash.substring(0, 10),
                    plan.source(),
                    file.checksum().get().hex().substring(0, 10)),
            true);
      }
    }
    part.finish();
    return null;
  }

  /** How far it is. */
  Progress progress() {
    double perSecond = phase == Phase.DOWNLOADING ? speed.perSecond(bytes) : 0;
    OptionalDouble left =
        perSecond > 0 && total.isPresent()
            ? OptionalDouble.of(Math.max(0, total.getAsLong() - bytes) / perSecond)
            : OptionalDouble.empty();
    return new Progress(phase, bytes, total, perSecond, left);
  }
}
