package dev.atelier.models.weights;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A Stable Diffusion checkpoint in diffusers' folder layout: {@code model_index.json} and the
 * sub-folders {@code unet}, {@code vae}, {@code text_encoder}, {@code tokenizer} and {@code
 * scheduler}. Opening it reads the configurations, which are small; the weights stay on disk until
 * a {@link WeightSource} is opened. Immutable and safe to share between threads.
 */
public final class DiffusersFolder implements CheckpointFiles {
  /** The file that makes a folder a diffusers folder. */
  public static final String INDEX = "model_index.json";

  /** What a folder of three networks that make pictures may have been saved as. */
  private static final List<String> PIPELINES =
      List.of(
          "StableDiffusionPipeline",
          "StableDiffusionImg2ImgPipeline",
          "StableDiffusionInpaintPipeline",
          "StableDiffusionControlNetPipeline");

  /** What a tokenizer may be in. */
  private static final List<String> TOKENIZER =
      List.of(
          "vocab.json",
          "merges.txt",
          "tokenizer.json",
          "tokenizer_config.json",
          "added_tokens.json");

  private final Path path;
  private final CheckpointConfig config;

  private DiffusersFolder(Path path) {
    this.path = path;
    ConfigReader.open(path.resolve(INDEX)).requireOneOf("_class_name", PIPELINES);
    this.config =
        new CheckpointConfig(
                UNetConfig.read(path.resolve("unet/config.json")),
                VaeConfig.read(path.resolve("vae/config.json")),
                ClipTextConfig.read(path.resolve("text_encoder/config.json")),
                SchedulerConfig.read(path.resolve("scheduler/scheduler_config.json")))
            .checked(path);
  }

  /**
   * Reads and checks the configurations of a checkpoint.
   *
   * @throws WeightsException when one is missing or damaged, when they do not fit each other, or
   *     when they describe a model that is not of Stable Diffusion 1.5's kind
   */
  public static DiffusersFolder open(Path path) {
    return new DiffusersFolder(path);
  }

  /** Whether a folder looks like a checkpoint in this layout. */
  public static boolean isAt(Path path) {
    return Files.isRegularFile(path.resolve(INDEX));
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public List<Path> sources() {
    List<Path> sources = new ArrayList<>(List.of(path.resolve(INDEX)));
    CONFIGURATIONS.forEach(name -> sources.add(path.resolve(name)));
    for (Component component : Component.values()) {
      // A file that comes to a folder may be read instead of another that is there.
      sources.add(path.resolve(component.folder()));
      sources.addAll(weights(component));
    }
    Path tokenizer = path.resolve("tokenizer");
    sources.add(tokenizer);
    TOKENIZER.forEach(name -> sources.add(tokenizer.resolve(name)));
    return sources;
  }

  @Override
  public CheckpointConfig config() {
    return config;
  }

  @Override
  public Optional<Path> tokenizer() {
    return Optional.of(path.resolve("tokenizer"));
  }

  @Override
  public WeightSource open(Component component) {
    WeightSource files = ShardedWeights.open(weights(component));
    try {
      return switch (component) {
        case UNET -> files;
        case VAE -> new RenamedWeights(files, KeyMapping.VAE);
        case TEXT_ENCODER -> new RenamedWeights(files, KeyMapping.CLIP_TEXT);
      };
    } catch (WeightsException e) {
      files.close();
      throw e;
    }
  }

  @Override
  public List<Path> weights(Component component) {
    return DiffusersWeights.of(path.resolve(component.folder()), component);
  }

  @Override
  public KeyReport keys() {
    KeyReport report = new KeyReport(List.of(), List.of());
    for (Component component : Component.values()) {
      try (WeightSource source = open(component)) {
        report = report.and(KeyReport.of(source.names(), tensors(component)));
      }
    }
    return report;
  }

  @Override
  public Optional<String> storedConfiguration(String name) {
    Path file = path.resolve(name);
    try {
      return Optional.of(Files.readString(file));
    } catch (IOException e) {
      throw new WeightsException(file, "it cannot be read.", e);
    }
  }

  private List<KeyTable.Tensor> tensors(Component component) {
    return switch (component) {
      case UNET -> UNetBlocks.of(unet()).tensors();
      case VAE -> VaeBlocks.of(vae()).tensors();
      case TEXT_ENCODER -> ClipTextBlocks.tensors(textEncoder().layers());
    };
  }

  /**
   * A file of the tokenizer, {@code vocab.json} or {@code merges.txt}.
   *
   * @throws WeightsException when it is missing
   */
  public Path tokenizer(String name) {
    Path file = path.resolve("tokenizer").resolve(name);
    if (!Files.isRegularFile(file)) {
      throw new WeightsException(
          file, "this file is missing; copy the model's folder again, with its tokenizer.");
    }
    return file;
  }

  /**
   * Checks that the tokenizer's files are there.
   *
   * @throws WeightsException naming one that is missing
   */
  public void checkTokenizer() {
    for (String name : List.of("vocab.json", "merges.txt")) {
      tokenizer(name);
    }
  }
}
