package dev.atelier.models.pipeline;

import dev.atelier.models.catalog.ModelEntry;
import dev.atelier.models.engine.ComputeDevice;
import dev.atelier.models.weights.FileStamps;
import dev.atelier.models.weights.StandaloneVae;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The checkpoints and VAEs that were used, each opened once: a second picture of a model only looks
 * whether its files are still the same. Not thread-safe.
 */
public final class Checkpoints {
  private final ComputeDevice device;
  private final PartIndex index = new PartIndex();
  private final Map<Path, Opened<Checkpoint>> checkpoints = new HashMap<>();
  private final Map<Path, Opened<StandaloneVae>> vaes = new HashMap<>();

  /** Something as its files were when it was opened. */
  private record Opened<T>(T value, List<Path> sources, FileStamps stamps) {
    boolean unchanged() {
      return FileStamps.of(sources).equals(stamps);
    }
  }

  /**
   * @param device where their parts go
   */
  public Checkpoints(ComputeDevice device) {
    this.device = device;
  }

  /**
   * Opens a checkpoint.
   *
   * @param vae another VAE in place of its own; empty for its own
   * @throws dev.atelier.models.weights.WeightsException when one of them cannot be used, or they do
   *     not fit each other
   */
  public Checkpoint open(ModelEntry checkpoint, Optional<ModelEntry> vae) {
    Checkpoint own = open(checkpoint);
    return vae.map(other -> own.with(open(other.path()), other.id())).orElse(own);
  }

  private Checkpoint open(ModelEntry model) {
    Opened<Checkpoint> opened = checkpoints.get(model.path());
    if (opened == null || !opened.unchanged()) {
      Checkpoint now = Checkpoint.open(model.path(), model.id(), device, index);
      List<Path> sources = now.files().sources();
      opened = new Opened<>(now, sources, FileStamps.of(sources));
      checkpoints.put(model.path(), opened);
    }
    return opened.value();
  }

  private StandaloneVae open(Path path) {
    Opened<StandaloneVae> opened = vaes.get(path);
    if (opened == null || !opened.unchanged()) {
      StandaloneVae now = StandaloneVae.open(path);
      List<Path> sources = List.of(path, path.resolve("config.json"), now.weights());
      opened = new Opened<>(now, sources, FileStamps.of(sources));
      vaes.put(path, opened);
    }
    return opened.value();
  }
}
