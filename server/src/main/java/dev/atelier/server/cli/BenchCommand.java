package dev.atelier.server.cli;

import dev.atelier.models.bench.Benchmark;
import dev.atelier.models.bench.Benchmark.Report;
import dev.atelier.models.bench.Benchmark.Row;
import dev.atelier.models.bench.LoraBenchmark;
import dev.atelier.models.catalog.ModelCatalog;
import dev.atelier.models.catalog.ModelEntry;
import dev.atelier.models.catalog.ModelKind;
import dev.atelier.models.text.ClipVocabulary;
import dev.atelier.models.weights.RandomCheckpoint;
import dev.atelier.models.weights.RandomLora;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints what a picture's parts cost on this machine. */
@Command(
    name = "bench",
    description = "Measure this machine: a picture's parts, and its UNet against the peak.")
final class BenchCommand implements Callable<Integer> {
  @Mixin private final StudioOptions studio = new StudioOptions();
  @Spec private CommandSpec spec;

  @Option(
      names = "--model",
      paramLabel = "ID",
      description = "The checkpoint to measure (the built-in model).")
  private String model;

  @Option(
      names = "--sd15",
      description =
          "Measure random weights of Stable Diffusion 1.5's size, at 512×512: no download, but"
              + " 2.2 GB of disk for a while, 6 GB of memory, and minutes on a CPU.")
  private boolean sd15;

  @Option(
      names = "--lora",
      description =
          "With --sd15: measure only how a random LoRA of rank 32 is put on and taken off.")
  private boolean lora;

  @Option(names = "--steps", defaultValue = "20", description = "Steps of the whole picture (20).")
  private int steps;

  @Option(
      names = "--repeats",
      defaultValue = "10",
      description = "How often each part is timed at most, within a minute each (10).")
  private int repeats;

  @Override
  public Integer call() throws CannotRunException {
    if (lora && !sd15) {
      throw new CannotRunException("--lora measures random weights; give --sd15 as well.");
    }
    if (!sd15) {
      measure(entry());
      return 0;
    }
    try {
      Path folder = Files.createTempDirectory("atelier-bench");
      try {
        ModelEntry random = randomModel(folder);
        if (lora) {
          measureLora(random, folder);
        } else {
          measure(random);
        }
      } finally {
        delete(folder);
      }
    } catch (IOException e) {
      throw new CannotRunException(
          "The random weights cannot be written: %s. They need 2.2 GB in %s."
              .formatted(e.getMessage(), System.getProperty("java.io.tmpdir")));
    }
    return 0;
  }

  private static ModelEntry randomModel(Path folder) throws IOException {
    Path model = folder.resolve("sd15-random");
    RandomCheckpoint.sd15(1).writeFolder(model);
    ClipVocabulary.standard().writeTo(Files.createDirectories(model.resolve("tokenizer")));
    return ModelCatalog.scan(List.of(model)).entries().get(0);
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private void measureLora(ModelEntry entry, Path folder) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    var random = new RandomLora(RandomCheckpoint.sd15(1), 32);
    Path file = folder.resolve("random-lora.safetensors");
    random.write(file);
    out.printf(
        Locale.ROOT,
        "A LoRA of rank 32 that changes %.0f million parameters of the UNet, and the text encoder%n%n",
        random.unetParameters() / 1e6);
    out.printf(Locale.ROOT, "%-40s %10s %10s%n", "", "median ms", "best ms");
    new LoraBenchmark(entry, file, repeats).run().forEach(row -> print(out, row));
  }

  private void measure(ModelEntry entry) {
    PrintWriter out = spec.commandLine().getOut();
    Report report = new Benchmark(entry, steps, repeats).run();
    out.printf(
        Locale.ROOT,
        "%s at %d×%d on %s, up to %d calls each%n%n",
        entry.id(),
        report.size(),
        report.size(),
        report.device(),
        repeats);
    out.printf(Locale.ROOT, "%-40s %10s %10s %9s%n", "", "median ms", "best ms", "GFLOP/s");
    report.rows().forEach(row -> print(out, row));
    report.peaks().forEach(row -> print(out, row));
    report
        .peakBytes()
        .ifPresent(
            bytes ->
                out.printf(
                    Locale.ROOT, "%-40s %10.2f GB%n", "GPU memory, most in use", bytes / 1e9));
    report.rows().stream()
        .filter(row -> row.gigaflops() > 0)
        .forEach(row -> report.peaks().forEach(peak -> share(out, row, peak)));
  }

  private ModelEntry entry() throws CannotRunException {
    List<Path> folders = new ArrayList<>(studio.modelDirs());
    folders.addAll(studio.builtInModels());
    ModelCatalog catalog = ModelCatalog.scan(folders);
    List<ModelEntry> checkpoints = catalog.entries(ModelKind.CHECKPOINT);
    return checkpoints.stream()
        .filter(ModelEntry::usable)
        .filter(e -> model == null ? e.path().equals(builtIn()) : e.id().equals(model))
        .findFirst()
        .orElseThrow(
            () ->
                new CannotRunException(
                    "There is no usable model "
                        + (model == null ? "in " + builtIn() : model)
                        + "; ./atelier doctor lists what is there."));
  }

  private Path builtIn() {
    return studio.builtInModel().toAbsolutePath().normalize();
  }

  private static void print(PrintWriter out, Row row) {
    String rate = row.gigaflops() > 0 ? String.format(Locale.ROOT, "%9.0f", row.rate()) : "";
    out.printf(
        Locale.ROOT, "%-40s %10.1f %10.1f %s%n", row.what(), row.median(), row.minimum(), rate);
  }

  private static void share(PrintWriter out, Row row, Row peak) {
    out.printf(
        Locale.ROOT,
        "%s: %.0f %% of the rate of the %s%n",
        row.what(),
        100 * row.rate() / peak.rate(),
        peak.what());
  }
}
