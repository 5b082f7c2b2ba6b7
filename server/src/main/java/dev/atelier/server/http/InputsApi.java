package dev.atelier.server.http;

import dev.atelier.models.pipeline.InputPicture;
import dev.atelier.server.inputs.InputDecoder;
import dev.atelier.server.inputs.UnusableInputException;
import dev.atelier.server.problem.Problem;
import dev.atelier.server.problem.ProblemException;
import dev.atelier.server.security.RequestBodies;
import dev.atelier.server.studio.Studio;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.openapi.router.RouterBuilder;
import java.util.Optional;
import java.util.Set;

/** {@code /api/v1/inputs}: the pictures that jobs begin with. */
final class InputsApi {
  static final String PATH = "/api/v1/inputs";

  /** A page of another web site can send a picture under neither of these names. */
  static final RequestBodies.Rule BODIES =
      new RequestBodies.Rule(Set.of("image/png", "image/jpeg"), InputDecoder.MAX_BYTES);

  private static final String NO_SUCH_INPUT = "There is no picture of this id.";
  private final Studio studio;

  InputsApi(Studio studio) {
    this.studio = studio;
  }

  void bind(RouterBuilder routes) {
    routes.getRoute("addInput").addHandler(this::add);
    routes.getRoute("getInputFile").addHandler(this::file);
  }

  private void add(RoutingContext context) {
    Buffer body = Optional.ofNullable(context.body().buffer()).orElseGet(Buffer::buffer);
    studio
        .inputs()
        .add(body.getBytes())
        .onSuccess(input -> ApiCall.of(context).json(201, json(input)))
        .onFailure(
            fault ->
                context.fail(
                    fault instanceof UnusableInputException
                        ? new ProblemException(Problem.of(422, fault.getMessage()))
                        : fault));
  }

  private static JsonObject json(InputPicture input) {
    return new JsonObject()
        .put("id", input.id())
        .put("width", input.width())
        .put("height", input.height())
        .put("url", PATH + "/" + input.id() + "/file");
  }

  private void file(RoutingContext context) {
    ApiCall call = ApiCall.of(context);
    studio
        .inputs()
        .find(call.textId())
        .compose(found -> ApiCall.found(found, NO_SUCH_INPUT))
        .onSuccess(input -> send(context, input))
        .onFailure(context::fail);
  }

  private void send(RoutingContext context, InputPicture input) {
    // Its name is its content.
    LastingFile.sendPicture(context, "image/png", studio.inputs().file(input), NO_SUCH_INPUT);
  }
}
