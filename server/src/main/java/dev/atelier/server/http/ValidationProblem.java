package dev.atelier.server.http;

import dev.atelier.server.json.SchemaSentence;
import dev.atelier.server.problem.Problem;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import io.vertx.json.schema.OutputUnit;
import io.vertx.openapi.contract.Location;
import io.vertx.openapi.contract.MediaType;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.contract.Parameter;
import io.vertx.openapi.validation.SchemaValidationException;
import io.vertx.openapi.validation.ValidatorException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Turns what the OpenAPI validator found into one sentence that names the field. */
final class ValidationProblem {
  /** The validator tells which parameter it means in its message alone. */
  private static final Pattern PARAMETER =
      Pattern.compile("(?:path|query|header|cookie) parameter ([\\w-]+)");

  private static final Pattern FIRST_STEP = Pattern.compile("#?/([^/]+).*", Pattern.DOTALL);
  private static final int LONGEST_QUOTE = 40;

  private ValidationProblem() {}

  static Problem of(RoutingContext context, Operation operation, ValidatorException failure) {
    Optional<Parameter> parameter = parameter(operation, failure.getMessage());
    if (parameter.isPresent()) {
      return inParameter(context, parameter.get());
    }
    return operation.getRequestBody() == null
        ? Problem.of(400, "The request's parameters cannot be decoded; escape each % as %25.")
        : inBody(operation, context.body().buffer(), failure);
  }

  private static Optional<Parameter> parameter(Operation operation, String message) {
    Matcher name = PARAMETER.matcher(message);
    return name.find()
        ? operation.getParameters().stream()
            .filter(known -> known.getName().equals(name.group(1)))
            .findFirst()
        : Optional.empty();
  }

  private static Problem inParameter(RoutingContext context, Parameter parameter) {
    if (parameter.getIn() == Location.PATH) {
      // A path that cannot be anything's is a path to nothing.
      return Problem.of(404, "There is nothing at this address.");
    }
    return mayBe(
        parameter.getName(),
        parameter.getOpenAPIModel().getJsonObject("schema"),
        context.request().getParam(parameter.getName()));
  }

  private static Problem inBody(Operation operation, Buffer content, ValidatorException failure) {
    if (content == null || content.length() == 0) {
      return Problem.of(400, "Send the request as a JSON object in the body.");
    }
    Object body;
    try {
      body = Json.decodeValue(content);
    } catch (DecodeException e) {
      return Problem.of(400, "The body is not valid JSON.");
    }
    if (!(body instanceof JsonObject fields)) {
      return Problem.of(400, "The body must be a JSON object.");
    }
    JsonObject schema =
        operation
            .getRequestBody()
            .getContent()
            .get(MediaType.APPLICATION_JSON)
            .getOpenAPIModel()
            .getJsonObject("schema");
    return inFields(schema, fields, failure);
  }

  private static Problem inFields(
      JsonObject schema, JsonObject fields, ValidatorException failure) {
    for (Object required : schema.getJsonArray("required", new JsonArray())) {
      if (!fields.containsKey((String) required)) {
        return Problem.of(400, (String) required, "The field %s is missing.".formatted(required));
      }
    }
    JsonObject properties = schema.getJsonObject("properties");
    for (String name : fields.fieldNames()) {
      if (!properties.containsKey(name)) {
        return Problem.of(
            400,
            shortened(name),
            "There is no field “%s”; the fields are %s."
                .formatted(shortened(name), String.join(", ", properties.fieldNames())));
      }
    }
    return fieldAtFault(failure)
        .filter(properties::containsKey)
        .map(field -> mayBe(field, properties.getJsonObject(field), fields.getValue(field)))
        .orElseGet(() -> Problem.of(400, "The body is not what the API's document describes."));
  }

  private static Optional<String> fieldAtFault(ValidatorException failure) {
    List<OutputUnit> errors =
        failure instanceof SchemaValidationException invalid
            ? Optional.ofNullable(invalid.getOutputUnit().getErrors()).orElse(List.of())
            : List.of();
    return errors.stream()
        .map(OutputUnit::getInstanceLocation)
        .flatMap(Stream::ofNullable)
        .map(FIRST_STEP::matcher)
        .filter(Matcher::matches)
        .map(step -> step.group(1))
        .findFirst();
  }

  private static Problem mayBe(String field, JsonObject schema, Object given) {
    return Problem.of(
        400,
        field,
        "The field %s must be %s%s.".formatted(field, SchemaSentence.mayBe(schema), butIs(given)));
  }

  private static String butIs(Object given) {
    if (given instanceof Number || given instanceof Boolean) {
      return ", not " + given;
    }
    return given instanceof String text && text.length() <= LONGEST_QUOTE
        ? ", not “" + text + "”"
        : "";
  }

  private static String shortened(String name) {
    return name.length() <= LONGEST_QUOTE ? name : name.substring(0, LONGEST_QUOTE) + "…";
  }
}
