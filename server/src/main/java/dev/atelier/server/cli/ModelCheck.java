package dev.atelier.server.cli;

import dev.atelier.models.catalog.ModelCatalog;
import dev.atelier.models.catalog.ModelEntry;
import dev.atelier.models.catalog.ModelFolder;
import dev.atelier.models.catalog.ModelKind;
import dev.atelier.server.folders.ListedFolder;
import dev.atelier.server.folders.ModelFolders;
import dev.atelier.server.folders.StartFolders;
import dev.atelier.server.store.DataFolder;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The models found wherever a studio would look, and what is wrong with those of no use. */
final class ModelCheck {
  private ModelCheck() {}

  /**
   * Looks at the models.
   *
   * @param downloads the folder that they are downloaded to
   */
  static List<Finding> findings(StudioOptions studio, Path downloads) {
    StartFolders start =
        new StartFolders(studio.modelDirs(), downloads, studio.builtInModels(), studio.dataDir());
    List<Finding> findings = new ArrayList<>();
    ModelCatalog catalog = ModelCatalog.scan(start.toScan(added(studio, findings)));
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

  private static List<ListedFolder> added(StudioOptions studio, List<Finding> findings) {
    Path database = DataFolder.database(studio.dataDir());
    try {
      return ModelFolders.addedIn(database);
    } catch (SQLException e) {
      findings.add(
          Finding.lacking(
              "Model folders",
              "%s cannot be read (%s), so that those that were added are not known; restore it or choose another folder with --data"
                  .formatted(database, e.getMessage())));
      return List.of();
    }
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
