package dev.atelier.models.weights;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * A Stable Diffusion checkpoint in diffusers' folder layout: {@code model_index.json} and the
 * sub-folders {@code unet}, {@code vae}, {@code text_encoder}, {@code tokenizer} and {@code
 * scheduler}. Opening it reads the configurations, which are small; the weights stay on disk until
 * a {@link WeightSource} is opened. Immutable and safe to share between threads.
 */
public final class DiffusersFolder {
  /** The file that makes a folder a diffusers folder. */
  public static final String INDEX = "model_index.json";

  /** The networks of a checkpoint. */
  public enum Component {
    UNET("unet", "diffusion_pytorch_model"),
    VAE("vae", "diffusion_pytorch_model"),
    TEXT_ENCODER("text_encoder", "model");

    private final String folder;
    private final String weights;

    Component(String folder, String weights) {
      this.folder = folder;
      this.weights = weights;
    }

    /** The sub-folder that holds it. */
    public String folder() {
      return folder;
    }
  }

  private final Path path;
  private final UNetConfig unet;
  private final VaeConfig vae;
  private final ClipTextConfig textEncoder;
  private final SchedulerConfig scheduler;

  private DiffusersFolder(Path path) {
    this.path = path;
    ConfigReader.open(path.resolve(INDEX)).require("_class_name", "StableDiffusionPipeline");
    this.unet = UNetConfig.read(path.resolve("unet/config.json"));
    this.vae = VaeConfig.read(path.resolve("vae/config.json"));
    this.textEncoder = ClipTextConfig.read(path.resolve("text_encoder/config.json"));
    this.scheduler = SchedulerConfig.read(path.resolve("scheduler/scheduler_config.json"));
    check();
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

  private void check() {
    if (unet.inChannels() != vae.latentChannels() || unet.outChannels() != vae.latentChannels()) {
      throw new WeightsException(
          path,
          String.format(
              Locale.ROOT,
              "its UNet takes %d channels and gives %d where its VAE has %d; inpainting and other"
                  + " special checkpoints cannot be used.",
              unet.inChannels(),
              unet.outChannels(),
              vae.latentChannels()));
    }
    if (unet.crossAttentionDim() != textEncoder.hiddenSize()) {
      throw new WeightsException(
          path,
          String.format(
              Locale.ROOT,
              "its text encoder is %d wide but its UNet expects %d; they belong to different"
                  + " models.",
              textEncoder.hiddenSize(),
              unet.crossAttentionDim()));
    }
  }

  /** The folder. */
  public Path path() {
    return path;
  }

  public UNetConfig unet() {
    return unet;
  }

  public VaeConfig vae() {
    return vae;
  }

  public ClipTextConfig textEncoder() {
    return textEncoder;
  }

  public SchedulerConfig scheduler() {
    return scheduler;
  }

  /** Pixels of the square pictures it was trained on. */
  public int defaultSize() {
    return unet.sampleSize() * vae.scale();
  }

  /**
   * Opens a network's weights under canonical keys: the ones diffusers writes today, the text
   * encoder's without {@code text_model.}.
   *
   * @throws WeightsException when they are missing or damaged
   */
  public WeightSource open(Component component) {
    SafetensorsFile file = SafetensorsFile.open(weights(component));
    try {
      return switch (component) {
        case UNET -> file;
        case VAE -> new RenamedWeights(file, KeyMapping.VAE);
        case TEXT_ENCODER -> new RenamedWeights(file, KeyMapping.CLIP_TEXT);
      };
    } catch (WeightsException e) {
      file.close();
      throw e;
    }
  }

  /**
   * The file of a network's weights: the full one, or its {@code fp16} variant where that is all
   * there is.
   *
   * @throws WeightsException when there is none
   */
  public Path weights(Component component) {
    Path folder = path.resolve(component.folder);
    for (String ending : List.of(".safetensors", ".fp16.safetensors")) {
      Path file = folder.resolve(component.weights + ending);
      if (Files.isRegularFile(file)) {
        return file;
      }
    }
    boolean pickled = Files.exists(folder.resolve(pickle(component)));
    throw new WeightsException(
        folder,
        String.format(
            Locale.ROOT,
            "%s.safetensors is missing; %s.",
            component.weights,
            pickled
                ? pickle(component) + " could run code and is not read, get the safetensors version"
                : "copy the model's folder again, with all its files"));
  }

  /** The size of a network's weights. */
  public long bytes(Component component) {
    Path file = weights(component);
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new WeightsException(file, "it cannot be read.", e);
    }
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

  private static String pickle(Component component) {
    return component == Component.TEXT_ENCODER ? "pytorch_model.bin" : component.weights + ".bin";
  }
}
