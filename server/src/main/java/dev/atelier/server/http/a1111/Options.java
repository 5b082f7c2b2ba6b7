package dev.atelier.server.http.a1111;

import dev.atelier.models.catalog.ModelCatalog;
import dev.atelier.models.catalog.ModelEntry;
import dev.atelier.models.pipeline.ImageRequest;
import dev.atelier.models.pipeline.VaeChoice;
import dev.atelier.server.intake.RequestDefaults;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * AUTOMATIC1111's options: a checkpoint, a VAE and a clip skip that its clients choose for all
 * their requests, kept until the studio stops, and a few settings that are what they are. Settings
 * that mean nothing here are taken and forgotten, as AUTOMATIC1111 does with those it does not
 * know. Thread-safe.
 */
final class Options {
  static final String CHECKPOINT = "sd_model_checkpoint";
  private static final String CLIP_SKIP = "CLIP_stop_at_last_layers";
  private static final String VAE = "sd_vae";

  /** What the settings that mean something may be set to: what they are already. */
  private static final Map<String, List<String>> FIXED =
      Map.of(
          "samples_format", List.of("png"),
          "eta_noise_seed_delta", List.of("0", "0.0"));

  private final JsonObject settings;
  private volatile Optional<String> chosen = Optional.empty();
  private volatile int clipSkip = 1;
  private volatile VaeChoice vae = VaeChoice.AUTOMATIC;

  /**
   * @param settings the settings as they are, without those that can be chosen
   */
  Options(JsonObject settings) {
    this.settings = settings;
  }

  /** The answer of {@code GET /sdapi/v1/options}. */
  JsonObject json(ModelCatalog catalog) {
    return new JsonObject()
        .put(CHECKPOINT, checkpoint(catalog).map(ModelEntry::id).orElse(null))
        .put(CLIP_SKIP, clipSkip)
        .put(VAE, Vaes.name(vae, catalog))
        .mergeIn(settings);
  }

  /** Takes the body of {@code POST /sdapi/v1/options}. */
  void set(LenientFields changes, ModelCatalog catalog) {
    check(changes);
    int skip = clipSkip(changes);
    VaeChoice newVae = vae(changes, catalog);
    changes
        .text(CHECKPOINT)
        .ifPresent(name -> chosen = Optional.of(Checkpoints.find(name, catalog).id()));
    clipSkip = skip;
    vae = newVae;
  }

  /**
   * The clip skip of a request.
   *
   * @param overrides the request's {@code override_settings}
   */
  int clipSkip(LenientFields overrides) {
    long skip = overrides.whole(CLIP_SKIP).orElse((long) clipSkip);
    if (skip < 0 || skip > ImageRequest.MAX_CLIP_SKIP) {
      throw LenientFields.unprocessable(
          "The option %s must be between 1 and %d, not %d."
              .formatted(CLIP_SKIP, ImageRequest.MAX_CLIP_SKIP, skip));
    }
    return (int) Math.max(1, skip); // 0 is the last layer, too
  }

  /**
   * The VAE of a request.
   *
   * @param overrides the request's {@code override_settings}
   */
  VaeChoice vae(LenientFields overrides, ModelCatalog catalog) {
    return overrides.text(VAE).map(name -> Vaes.find(name, catalog)).orElse(vae);
  }

  /** Refuses settings that would change the picture if they could be had. */
  static void check(LenientFields settings) {
    FIXED.forEach(
        (name, allowed) ->
            settings
                .text(name)
                .filter(value -> !allowed.contains(value))
                .ifPresent(
                    value -> {
                      throw LenientFields.unprocessable(
                          "The option %s cannot be “%s” here; leave it at %s."
                              .formatted(name, value, allowed.get(0)));
                    }));
  }

  /** The chosen checkpoint while it is there, else the one that all requests without one get. */
  private Optional<ModelEntry> checkpoint(ModelCatalog catalog) {
    return chosen.flatMap(catalog::checkpoint).or(() -> RequestDefaults.firstUsable(catalog));
  }

  /**
   * The checkpoint of a request.
   *
   * @param overrides the request's {@code override_settings}
   */
  ModelEntry checkpoint(LenientFields overrides, ModelCatalog catalog) {
    Optional<String> id =
        overrides
            .text(CHECKPOINT)
            .filter(name -> !name.isBlank())
            .map(name -> Checkpoints.find(name, catalog).id())
            .or(() -> chosen.filter(known -> catalog.checkpoint(known).isPresent()));
    return RequestDefaults.model(id, catalog);
  }
}
