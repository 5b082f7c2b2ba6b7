package dev.atelier.server.http;

import dev.atelier.models.catalog.ModelCatalog;
import dev.atelier.models.catalog.ModelEntry;
import dev.atelier.models.text.PromptLength;
import dev.atelier.models.weights.WeightsException;
import dev.atelier.server.intake.RequestDefaults;
import dev.atelier.server.problem.Problem;
import dev.atelier.server.problem.ProblemException;
import dev.atelier.server.studio.Studio;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.openapi.router.RouterBuilder;
import java.util.List;
import java.util.Optional;

/** {@code /api/v1/prompt-lengths}: how much of the text encoder's room prompts take. */
final class PromptsApi {
  private static final int USUAL_STEPS = 20;

  private final Vertx vertx;
  private final Studio studio;

  PromptsApi(Vertx vertx, Studio studio) {
    this.vertx = vertx;
    this.studio = studio;
  }

  void bind(RouterBuilder routes) {
    ApiCall.bind(routes, "measurePrompts", this::measure);
  }

  private Future<JsonObject> measure(ApiCall call) {
    JsonObject body = call.body();
    ModelCatalog catalog = studio.models().catalog();
    ModelEntry model = RequestDefaults.model(Optional.ofNullable(body.getString("model")), catalog);
    int steps = body.getInteger("steps", USUAL_STEPS);
    List<String> prompts = List.of(body.getString("prompt"), body.getString("negative_prompt", ""));
    // Opening a tokenizer takes a part of a second.
    return vertx
        .executeBlocking(() -> studio.prompts().count(model, catalog, steps, prompts))
        .map(
            lengths ->
                new JsonObject()
                    .put("prompt", json(lengths.get(0)))
                    .put("negative_prompt", json(lengths.get(1))))
        .recover(
            e ->
                Future.failedFuture(
                    e instanceof WeightsException
                        ? new ProblemException(Problem.of(422, "prompt", e.getMessage()))
                        : e));
  }

  private static JsonObject json(PromptLength length) {
    return new JsonObject().put("tokens", length.tokens()).put("room", length.room());
  }
}
