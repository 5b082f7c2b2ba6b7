package dev.atelier.models.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import dev.atelier.models.catalog.ModelCatalog;
import dev.atelier.models.catalog.ModelEntry;
import dev.atelier.models.engine.ComputeDevice;
import dev.atelier.models.lora.LoraSet;
import dev.atelier.models.nn.Patched;
import dev.atelier.models.nn.UNet;
import dev.atelier.models.nn.VaeDecoder;
import dev.atelier.models.picture.Canvas;
import dev.atelier.models.registry.Lease;
import dev.atelier.models.registry.ModelKey;
import dev.atelier.models.registry.ModelRegistry;
import dev.atelier.models.sampling.NoiseSchedule;
import dev.atelier.models.text.Embeddings;
import dev.atelier.models.text.PromptEncoder;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Makes pictures from text, and from text and a picture. Not thread-safe: every call must come from
 * the device's one thread.
 */
public final class TextToImage {
  private final ComputeDevice device;
  private final ModelRegistry registry;
  private final Supplier<ModelCatalog> catalog;
  private final PictureSource pictures;
  private final Checkpoints checkpoints;
  private final Map<ModelKey<VaeDecoder>, LatentPreview> approximations = new HashMap<>();
  private final PreviewDecoders previewDecoders;

  /** One that is given no pictures to begin with. */
  public TextToImage(ComputeDevice device, ModelRegistry registry, Supplier<ModelCatalog> catalog) {
    this(device, registry, catalog, PictureSource.none());
  }

  /**
   * @param device where to compute
   * @param registry whom to lease networks from
   * @param catalog the models on disk, as they are when a picture begins
   * @param pictures those that requests begin with
   */
  public TextToImage(
      ComputeDevice device,
      ModelRegistry registry,
      Supplier<ModelCatalog> catalog,
      PictureSource pictures) {
    this.device = Objects.requireNonNull(device);
    this.registry = Objects.requireNonNull(registry);
    this.catalog = Objects.requireNonNull(catalog);
    this.pictures = Objects.requireNonNull(pictures);
    this.checkpoints = new Checkpoints(device);
    this.previewDecoders = new PreviewDecoders(registry);
  }

  /**
   * Makes the pictures of {@code request}.
   *
   * @return {@code batchSize} pictures, 8 bits a channel, of the size {@link
   *     ImageRequest#resultSize}
   * @throws GenerationCancelledException when the observer asked to stop
   * @throws InvalidRequestException when the request names a model that cannot be used, or a
   *     picture that cannot be used
   * @throws dev.atelier.models.weights.WeightsException when the model's files, or a LoRA's, cannot
   *     be used
   */
  public List<BufferedImage> generate(ImageRequest request, GenerationObserver observer) {
    observer.onPhase(Phase.LOADING);
    ModelEntry model = entry(request.model());
    Optional<ModelEntry> otherVae = request.vae().of(model, catalog.get());
    otherVae.ifPresent(observer::onVae);
    Checkpoint checkpoint = checkpoints.open(model, otherVae);
    ModelKey<VaeDecoder> vaeKey = checkpoint.vaeDecoder();
    Optional<Canvas> canvas = CanvasOf.request(request, pictures);
    try (var scope = new NDScope();
        NDManager manager = device.manager().newSubManager();
        LoraSet loras = loras(request, checkpoint);
        Lease<UNet> unet = registry.lease(checkpoint.unet());
        Patched patched = unet.model().patched(loras.unet());
        Lease<VaeDecoder> vae = registry.lease(vaeKey);
        PicturePreviews previews = previews(checkpoint, manager, decoder(checkpoint, vae))) {
      scope.suppressNotUsedWarning();
      PictureDecoder decoder = decoder(checkpoint, vae);
      Conditioning conditioning = encode(checkpoint, request, loras, manager, observer);
      NoiseSchedule schedule = NoiseSchedule.of(checkpoint.files().scheduler());
      var runs =
          new SamplingRuns(
              device, manager, request, schedule, unet.model(), conditioning, previews, observer);
      var reader = new LeasedReader(device, registry, checkpoint, manager);
      var sampling = new RequestSampling(request, schedule, runs, reader, decoder);
      NDArray latents = sampling.latents(canvas, observer);
      observer.onPhase(Phase.DECODING);
      return decode(latents, decoder, previews, observer).stream()
          .map(picture -> canvas.map(c -> c.finish(picture)).orElse(picture))
          .toList();
    }
  }

  private PictureDecoder decoder(Checkpoint checkpoint, Lease<VaeDecoder> vae) {
    return new PictureDecoder(
        device,
        vae.model(),
        () ->
            registry.lease(
                Checkpoint.open(checkpoint.files().path(), device.inFloat32()).vaeDecoder()));
  }

  private PicturePreviews previews(
      Checkpoint checkpoint, NDManager manager, PictureDecoder decoder) {
    LatentPreview approximation =
        approximations.computeIfAbsent(
            checkpoint.vaeDecoder(), key -> LatentPreview.fitted(manager, decoder));
    return new PicturePreviews(
        device, approximation, previewDecoders.of(checkpoint, catalog.get()), System::nanoTime);
  }

  private ModelEntry entry(String id) {
    ModelEntry entry =
        catalog
            .get()
            .checkpoint(id)
            .orElseThrow(
                () ->
                    new InvalidRequestException(
                        "model", "There is no model \"" + id + "\"; choose one of the list."));
    entry
        .problem()
        .ifPresent(
            problem -> {
              throw new InvalidRequestException("model", problem);
            });
    return entry;
  }

  private LoraSet loras(ImageRequest request, Checkpoint checkpoint) {
    return LoraSet.open(
        request.loras(), checkpoint.files().unet(), checkpoint.files().textEncoder(), device);
  }

  private Conditioning encode(
      Checkpoint checkpoint,
      ImageRequest request,
      LoraSet loras,
      NDManager manager,
      GenerationObserver observer) {
    try (Lease<PromptEncoder> encoder = registry.lease(checkpoint.promptEncoder());
        Patched patched = encoder.model().patched(loras.textEncoder())) {
      observer.onPhase(Phase.ENCODING);
      Embeddings embeddings = PromptCounter.embeddings(catalog.get());
      Conditioning encoded = Conditioning.encode(encoder.model(), manager, request, embeddings);
      observer.onEmbeddings(embeddings.named());
      return encoded;
    }
  }

  private static List<BufferedImage> decode(
      NDArray latents,
      PictureDecoder decoder,
      PicturePreviews previews,
      GenerationObserver observer) {
    List<BufferedImage> pictures = new ArrayList<>();
    for (int i = 0; i < latents.size(0); i++) { // one by one: decoding is the peak of memory
      GenerationCancelledException.throwIfAsked(observer);
      NDArray latent = latents.get(i + ":" + (i + 1));
      BufferedImage picture = decoder.decode(latent);
      previews.learn(latent.toFloatArray(), picture);
      pictures.add(picture);
    }
    return Collections.unmodifiableList(pictures);
  }
}
