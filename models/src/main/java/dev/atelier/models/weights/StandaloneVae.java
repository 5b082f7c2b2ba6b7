package dev.atelier.models.weights;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * A VAE without a checkpoint, to be used in place of a checkpoint's own: one file in LDM's naming,
 * with or without {@code first_stage_model.}, or in diffusers' naming, or a diffusers folder of one
 * {@code config.json} and its weights. Immutable and safe to share between threads.
 */
public final class StandaloneVae {
  private final Path path;
  private final Path weights;
  private final VaeConfig config;
  private final KeyReport keys;

  private StandaloneVae(Path path, Path weights, WeightSource file) {
    this.path = path;
    this.weights = weights;
    refuseOthers(file);
    WeightSource canonical = canonical(file);
    List<KeyTable.Tensor> tensors = blocks(file.names()).tensors();
    String prefix = prefix(file.names());
    this.keys =
        isLdm(file.names())
            ? KeyReport.of(file.names(), tensors, t -> prefix + t.ldm())
            : KeyReport.of(canonical.names(), tensors);
    keys.problem()
        .ifPresent(
            problem -> {
              throw new WeightsException(weights, problem);
            });
    Path configFile = path.resolve("config.json");
    this.config =
        Files.isDirectory(path)
            ? VaeConfig.read(configFile)
            : LdmConfigs.vae(canonical, blocks(file.names()));
  }

  /**
   * Reads what the tensors of a VAE say of it.
   *
   * @throws WeightsException when it is no VAE of Stable Diffusion 1.5's kind, or damaged
   */
  public static StandaloneVae open(Path path) {
    Path weights = Files.isDirectory(path) ? DiffusersWeights.of(path, Component.VAE).get(0) : path;
    try (WeightSource file = WeightSource.open(weights)) {
      return new StandaloneVae(path, weights, file);
    }
  }

  /** Whether names are those of a VAE alone, in either naming. */
  static boolean isVae(Set<String> names) {
    return isLdm(names) || names.contains("decoder.mid_block.resnets.0.conv1.weight");
  }

  private static boolean isLdm(Set<String> names) {
    return names.contains(prefix(names) + "decoder.mid.block_1.conv1.weight");
  }

  private static String prefix(Set<String> names) {
    return Names.any(names, LdmFile.VAE) ? LdmFile.VAE : "";
  }

  private static void refuseOthers(WeightSource file) {
    Set<String> names = file.names();
    if (LdmFile.isCheckpoint(names)) {
      throw new WeightsException(
          file.file(), "it is a whole checkpoint; move it into the folder of the checkpoints.");
    }
    if (!isVae(names)) {
      String what = OtherModels.among(names).orElse("something else");
      throw new WeightsException(file.file(), "it is " + what + ", not a VAE.");
    }
  }

  private static VaeBlocks blocks(Set<String> names) {
    return isLdm(names)
        ? VaeBlocks.ofLdm(LdmFile.below(prefix(names), names))
        : VaeBlocks.ofDiffusers(names);
  }

  private static WeightSource canonical(WeightSource file) {
    Set<String> names = file.names();
    return isLdm(names)
        ? RenamedWeights.ofLdm(file, prefix(names), blocks(names).tensors())
        : new RenamedWeights(file, KeyMapping.VAE);
  }

  /** The file or folder. */
  public Path path() {
    return path;
  }

  public VaeConfig config() {
    return config;
  }

  /** The file of its weights. */
  public Path weights() {
    return weights;
  }

  /** What its keys leave to be said. */
  public KeyReport keys() {
    return keys;
  }

  /**
   * Opens its weights under canonical names.
   *
   * @throws WeightsException when they cannot be read
   */
  public WeightSource open() {
    WeightSource file = WeightSource.open(weights);
    try {
      return canonical(file);
    } catch (WeightsException e) {
      file.close();
      throw e;
    }
  }
}
