package dev.atelier.models.weights;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A Stable Diffusion checkpoint on disk: its configurations, and its weights under canonical names,
 * however it is stored. Opening it reads what is small; the weights stay on disk until a {@link
 * WeightSource} is opened. Immutable and safe to share between threads.
 */
public sealed interface CheckpointFiles permits DiffusersFolder, SingleFile {
  /** The files of a diffusers folder that say the shapes of its networks. */
  List<String> CONFIGURATIONS =
      List.of(
          "unet/config.json",
          "vae/config.json",
          "text_encoder/config.json",
          "scheduler/scheduler_config.json");

  /**
   * Reads and checks the configurations of a checkpoint: a diffusers folder or a single file.
   *
   * @throws WeightsException when they are missing or damaged, do not fit each other, or describe a
   *     model that is not of Stable Diffusion 1.5's kind
   */
  static CheckpointFiles open(Path path) {
    return Files.isDirectory(path) || DiffusersFolder.isAt(path)
        ? DiffusersFolder.open(path)
        : SingleFile.open(path);
  }

  /** The folder or file. */
  Path path();

  /**
   * Every file and folder that opening it again would look at: while their {@link FileStamps} stay
   * the same, it is the same checkpoint.
   *
   * @throws WeightsException when weights are missing
   */
  List<Path> sources();

  /** What its networks and its noise schedule are like. */
  CheckpointConfig config();

  default UNetConfig unet() {
    return config().unet();
  }

  default VaeConfig vae() {
    return config().vae();
  }

  default ClipTextConfig textEncoder() {
    return config().textEncoder();
  }

  default SchedulerConfig scheduler() {
    return config().scheduler();
  }

  /** The folder of its tokenizer; empty when it uses CLIP's own vocabulary. */
  Optional<Path> tokenizer();

  /**
   * Opens a network's weights under canonical keys: the ones diffusers writes today, the text
   * encoder's without {@code text_model.}.
   *
   * @throws WeightsException when they are missing or damaged
   */
  WeightSource open(Component component);

  /**
   * The files of a network's weights.
   *
   * @throws WeightsException when there are none
   */
  List<Path> weights(Component component);

  /**
   * Compares the tensors that are there with those that the networks have.
   *
   * @throws WeightsException when weights are missing or damaged
   */
  KeyReport keys();

  /**
   * The text of one of the {@link #CONFIGURATIONS}; empty where it was derived from the tensors.
   *
   * @throws WeightsException when it cannot be read
   */
  Optional<String> storedConfiguration(String name);

  /** Pixels of the square pictures it was trained on. */
  default int defaultSize() {
    return unet().sampleSize() * vae().scale();
  }

  /** Whether its UNet also takes a mask and a masked picture: 9 channels for 4. */
  default boolean inpainting() {
    return unet().inChannels() == 2 * vae().latentChannels() + 1;
  }

  /** The size of all its weight files. */
  default long bytes() {
    return Arrays.stream(Component.values())
        .flatMap(component -> weights(component).stream())
        .distinct()
        .mapToLong(CheckpointFiles::size)
        .sum();
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new WeightsException(file, "it cannot be read.", e);
    }
  }
}
