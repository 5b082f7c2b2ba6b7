package dev.atelier.models.pipeline;

import ai.djl.Device;
import dev.atelier.models.engine.ComputeDevice;
import dev.atelier.models.nn.ClipTextEncoder;
import dev.atelier.models.nn.UNet;
import dev.atelier.models.nn.VaeDecoder;
import dev.atelier.models.registry.Model;
import dev.atelier.models.registry.ModelKey;
import dev.atelier.models.text.ClipTokenizer;
import dev.atelier.models.text.PromptEncoder;
import dev.atelier.models.weights.DiffusersFolder;
import dev.atelier.models.weights.DiffusersFolder.Component;
import dev.atelier.models.weights.SafetensorsFile;
import dev.atelier.models.weights.WeightSource;
import java.nio.file.Path;

/**
 * A checkpoint on disk and the keys under which its parts are leased. The parts are leased one by
 * one, so that parts which several checkpoints have in common need be in memory only once.
 */
public final class Checkpoint {
  private final DiffusersFolder folder;
  private final ComputeDevice device;

  private Checkpoint(DiffusersFolder folder, ComputeDevice device) {
    this.folder = folder;
    this.device = device;
  }

  /**
   * Reads the configurations of the checkpoint at {@code path}, whose parts go to {@code device}.
   *
   * @throws dev.atelier.models.weights.WeightsException when they cannot be used
   */
  public static Checkpoint open(Path path, ComputeDevice device) {
    return new Checkpoint(DiffusersFolder.open(path), device);
  }

  /** Its folder and configurations. */
  public DiffusersFolder folder() {
    return folder;
  }

  /** Key of the tokenizer and the text encoder. */
  public ModelKey<PromptEncoder> promptEncoder() {
    return new Part<>(
        folder.path(),
        Component.TEXT_ENCODER,
        device,
        (files, source, onto) ->
            new PromptEncoder(
                ClipTokenizer.open(files.path().resolve("tokenizer")),
                ClipTextEncoder.load(source, files.textEncoder(), onto)));
  }

  /** Key of the UNet. */
  public ModelKey<UNet> unet() {
    return new Part<>(
        folder.path(),
        Component.UNET,
        device,
        (files, source, onto) -> UNet.load(source, files.unet(), onto));
  }

  /** Key of the VAE's decoder. */
  public ModelKey<VaeDecoder> vaeDecoder() {
    return new Part<>(
        folder.path(),
        Component.VAE,
        device,
        (files, source, onto) -> VaeDecoder.load(source, files.vae(), onto));
  }

  private interface Loader<T> {
    T load(DiffusersFolder folder, WeightSource source, ComputeDevice device);
  }

  /** Equal for the same part of the same folder on the same device, whoever asks for it. */
  private static final class Part<T extends Model> implements ModelKey<T> {
    private final Path path;
    private final Component component;
    private final ComputeDevice device;
    private final Loader<T> loader;

    Part(Path path, Component component, ComputeDevice device, Loader<T> loader) {
      this.path = path;
      this.component = component;
      this.device = device;
      this.loader = loader;
    }

    @Override
    public String label() {
      return path.getFileName() + "/" + component.folder();
    }

    @Override
    public long expectedBytes() {
      try (SafetensorsFile file =
          SafetensorsFile.open(DiffusersFolder.open(path).weights(component))) {
        long numbers = file.names().stream().mapToLong(n -> file.info(n).shape().size()).sum();
        return numbers * device.dataType().getNumOfBytes();
      }
    }

    @Override
    public T load(Device onto) {
      DiffusersFolder files = DiffusersFolder.open(path);
      try (WeightSource source = files.open(component)) {
        return loader.load(files, source, device);
      }
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Part<?> part
          && part.path.equals(path)
          && part.component == component
          && part.device == device;
    }

    @Override
    public int hashCode() {
      return 31 * path.hashCode() + component.hashCode();
    }
  }
}
