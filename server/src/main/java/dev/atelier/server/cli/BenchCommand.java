package dev.atelier.server.cli;

import dev.atelier.models.bench.Benchmark;
import dev.atelier.models.bench.Benchmark.Report;
import dev.atelier.models.bench.Benchmark.Row;
import dev.atelier.models.catalog.ModelCatalog;
import dev.atelier.models.catalog.ModelEntry;
import dev.atelier.models.catalog.ModelKind;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
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

  @Option(names = "--steps", defaultValue = "20", description = "Steps of the whole picture (20).")
  private int steps;

  @Option(
      names = "--repeats",
      defaultValue = "10",
      description = "How often each part is timed (10).")
  private int repeats;

  @Override
  public Integer call() throws CannotRunException {
    PrintWriter out = spec.commandLine().getOut();
    ModelEntry entry = entry();
    Report report = new Benchmark(entry, steps, repeats).run();
    out.printf(
        Locale.ROOT,
        "%s at %d×%d on %s, %d calls each%n%n",
        entry.id(),
        report.size(),
        report.size(),
        report.device(),
        repeats);
    out.printf(Locale.ROOT, "%-40s %10s %10s %9s%n", "", "median ms", "best ms", "GFLOP/s");
    report.rows().forEach(row -> print(out, row));
    report.peaks().forEach(row -> print(out, row));
    report.rows().stream()
        .filter(row -> row.gigaflops() > 0)
        .forEach(row -> report.peaks().forEach(peak -> share(out, row, peak)));
    return 0;
  }

  private ModelEntry entry() throws CannotRunException {
    List<Path> folders = new ArrayList<>(studio.modelDirs());
    folders.add(studio.builtInModel());
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
