package dev.atelier.server.http.a1111;

import dev.atelier.models.sampling.Sampler;
import dev.atelier.server.problem.Problem;
import dev.atelier.server.problem.ProblemException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Samplers under AUTOMATIC1111's names. Since its version 1.9 a sampler and its schedule are two
 * fields; before that, and here, the schedule is part of the name. “Automatic” and no schedule mean
 * the sampler as it is named.
 */
final class SamplerNames {
  private static final Map<Sampler, List<String>> ALIASES =
      Map.of(
          Sampler.DDIM, List.of("ddim"),
          Sampler.PNDM, List.of("PLMS", "plms"),
          Sampler.EULER, List.of("k_euler"),
          Sampler.EULER_ANCESTRAL, List.of("k_euler_a", "k_euler_ancestral"),
          Sampler.DPMPP_2M, List.of("k_dpmpp_2m"),
          Sampler.DPMPP_2M_KARRAS, List.of("k_dpmpp_2m_ka"));

  private static final List<String> PLAIN_SCHEDULES = List.of("", "automatic", "uniform");

  private SamplerNames() {}

  /**
   * The sampler that the two fields mean together.
   *
   * @throws ProblemException with 404, as AUTOMATIC1111 answers, when there is no such sampler, and
   *     422 when it does not go with the schedule
   */
  static Sampler find(String name, Optional<String> scheduler) {
    Sampler named =
        byName(name)
            .orElseThrow(
                () ->
                    new ProblemException(
                        Problem.of(
                            404,
                            "Sampler not found: %s; choose one of %s."
                                .formatted(
                                    name,
                                    Arrays.stream(Sampler.values())
                                        .map(Sampler::label)
                                        .collect(Collectors.joining(", "))))));
    String schedule = scheduler.orElse("").strip();
    if (PLAIN_SCHEDULES.contains(schedule.toLowerCase(Locale.ROOT))
        || named
            .label()
            .toLowerCase(Locale.ROOT)
            .endsWith(" " + schedule.toLowerCase(Locale.ROOT))) {
      return named;
    }
    return byName(named.label() + " " + schedule)
        .orElseThrow(
            () ->
                LenientFields.unprocessable(
                    "The sampler %s has no schedule %s here; leave scheduler out or send Automatic."
                        .formatted(named.label(), schedule)));
  }

  private static Optional<Sampler> byName(String name) {
    return Sampler.byLabel(name)
        .or(
            () ->
                ALIASES.entrySet().stream()
                    .filter(entry -> entry.getValue().contains(name))
                    .map(Map.Entry::getKey)
                    .findFirst());
  }

  /** The answer of {@code GET /sdapi/v1/samplers}. */
  static JsonArray list() {
    return new JsonArray(Arrays.stream(Sampler.values()).map(SamplerNames::item).toList());
  }

  private static JsonObject item(Sampler sampler) {
    JsonObject options = new JsonObject();
    if (sampler == Sampler.DPMPP_2M_KARRAS) {
      options.put("scheduler", "karras");
    }
    return new JsonObject()
        .put("name", sampler.label())
        .put("aliases", new JsonArray(ALIASES.get(sampler)))
        .put("options", options);
  }
}
