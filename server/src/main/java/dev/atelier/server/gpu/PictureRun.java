package dev.atelier.server.gpu;

import dev.atelier.models.catalog.ModelEntry;
import dev.atelier.models.pipeline.GenerationObserver;
import dev.atelier.models.pipeline.Phase;
import dev.atelier.models.text.Embedding;
import dev.atelier.server.events.PreviewSender;
import dev.atelier.server.jobs.Job;
import dev.atelier.server.metadata.PictureNotes;
import java.awt.image.BufferedImage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Watches one job's pictures form: tells how far they are, and ends them when asked to. */
final class PictureRun implements GenerationObserver {
  private final TimeLeft time;
  private final PreviewSender.ForJob previews;
  private final Consumer<Job.Progress> progress;
  private final BooleanSupplier cancelled;
  private int step;
  private int steps;
  private final Map<String, String> embeddings = new LinkedHashMap<>();
  private Optional<PictureNotes.Vae> vae = Optional.empty();

  PictureRun(
      int steps,
      TimeLeft time,
      PreviewSender.ForJob previews,
      Consumer<Job.Progress> progress,
      BooleanSupplier cancelled) {
    this.steps = steps;
    this.time = time;
    this.previews = previews;
    this.progress = progress;
    this.cancelled = cancelled;
  }

  @Override
  public void onPhase(Phase phase) {
    tell(phase.name().toLowerCase(Locale.ROOT));
  }

  @Override
  public void onStep(int done, int all, Supplier<List<BufferedImage>> preview) {
    step = done;
    steps = all;
    time.stepDone(done, all);
    onPhase(Phase.SAMPLING);
    previews.offer(done, preview);
  }

  @Override
  public void onEmbeddings(List<Embedding> named) {
    named.forEach(embedding -> embeddings.put(embedding.name(), embedding.shortHash()));
  }

  @Override
  public void onVae(ModelEntry other) {
    String file = other.path().getFileName().toString();
    vae = Optional.of(new PictureNotes.Vae(other.id(), file, Optional.empty()));
  }

  /** What the pictures are made with beyond what their request says. */
  PictureNotes notes() {
    return new PictureNotes(Optional.empty(), embeddings, vae);
  }

  /** The engine asks right before a step, which is how the steps are timed. */
  @Override
  public boolean cancelled() {
    time.stepBegins();
    return cancelled.getAsBoolean();
  }

  /** The pictures are made, but not yet kept. */
  void saving() {
    tell("saving");
  }

  private void tell(String phase) {
    progress.accept(
        new Job.Progress(
            step,
            steps,
            phase,
            milliseconds(time.elapsed()),
            time.left().map(PictureRun::milliseconds)));
  }

  /** More digits than that are noise, and three times as long on the wire. */
  private static double milliseconds(double seconds) {
    return Math.round(seconds * 1000) / 1000.0;
  }
}
