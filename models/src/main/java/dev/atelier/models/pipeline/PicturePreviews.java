package dev.atelier.models.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import dev.atelier.models.engine.ComputeDevice;
import dev.atelier.models.nn.PreviewDecoder;
import dev.atelier.models.registry.Lease;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The previews of one request: drawn by a preview decoder as often as that costs little, where the
 * model has one, else by {@link LatentPreview} at every step. The decoder is loaded when somebody
 * looks for the first time. What goes wrong with it never ends the picture.
 */
final class PicturePreviews implements AutoCloseable {
  /** As many as 768 x 768 pixels have: larger ones take memory that the networks want. */
  private static final long MAX_PLACES = 96 * 96;

  private final ComputeDevice device;
  private final LatentPreview approximation;
  private final LongSupplier nanoTime;
  private Optional<PreviewDecoders.Found> decoder;
  private Lease<PreviewDecoder> lease;
  private long idleSince;
  private boolean decoded;

  /**
   * @param nanoTime a clock, e.g. {@link System#nanoTime}
   */
  PicturePreviews(
      ComputeDevice device,
      LatentPreview approximation,
      Optional<PreviewDecoders.Found> decoder,
      LongSupplier nanoTime) {
    this.device = device;
    this.approximation = approximation;
    this.decoder = decoder;
    this.nanoTime = nanoTime;
    this.idleSince = nanoTime.getAsLong();
  }

  /**
   * Draws latents.
   *
   * @param latents float32 in the sampler's scale, [n, 4, h, w]
   * @return n pictures; none when there was a better one before and it is not yet time for the next
   */
  List<BufferedImage> draw(NDArray latents) {
    long places = latents.size(2) * latents.size(3);
    if (decoder.isEmpty() || places > MAX_PLACES) {
      return approximation.draw(latents);
    }
    PreviewDecoders.Found found = decoder.get();
    long all = latents.size(0) * places;
    if (!found.pace().due(nanoTime.getAsLong() - idleSince, all)) {
      return decoded ? List.of() : approximation.draw(latents);
    }
    try {
      if (lease == null) {
        lease = found.lease();
      }
      // Waits for what a GPU still has to do, which is not the preview's cost.
      device.synchronize();
      long begun = nanoTime.getAsLong();
      List<BufferedImage> pictures = decode(latents);
      idleSince = nanoTime.getAsLong();
      found.pace().took(idleSince - begun, all);
      decoded = true;
      return pictures;
    } catch (RuntimeException e) {
      found.refuse(e);
      decoder = Optional.empty();
      return approximation.draw(latents);
    }
  }

  private List<BufferedImage> decode(NDArray latents) {
    List<BufferedImage> pictures = new ArrayList<>();
    for (int i = 0; i < latents.size(0); i++) {
      try (var scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        NDArray latent = latents.get(i + ":" + (i + 1)).toType(device.dataType(), false);
        pictures.add(PictureDecoder.rgb(device, lease.model().decode(latent)));
      }
    }
    return pictures;
  }

  /** Learns from a finished picture. */
  void learn(float[] latent, BufferedImage picture) {
    approximation.learn(latent, picture);
  }

  @Override
  public void close() {
    if (lease != null) {
      lease.close();
    }
  }
}
