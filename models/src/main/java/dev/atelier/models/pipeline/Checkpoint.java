package dev.atelier.models.pipeline;

import ai.djl.Device;
import dev.atelier.models.engine.ComputeDevice;
import dev.atelier.models.nn.ClipTextEncoder;
import dev.atelier.models.nn.PreviewDecoder;
import dev.atelier.models.nn.UNet;
import dev.atelier.models.nn.VaeDecoder;
import dev.atelier.models.nn.VaeEncoder;
import dev.atelier.models.registry.Model;
import dev.atelier.models.registry.ModelKey;
import dev.atelier.models.text.ClipTokenizer;
import dev.atelier.models.text.PromptEncoder;
import dev.atelier.models.weights.CheckpointFiles;
import dev.atelier.models.weights.Component;
import dev.atelier.models.weights.PreviewDecoderFile;
import dev.atelier.models.weights.StandaloneVae;
import dev.atelier.models.weights.VaeConfig;
import dev.atelier.models.weights.WeightSource;
import dev.atelier.models.weights.WeightsException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * A checkpoint on disk and the keys under which its parts are leased. The parts are leased one by
 * one, and parts that several checkpoints have in common are in memory only once: see {@link
 * PartIndex}. {@link Checkpoints} opens each only once.
 */
public final class Checkpoint {
  private final CheckpointFiles files;
  private final VaeConfig vaeConfig;
  private final PartSource vae;
  private final String name;
  private final ComputeDevice device;
  private final PartIndex index;

  private Checkpoint(
      CheckpointFiles files,
      VaeConfig vaeConfig,
      PartSource vae,
      String name,
      ComputeDevice device,
      PartIndex index) {
    this.files = files;
    this.vaeConfig = vaeConfig;
    this.vae = vae;
    this.name = name;
    this.device = device;
    this.index = index;
  }

  /**
   * Reads the configurations of the checkpoint at {@code path}, whose parts go to {@code device}.
   * It shares parts with itself only.
   *
   * @throws WeightsException when they cannot be used
   */
  public static Checkpoint open(Path path, ComputeDevice device) {
    return open(path, path.getFileName().toString(), device, new PartIndex());
  }

  /**
   * The same, sharing parts with what else is in {@code index}.
   *
   * @param name what people know it by
   */
  static Checkpoint open(Path path, String name, ComputeDevice device, PartIndex index) {
    CheckpointFiles files = CheckpointFiles.open(path);
    PartSource vae = source(files, name, Component.VAE, files.vae());
    return new Checkpoint(files, files.vae(), vae, name, device, index);
  }

  /**
   * This checkpoint with another VAE in place of its own.
   *
   * @param vaeName what people know it by
   * @throws WeightsException when its latents are of another kind
   */
  Checkpoint with(StandaloneVae other, String vaeName) {
    VaeConfig config = other.config();
    if (config.latentChannels() != files.vae().latentChannels()
        || config.scale() != files.vae().scale()) {
      throw new WeightsException(
          other.path(),
          "its latents are of another kind than those of %s; choose another VAE, or Automatic."
              .formatted(name));
    }
    var source =
        new PartSource(
            vaeName,
            Component.VAE.folder(),
            config,
            () -> "",
            List.of(other.weights()),
            other::open);
    return new Checkpoint(files, config, source, name, device, index);
  }

  /** Its files and configurations; with another VAE, those of its own VAE all the same. */
  public CheckpointFiles files() {
    return files;
  }

  /** The configuration of the VAE that its pictures are made with. */
  public VaeConfig vae() {
    return vaeConfig;
  }

  /**
   * The tokenizer of the checkpoint at {@code path}; the caller's to close.
   *
   * @throws WeightsException when it cannot be used
   */
  static ClipTokenizer tokenizer(Path path) {
    return tokenizer(CheckpointFiles.open(path));
  }

  private static ClipTokenizer tokenizer(CheckpointFiles files) {
    return files.tokenizer().map(ClipTokenizer::open).orElseGet(ClipTokenizer::standard);
  }

  /** Key of the tokenizer and the text encoder. */
  public ModelKey<PromptEncoder> promptEncoder() {
    PartSource text = source(files, name, Component.TEXT_ENCODER, files.textEncoder());
    return key(
        PromptEncoder.class,
        "text_encoder",
        text,
        tensor -> true,
        source ->
            new PromptEncoder(
                tokenizer(files), ClipTextEncoder.load(source, files.textEncoder(), device)));
  }

  /** Key of the UNet. */
  public ModelKey<UNet> unet() {
    PartSource unet = source(files, name, Component.UNET, files.unet());
    return key(
        UNet.class,
        "unet",
        unet,
        tensor -> true,
        source -> UNet.load(source, files.unet(), device));
  }

  /** Key of the VAE's decoder. */
  public ModelKey<VaeDecoder> vaeDecoder() {
    return key(
        VaeDecoder.class,
        "vae",
        vae,
        tensor -> !VaeEncoder.has(tensor),
        source -> VaeDecoder.load(source, vaeConfig, device));
  }

  /** Key of the VAE's encoder, which only pictures made from pictures need. */
  public ModelKey<VaeEncoder> vaeEncoder() {
    return key(
        VaeEncoder.class,
        "vae_encoder",
        vae,
        VaeEncoder::has,
        source -> VaeEncoder.load(source, vaeConfig, device));
  }

  /** Key of a decoder for its previews. */
  ModelKey<PreviewDecoder> previewDecoder(PreviewDecoderFile file) {
    var source =
        new PartSource(name, "preview_decoder", "", () -> "", List.of(file.weights()), file::open);
    return key(
        PreviewDecoder.class,
        "preview_decoder",
        source,
        tensor -> true,
        weights -> PreviewDecoder.load(weights, file.layers(), device));
  }

  private static PartSource source(
      CheckpointFiles files, String name, Component component, Object settings) {
    return new PartSource(
        name,
        component.folder(),
        settings,
        () -> component == Component.TEXT_ENCODER ? ClipTokenizer.digest(files.tokenizer()) : "",
        files.weights(component),
        () -> files.open(component));
  }

  private <T extends Model> ModelKey<T> key(
      Class<T> network,
      String part,
      PartSource source,
      Predicate<String> tensors,
      Loader<T> loader) {
    String label = source.model() + "/" + part;
    return new Key<>(network, label, source, index.of(source), device, tensors, loader);
  }

  private interface Loader<T> {
    T load(Supplier<WeightSource> files);
  }

  /**
   * Equal for the same weights on the same device, whichever checkpoint they belong to.
   *
   * @param tensors those that the network takes
   */
  private record Key<T extends Model>(
      Class<T> network,
      String label,
      PartSource source,
      PartIndex.Identity identity,
      ComputeDevice device,
      Predicate<String> tensors,
      Loader<T> loader)
      implements ModelKey<T> {

    @Override
    public long expectedBytes() {
      try (WeightSource weights = source.weights().get()) {
        long numbers =
            weights.names().stream()
                .filter(tensors)
                .mapToLong(name -> weights.info(name).shape().size())
                .sum();
        return numbers * device.dataType().getNumOfBytes();
      }
    }

    @Override
    public T load(Device onto) {
      return loader.load(identity::open);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Key<?> key
          && key.network == network
          && key.identity == identity
          && key.device == device;
    }

    @Override
    public int hashCode() {
      return Objects.hash(network, identity);
    }
  }
}
