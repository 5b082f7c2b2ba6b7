package dev.atelier.server.http;

import dev.atelier.server.problem.Problem;
import dev.atelier.server.problem.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.openapi.router.RouterBuilder;
import io.vertx.openapi.validation.RequestParameter;
import io.vertx.openapi.validation.ValidatedRequest;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** One validated call of an operation of the OpenAPI document. */
record ApiCall(RoutingContext context, ValidatedRequest request) {
  /** What an operation does with a call: the JSON to answer with. */
  interface Operation {
    Future<JsonObject> answer(ApiCall call);
  }

  /** Binds an operation that answers 200 with JSON. */
  static void bind(RouterBuilder routes, String operationId, Operation operation) {
    routes.getRoute(operationId).addHandler(context -> of(context).answer(200, context, operation));
  }

  static ApiCall of(RoutingContext context) {
    return new ApiCall(context, context.get(RouterBuilder.KEY_META_DATA_VALIDATED_REQUEST));
  }

  private void answer(int status, RoutingContext context, Operation operation) {
    operation.answer(this).onSuccess(json -> json(status, json)).onFailure(context::fail);
  }

  /** Answers with JSON that no cache keeps: the studio changes all the time. */
  void json(int status, JsonObject json) {
    context
        .response()
        .setStatusCode(status)
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .end(json.toBuffer());
  }

  /** The id in the path. */
  UUID id() {
    return UUID.fromString(request.getPathParameters().get("id").getString());
  }

  /** The id in the path, where ids are numbers. */
  long wholeId() {
    return request.getPathParameters().get("id").getLong();
  }

  /** The id in the path where it is no UUID. */
  String textId() {
    return request.getPathParameters().get("id").getString();
  }

  int query(String name, int otherwise) {
    return parameter(name).map(RequestParameter::getInteger).orElse(otherwise);
  }

  Optional<UUID> queryId(String name) {
    return parameter(name).map(RequestParameter::getString).map(UUID::fromString);
  }

  boolean query(String name) {
    return parameter(name).map(RequestParameter::getBoolean).orElse(false);
  }

  List<String> queryList(String name) {
    return parameter(name)
        .map(RequestParameter::getJsonArray)
        .map(JsonArray::stream)
        .map(values -> values.map(String::valueOf).toList())
        .orElse(List.of());
  }

  private Optional<RequestParameter> parameter(String name) {
    return Optional.ofNullable(request.getQuery().get(name)).filter(value -> !value.isNull());
  }

  JsonObject body() {
    return request.getBody().getJsonObject();
  }

  /** What was found, or the end of the call with a 404. */
  static <T> Future<T> found(Optional<T> value, String sentence) {
    return value
        .map(Future::succeededFuture)
        .orElseGet(() -> Future.failedFuture(new ProblemException(Problem.of(404, sentence))));
  }
}
