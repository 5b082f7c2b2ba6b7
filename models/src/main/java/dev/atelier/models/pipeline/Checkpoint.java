package dev.atelier.models.pipeline;

import ai.djl.Device;
import dev.atelier.models.engine.ComputeDevice;
import dev.atelier.models.nn.ClipTextEncoder;
import dev.atelier.models.nn.UNet;
import dev.atelier.models.nn.VaeDecoder;
import dev.atelier.models.nn.VaeEncoder;
import dev.atelier.models.registry.Model;
import dev.atelier.models.registry.ModelKey;
import dev.atelier.models.text.ClipTokenizer;
import dev.atelier.models.text.PromptEncoder;
import dev.atelier.models.weights.CheckpointFiles;
import dev.atelier.models.weights.Component;
import dev.atelier.models.weights.WeightSource;
import dev.atelier.models.weights.WeightsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * A checkpoint on disk and the keys under which its parts are leased. The parts are leased one by
 * one, so that parts which several checkpoints have in common need be in memory only once.
 */
public final class Checkpoint {
  private final CheckpointFiles files;
  private final ComputeDevice device;

  private Checkpoint(CheckpointFiles files, ComputeDevice device) {
    this.files = files;
    this.device = device;
  }

  /**
   * Reads the configurations of the checkpoint at {@code path}, whose parts go to {@code device}.
   *
   * @throws dev.atelier.models.weights.WeightsException when they cannot be used
   */
  public static Checkpoint open(Path path, ComputeDevice device) {
    return new Checkpoint(CheckpointFiles.open(path), device);
  }

  /** Its files and configurations. */
  public CheckpointFiles files() {
    return files;
  }

  /**
   * The tokenizer of the checkpoint at {@code path}; the caller's to close.
   *
   * @throws dev.atelier.models.weights.WeightsException when it cannot be used
   */
  static ClipTokenizer tokenizer(Path path) {
    return tokenizer(CheckpointFiles.open(path));
  }

  private static ClipTokenizer tokenizer(CheckpointFiles files) {
    return files.tokenizer().map(ClipTokenizer::open).orElseGet(ClipTokenizer::standard);
  }

  /** Key of the tokenizer and the text encoder. */
  public ModelKey<PromptEncoder> promptEncoder() {
    return part(
        Component.TEXT_ENCODER,
        "text_encoder",
        tensor -> true,
        (files, source, onto) ->
            new PromptEncoder(
                tokenizer(files), ClipTextEncoder.load(source, files.textEncoder(), onto)));
  }

  /** Key of the UNet. */
  public ModelKey<UNet> unet() {
    return part(
        Component.UNET,
        "unet",
        tensor -> true,
        (files, source, onto) -> UNet.load(source, files.unet(), onto));
  }

  /** Key of the VAE's decoder. */
  public ModelKey<VaeDecoder> vaeDecoder() {
    return part(
        Component.VAE,
        "vae decoder",
        tensor -> !VaeEncoder.has(tensor),
        (files, source, onto) -> VaeDecoder.load(source, files.vae(), onto));
  }

  /** Key of the VAE's encoder, which only pictures made from pictures need. */
  public ModelKey<VaeEncoder> vaeEncoder() {
    return part(
        Component.VAE,
        "vae encoder",
        VaeEncoder::has,
        (files, source, onto) -> VaeEncoder.load(source, files.vae(), onto));
  }

  private <T extends Model> Part<T> part(
      Component component, String name, Predicate<String> tensors, Loader<T> loader) {
    Version version = Version.of(files.weights(component));
    return new Part<>(files, component, name, tensors, version, device, loader);
  }

  private interface Loader<T> {
    T load(CheckpointFiles files, Supplier<WeightSource> source, ComputeDevice device);
  }

  /** Weight files as they were when the key was made: one that is replaced is another model. */
  private record Version(List<Path> files, List<Long> bytes, List<FileTime> modified) {
    static Version of(List<Path> files) {
      List<Long> bytes = new ArrayList<>();
      List<FileTime> modified = new ArrayList<>();
      for (Path file : files) {
        try {
          bytes.add(Files.size(file));
          modified.add(Files.getLastModifiedTime(file));
        } catch (IOException e) {
          throw new WeightsException(file, "it cannot be read.", e);
        }
      }
      return new Version(List.copyOf(files), List.copyOf(bytes), List.copyOf(modified));
    }
  }

  /** Equal for the same file on the same device, whoever asks for it. */
  private static final class Part<T extends Model> implements ModelKey<T> {
    private final CheckpointFiles files;
    private final Component component;
    private final String name;
    private final Predicate<String> tensors;
    private final Version version;
    private final ComputeDevice device;
    private final Loader<T> loader;

    Part(
        CheckpointFiles files,
        Component component,
        String name,
        Predicate<String> tensors,
        Version version,
        ComputeDevice device,
        Loader<T> loader) {
      this.files = files;
      this.component = component;
      this.name = name;
      this.tensors = tensors;
      this.version = version;
      this.device = device;
      this.loader = loader;
    }

    @Override
    public String label() {
      return files.path().getFileName() + "/" + name;
    }

    @Override
    public long expectedBytes() {
      try (WeightSource source = files.open(component)) {
        long numbers =
            source.names().stream()
                .filter(tensors)
                .mapToLong(n -> source.info(n).shape().size())
                .sum();
        return numbers * device.dataType().getNumOfBytes();
      }
    }

    @Override
    public T load(Device onto) {
      return loader.load(files, this::open, device);
    }

    /** Also called long after loading, when the file may be another. */
    private WeightSource open() {
      if (!Version.of(version.files).equals(version)) {
        throw new WeightsException(
            version.files.get(0), "it was changed while it was in use; generate again.");
      }
      return files.open(component);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Part<?> part
          && part.name.equals(name)
          && part.version.equals(version)
          && part.device == device;
    }

    @Override
    public int hashCode() {
      return Objects.hash(name, version);
    }
  }
}
