package dev.atelier.server.json;

import dev.atelier.models.pipeline.Extras;
import dev.atelier.models.pipeline.ImageRequest;
import dev.atelier.models.pipeline.InvalidRequestException;
import dev.atelier.models.pipeline.VaeChoice;
import dev.atelier.models.sampling.BatchNoise;
import dev.atelier.models.sampling.Sampler;
import dev.atelier.models.sampling.SamplerName;
import dev.atelier.models.sampling.ScheduleType;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** {@link ImageRequest} as JSON, in both directions. */
public final class RequestJson {
  private RequestJson() {}

  /** Every field of the request. */
  public static JsonObject write(ImageRequest request) {
    JsonObject json =
        new JsonObject()
            .put("model", request.model())
            .put("prompt", request.prompt())
            .put("negative_prompt", request.negativePrompt())
            .put("width", request.width())
            .put("height", request.height())
            .put("steps", request.steps())
            .put("guidance_scale", request.guidanceScale())
            .put("guidance_rescale", request.guidanceRescale())
            .put("sampler", request.sampler().label())
            .put("schedule_type", request.scheduleType().label())
            .put("seed", request.seed())
            .put("batch_size", request.batchSize())
            .put("batch_noise", JsonFields.key(request.batchNoise()))
            .put("clip_skip", request.clipSkip())
            .put("plugins", plugins(request.extras()))
            .put("vae", request.vae().label());
    StartJson.write(request.start(), json);
    StartJson.write(request.variation(), request.seedResize(), json);
    return json;
  }

  /**
   * The request that {@link #write} wrote. Every field must be there: defaults are the caller's.
   * Fields that earlier versions did not write have the value that means what those versions did: a
   * sampler's name may end with the schedule type, as “DPM++ 2M Karras” once did.
   *
   * @throws InvalidRequestException naming the field and saying what it may be
   */
  public static ImageRequest read(JsonObject json) {
    JsonFields fields = JsonFields.of(json);
    SamplerName sampler = sampler(fields.text("sampler"));
    return ImageRequest.builder(fields.text("model"))
        .setPrompt(fields.text("prompt"))
        .optNegativePrompt(fields.text("negative_prompt"))
        .optSize(fields.wholeInt("width"), fields.wholeInt("height"))
        .optSteps(fields.wholeInt("steps"))
        .optGuidanceScale(fields.number("guidance_scale"))
        .optGuidanceRescale(
            json.containsKey("guidance_rescale") ? fields.number("guidance_rescale") : 0)
        .optSampler(sampler.sampler())
        .optScheduleType(scheduleType(fields, sampler))
        .optSeed(fields.whole("seed"))
        .optBatch(fields.wholeInt("batch_size"), fields.choice("batch_noise", BatchNoise.values()))
        .optClipSkip(json.containsKey("clip_skip") ? fields.wholeInt("clip_skip") : 1)
        .optExtras(extras(json))
        .optVae(json.containsKey("vae") ? new VaeChoice(fields.text("vae")) : VaeChoice.NONE)
        .optStart(StartJson.read(json))
        .optVariation(StartJson.variation(json))
        .optSeedResize(StartJson.seedResize(json))
        .build();
  }

  private static JsonObject plugins(Extras extras) {
    JsonObject json = new JsonObject();
    extras.parameters().forEach((id, values) -> json.put(id, new JsonObject(values)));
    // Of its own, all the way down: the request's maps cannot be changed, JSON objects can.
    return json.copy();
  }

  private static Extras extras(JsonObject json) {
    if (!json.containsKey("plugins")) {
      return Extras.NONE;
    }
    Map<String, Map<String, Object>> parameters = new HashMap<>();
    if (!(json.getValue("plugins") instanceof JsonObject plugins)) {
      throw new InvalidRequestException("plugins", "The field plugins must be an object.");
    }
    for (String id : plugins.fieldNames()) {
      if (!(plugins.getValue(id) instanceof JsonObject values)) {
        throw new InvalidRequestException(
            "plugins", "The parameters of a plugin must be an object.");
      }
      parameters.put(id, plain(values));
    }
    return new Extras(parameters);
  }

  /** As maps and lists of Java's, which compare with those of another request. */
  public static Map<String, Object> plain(JsonObject json) {
    Map<String, Object> plain = new HashMap<>();
    json.forEach(entry -> plain.put(entry.getKey(), plain(entry.getValue())));
    return plain;
  }

  private static Object plain(Object value) {
    if (value instanceof JsonObject object) {
      return plain(object);
    }
    return value instanceof JsonArray array
        ? array.stream().map(RequestJson::plain).collect(Collectors.toCollection(ArrayList::new))
        : value;
  }

  private static SamplerName sampler(String name) {
    return SamplerName.parse(name)
        .orElseThrow(
            () ->
                new InvalidRequestException(
                    "sampler",
                    "There is no sampler “%s”; choose one of %s."
                        .formatted(name, JsonFields.labels(Sampler.values(), Sampler::label))));
  }

  private static ScheduleType scheduleType(JsonFields fields, SamplerName sampler) {
    if (!fields.json().containsKey("schedule_type")) {
      return sampler.scheduleType().orElse(ScheduleType.AUTOMATIC);
    }
    String label = fields.text("schedule_type");
    ScheduleType asked =
        ScheduleType.byLabel(label)
            .orElseThrow(
                () ->
                    new InvalidRequestException(
                        "schedule_type",
                        "There is no schedule type “%s”; choose one of %s."
                            .formatted(
                                label,
                                JsonFields.labels(ScheduleType.values(), ScheduleType::label))));
    ScheduleType named = sampler.scheduleType().orElse(asked);
    if (asked != named && asked != ScheduleType.AUTOMATIC) {
      throw new InvalidRequestException(
          "schedule_type",
          "The sampler's name says %s and the schedule type %s; name the sampler %s alone."
              .formatted(named.label(), asked.label(), sampler.sampler().label()));
    }
    return named;
  }
}
