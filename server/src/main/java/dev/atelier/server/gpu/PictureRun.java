package dev.atelier.server.gpu;

import dev.atelier.models.pipeline.GenerationObserver;
import dev.atelier.models.pipeline.Phase;
import dev.atelier.models.text.Embedding;
import dev.atelier.server.events.PreviewSender;
import dev.atelier.server.jobs.Job;
import java.awt.image.BufferedImage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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

  /** Short hashes of the embeddings that the prompts name, by name. */
  Map<String, String> embeddings() {
    return embeddings;
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
