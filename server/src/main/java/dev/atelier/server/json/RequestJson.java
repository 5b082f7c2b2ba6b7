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
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** {@link ImageRequest} as JSON, in both directions. */
public final class RequestJson {
  private RequestJson() {}

  /** Every field of the request. */
  public static JsonObject write(ImageRequest request) {
    return new JsonObject()
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
        .put("batch_noise", key(request.batchNoise()))
        .put("clip_skip", request.clipSkip())
        .put("plugins", plugins(request.extras()))
        .put("vae", request.vae().label());
  }

  /**
   * The request that {@link #write} wrote. Every field must be there: defaults are the caller's.
   * Fields that earlier versions did not write have the value that means what those versions did: a
   * sampler's name may end with the schedule type, as “DPM++ 2M Karras” once did.
   *
   * @throws InvalidRequestException naming the field and saying what it may be
   */
  public static ImageRequest read(JsonObject json) {
    SamplerName sampler = sampler(text(json, "sampler"));
    return ImageRequest.builder(text(json, "model"))
        .setPrompt(text(json, "prompt"))
        .optNegativePrompt(text(json, "negative_prompt"))
        .optSize(wholeInt(json, "width"), wholeInt(json, "height"))
        .optSteps(wholeInt(json, "steps"))
        .optGuidanceScale(number(json, "guidance_scale"))
        .optGuidanceRescale(
            json.containsKey("guidance_rescale") ? number(json, "guidance_rescale") : 0)
        .optSampler(sampler.sampler())
        .optScheduleType(scheduleType(json, sampler))
        .optSeed(whole(json, "seed"))
        .optBatch(wholeInt(json, "batch_size"), batchNoise(text(json, "batch_noise")))
        .optClipSkip(json.containsKey("clip_skip") ? wholeInt(json, "clip_skip") : 1)
        .optExtras(extras(json))
        .optVae(json.containsKey("vae") ? new VaeChoice(text(json, "vae")) : VaeChoice.NONE)
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
  private static Map<String, Object> plain(JsonObject json) {
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
                        .formatted(name, labels(Sampler.values(), Sampler::label))));
  }

  private static ScheduleType scheduleType(JsonObject json, SamplerName sampler) {
    if (!json.containsKey("schedule_type")) {
      return sampler.scheduleType().orElse(ScheduleType.AUTOMATIC);
    }
    String label = text(json, "schedule_type");
    ScheduleType asked =
        ScheduleType.byLabel(label)
            .orElseThrow(
                () ->
                    new InvalidRequestException(
                        "schedule_type",
                        "There is no schedule type “%s”; choose one of %s."
                            .formatted(label, labels(ScheduleType.values(), ScheduleType::label))));
    ScheduleType named = sampler.scheduleType().orElse(asked);
    if (asked != named && asked != ScheduleType.AUTOMATIC) {
      throw new InvalidRequestException(
          "schedule_type",
          "The sampler's name says %s and the schedule type %s; name the sampler %s alone."
              .formatted(named.label(), asked.label(), sampler.sampler().label()));
    }
    return named;
  }

  private static <T> String labels(T[] choices, Function<T, String> label) {
    return Arrays.stream(choices).map(label).collect(Collectors.joining(", "));
  }

  private static BatchNoise batchNoise(String key) {
    return Arrays.stream(BatchNoise.values())
        .filter(noise -> key(noise).equals(key))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidRequestException(
                    "batch_noise",
                    "The batch noise must be seed_plus_index or one_generator, not “%s”."
                        .formatted(key)));
  }

  private static String key(BatchNoise noise) {
    return noise.name().toLowerCase(Locale.ROOT);
  }

  private static String text(JsonObject json, String field) {
    if (json.getValue(field) instanceof String text) {
      return text;
    }
    throw new InvalidRequestException(field, "The field %s must be a text.".formatted(field));
  }

  private static double number(JsonObject json, String field) {
    if (json.getValue(field) instanceof Number number) {
      return number.doubleValue();
    }
    throw new InvalidRequestException(field, "The field %s must be a number.".formatted(field));
  }

  /** JSON knows one kind of number, so that 512 and 512.0 are the same whole number. */
  private static long whole(JsonObject json, String field) {
    double value = number(json, field);
    // Above 2^53 a double no longer tells whole numbers apart.
    if (value != Math.rint(value) || Math.abs(value) > 0x1p53) {
      throw new InvalidRequestException(
          field, "The field %s must be a whole number.".formatted(field));
    }
    return (long) value;
  }

  private static int wholeInt(JsonObject json, String field) {
    long value = whole(json, field);
    if (value != (int) value) {
      throw new InvalidRequestException(
          field, "The field %s is out of range: %d.".formatted(field, value));
    }
    return (int) value;
  }
}
