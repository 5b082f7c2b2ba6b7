package dev.atelier.server.intake;

import dev.atelier.models.catalog.ModelCatalog;
import dev.atelier.models.catalog.ModelEntry;
import dev.atelier.models.catalog.ModelKind;
import dev.atelier.models.pipeline.ImageRequest;
import dev.atelier.models.pipeline.InvalidRequestException;
import dev.atelier.models.pipeline.VaeChoice;
import dev.atelier.models.sampling.BatchNoise;
import dev.atelier.models.sampling.Sampler;
import dev.atelier.server.json.RequestJson;
import dev.atelier.server.problem.Problem;
import dev.atelier.server.problem.ProblemException;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** Fills in what a request leaves open, so that the job that is queued says everything. */
public final class RequestDefaults {
  /** Pixels a side when neither the request nor the model says. */
  public static final int USUAL_SIZE = 512;

  private RequestDefaults() {}

  /**
   * The request that the fields of {@code POST /api/v1/images} mean.
   *
   * @throws dev.atelier.models.pipeline.InvalidRequestException when a field cannot be as it is
   * @throws ProblemException when no model can be used, or the named one cannot
   */
  public static ImageRequest complete(JsonObject fields, ModelCatalog catalog) {
    ModelEntry model = model(Optional.ofNullable(fields.getString("model")), catalog);
    JsonObject complete =
        new JsonObject()
            .put("negative_prompt", "")
            .put("width", size(model))
            .put("height", size(model))
            .put("steps", 20)
            .put("guidance_scale", 7)
            .put("sampler", Sampler.DPMPP_2M.label())
            .put("seed", -1)
            .put("batch_size", 1)
            .put("batch_noise", BatchNoise.SEED_PLUS_INDEX.name().toLowerCase(Locale.ROOT))
            .put("vae", VaeChoice.AUTOMATIC.label())
            .mergeIn(fields)
            .put("model", model.id());
    if (complete.getValue("seed") instanceof Number seed && seed.doubleValue() == -1) {
      complete.put("seed", randomSeed());
    }
    StartDefaults.complete(complete);
    ImageRequest request = RequestJson.read(complete);
    checkVae(request, model, catalog);
    return request;
  }

  /** Like a model, a VAE that is not there is no fault of the request's form. */
  private static void checkVae(ImageRequest request, ModelEntry model, ModelCatalog catalog) {
    try {
      request.vae().of(model, catalog);
    } catch (InvalidRequestException e) {
      throw new ProblemException(Problem.of(422, "vae", e.getMessage()));
    }
  }

  /** A seed that nobody asked for. */
  public static long randomSeed() {
    return ThreadLocalRandom.current().nextLong(ImageRequest.MAX_SEED + 1);
  }

  /** Pixels a side of the pictures that {@code model} makes best. */
  public static int size(ModelEntry model) {
    return model.defaultSize() == 0 ? USUAL_SIZE : model.defaultSize();
  }

  /**
   * The checkpoint of that id, the first that can be used when none is named.
   *
   * @throws ProblemException when there is none or it cannot be used
   */
  public static ModelEntry model(Optional<String> id, ModelCatalog catalog) {
    if (id.isPresent()) {
      return usable(
          catalog
              .checkpoint(id.get())
              .orElseThrow(
                  () ->
                      new ProblemException(
                          Problem.of(
                              422,
                              "model",
                              "There is no model “%s”; choose one of those listed, or put it into a"
                                      .formatted(id.get())
                                  + " model folder and look again."))));
    }
    return firstUsable(catalog)
        .orElseThrow(
            () ->
                new ProblemException(
                    Problem.of(
                        409,
                        "model",
                        "No model can be used: put a checkpoint into a model folder and look"
                            + " again.")));
  }

  /** The model of requests that name none. */
  public static Optional<ModelEntry> firstUsable(ModelCatalog catalog) {
    return catalog.entries(ModelKind.CHECKPOINT).stream().filter(ModelEntry::usable).findFirst();
  }

  private static ModelEntry usable(ModelEntry model) {
    model
        .problem()
        .ifPresent(
            problem -> {
              throw new ProblemException(Problem.of(422, "model", problem));
            });
    return model;
  }
}
