package dev.atelier.models.weights;

import dev.atelier.models.weights.SchedulerConfig.PredictionType;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * A checkpoint in one file, in the naming of the original code (LDM). It has no configurations:
 * they follow from its tensors, see {@link LdmConfigs}, unless Atelier wrote the file and put them
 * into its metadata.
 */
public final class SingleFile implements CheckpointFiles {
  /** Before the name of a configuration file, in the metadata of files that Atelier writes. */
  static final String METADATA_PREFIX = "atelier.";

  private final Path path;
  private final LdmFile ldm;
  private final CheckpointConfig config;
  private final KeyReport keys;
  private final Map<String, String> metadata;

  private SingleFile(WeightSource file) {
    this.path = file.file();
    this.metadata = file.metadata();
    Set<String> names = file.names();
    refuseOthers(path, names);
    this.ldm = LdmFile.of(names);
    this.keys = ldm.keys(names);
    keys.problem()
        .ifPresent(
            problem -> {
              throw new WeightsException(path, problem);
            });
    this.config = config(file).checked(path);
  }

  /**
   * Reads what the tensors of a file say of its networks.
   *
   * @throws WeightsException when it is no such checkpoint, damaged, or lacks a tensor
   */
  public static SingleFile open(Path path) {
    try (WeightSource file = WeightSource.open(path)) {
      return new SingleFile(file);
    }
  }

  private static void refuseOthers(Path path, Set<String> names) {
    Optional<String> other = OtherModels.among(names);
    if (other.isPresent()) {
      throw new WeightsException(
          path,
          "it is " + other.get() + ", but only Stable Diffusion 1.5 checkpoints can be used here.");
    }
    if (!LdmFile.isCheckpoint(names)) {
      boolean vae = StandaloneVae.isVae(names);
      throw new WeightsException(
          path,
          vae
              ? "it is a VAE, not a checkpoint; move it into the folder of the VAEs."
              : "it has no UNet, so it is not a Stable Diffusion 1.5 checkpoint.");
    }
  }

  private CheckpointConfig config(WeightSource file) {
    UNetConfig unet =
        stored(file, "unet/config.json", UNetConfig::read)
            .orElseGet(() -> LdmConfigs.unet(ldm.open(Component.UNET, file), ldm.unet()));
    VaeConfig vae =
        stored(file, "vae/config.json", VaeConfig::read)
            .orElseGet(() -> LdmConfigs.vae(ldm.open(Component.VAE, file), ldm.vae()));
    ClipTextConfig textEncoder =
        stored(file, "text_encoder/config.json", ClipTextConfig::read)
            .orElseGet(
                () ->
                    LdmConfigs.textEncoder(
                        ldm.open(Component.TEXT_ENCODER, file), ldm.textLayers()));
    SchedulerConfig scheduler =
        stored(file, "scheduler/scheduler_config.json", SchedulerConfig::read)
            .orElseGet(() -> scheduler(file));
    return new CheckpointConfig(unet, vae, textEncoder, scheduler);
  }

  private static <T> Optional<T> stored(
      WeightSource file, String name, Function<ConfigReader, T> read) {
    return Optional.ofNullable(file.metadata().get(METADATA_PREFIX + name))
        .map(text -> read.apply(ConfigReader.parse(file.file().resolveSibling(name), text)));
  }

  private static SchedulerConfig scheduler(WeightSource file) {
    boolean v = predictsV(file);
    boolean zeroSnr = any(file.names(), "ztsnr");
    return LdmConfigs.scheduler(v ? PredictionType.V_PREDICTION : PredictionType.EPSILON, zeroSnr);
  }

  /**
   * Whether the UNet predicts v: nothing in its shapes says so. Trainers write it into the metadata
   * (Stability-AI/ModelSpec), as a tensor named {@code v_pred}, or into a configuration of the
   * original code beside the file.
   */
  private static boolean predictsV(WeightSource file) {
    Map<String, String> metadata = file.metadata();
    return metadata.getOrDefault("modelspec.prediction_type", "").startsWith("v")
        || any(file.names(), "v_pred")
        || LdmYaml.predictsV(file.file());
  }

  private static boolean any(Set<String> names, String flag) {
    return names.contains(flag) || names.contains("model.diffusion_model." + flag);
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public List<Path> sources() {
    return List.of(path, LdmYaml.beside(path));
  }

  @Override
  public CheckpointConfig config() {
    return config;
  }

  @Override
  public Optional<Path> tokenizer() {
    return Optional.empty();
  }

  @Override
  public WeightSource open(Component component) {
    WeightSource file = WeightSource.open(path);
    try {
      return ldm.open(component, file);
    } catch (WeightsException e) {
      file.close();
      throw e;
    }
  }

  @Override
  public List<Path> weights(Component component) {
    return List.of(path);
  }

  @Override
  public Optional<String> storedConfiguration(String name) {
    return Optional.ofNullable(metadata.get(METADATA_PREFIX + name));
  }

  @Override
  public KeyReport keys() {
    return keys;
  }
}
