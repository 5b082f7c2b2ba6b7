package dev.atelier.server.cli;

import dev.atelier.models.catalog.ModelCatalog;
import dev.atelier.models.catalog.ModelEntry;
import dev.atelier.models.catalog.ModelFolder;
import dev.atelier.models.catalog.ModelKind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The models found, and what is wrong with those that cannot be used. */
final class ModelCheck {
  private ModelCheck() {}

  static List<Finding> findings(StudioOptions studio) {
    List<Path> folders = new ArrayList<>(studio.modelDirs());
    folders.addAll(studio.builtInModels());
    ModelCatalog catalog = ModelCatalog.scan(folders);
    List<Finding> findings = new ArrayList<>();
    for (ModelFolder folder : catalog.folders()) {
      folder
          .problem()
          .ifPresent(
              problem -> findings.add(Finding.lacking("Models in " + folder.path(), problem)));
    }
    catalog.entries().forEach(entry -> findings.add(of(entry)));
    if (catalog.entries(ModelKind.CHECKPOINT).stream().noneMatch(ModelEntry::usable)) {
      findings.add(
          Finding.blocking(
              "Models",
              "no usable checkpoint; restore models/storybook or name a model folder with"
                  + " --models"));
    }
    return findings;
  }

  private static Finding of(ModelEntry entry) {
    String subject = "Model " + entry.id();
    String what = entry.kind().name().toLowerCase(Locale.ROOT) + ", " + Sizes.text(entry.bytes());
    return entry
        .problem()
        .map(problem -> Finding.lacking(subject, what + ": " + problem))
        .orElseGet(() -> Finding.good(subject, what));
  }
}
