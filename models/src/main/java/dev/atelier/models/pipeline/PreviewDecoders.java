package dev.atelier.models.pipeline;

import dev.atelier.models.catalog.ModelCatalog;
import dev.atelier.models.catalog.ModelFolder;
import dev.atelier.models.nn.PreviewDecoder;
import dev.atelier.models.registry.Lease;
import dev.atelier.models.registry.ModelRegistry;
import dev.atelier.models.weights.FileStamps;
import dev.atelier.models.weights.PreviewDecoderFile;
import dev.atelier.models.weights.WeightsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the decoder that a model's previews are drawn with: the folder {@code preview_decoder} in
 * the model's own, or TAESD where AUTOMATIC1111, Forge and ComfyUI keep it. One that cannot be used
 * is left alone until its file changes. Not thread-safe.
 */
final class PreviewDecoders {
  private static final Logger log = LoggerFactory.getLogger(PreviewDecoders.class);

  private static final String BESIDE = "preview_decoder";

  /** Below a model folder, or below the {@code models} of a program's. */
  private static final List<String> FOLDERS = List.of("VAE-approx", "vae_approx", "VAE-taesd");

  private static final List<String> TAESD =
      List.of("taesd_decoder.safetensors", "taesd_decoder.pth", "taesd");

  /** That of Stable Diffusion 1.x, whose latents TAESD was made for; others have other ones. */
  private static final double SD1_SCALING_FACTOR = 0.18215;

  private final ModelRegistry registry;
  private final Map<Path, PreviewPace> paces = new HashMap<>();
  private final Set<FileStamps> refused = new HashSet<>();

  PreviewDecoders(ModelRegistry registry) {
    this.registry = registry;
  }

  /** A decoder that was found and is leased when it is asked for. */
  final class Found {
    private final Path path;
    private final Checkpoint checkpoint;

    private Found(Path path, Checkpoint checkpoint) {
      this.path = path;
      this.checkpoint = checkpoint;
    }

    /**
     * Leases it.
     *
     * @throws WeightsException when it cannot be used
     */
    Lease<PreviewDecoder> lease() {
      PreviewDecoderFile file = PreviewDecoderFile.open(path);
      if (file.scale() != checkpoint.vae().scale()) {
        throw new WeightsException(
            file.weights(), "its pictures are of another size than the model's; take it away.");
      }
      return registry.lease(checkpoint.previewDecoder(file));
    }

    PreviewPace pace() {
      return paces.computeIfAbsent(path, any -> new PreviewPace());
    }

    /** Says why previews go on without it. */
    void refuse(RuntimeException fault) {
      log.warn("Previews are approximated: {}", fault.getMessage());
      log.debug("The preview decoder cannot be used.", fault);
      refused.add(stamps(path));
    }
  }

  /** The one for a checkpoint; empty where there is none. */
  Optional<Found> of(Checkpoint checkpoint, ModelCatalog catalog) {
    Stream<Path> own = Stream.of(checkpoint.files().path().resolve(BESIDE));
    boolean sd1 = checkpoint.files().vae().scalingFactor() == SD1_SCALING_FACTOR;
    return Stream.concat(own, sd1 ? taesd(catalog) : Stream.empty())
        .filter(Files::exists)
        .filter(path -> !refused.contains(stamps(path)))
        .findFirst()
        .map(path -> new Found(path, checkpoint));
  }

  private static Stream<Path> taesd(ModelCatalog catalog) {
    return catalog.folders().stream()
        .map(ModelFolder::path)
        .flatMap(root -> Stream.of(root, root.resolve("models")))
        .flatMap(root -> FOLDERS.stream().map(root::resolve))
        .flatMap(folder -> TAESD.stream().map(folder::resolve));
  }

  private static FileStamps stamps(Path path) {
    return FileStamps.of(List.of(path, path.resolve(PreviewDecoderFile.IN_FOLDER)));
  }
}
