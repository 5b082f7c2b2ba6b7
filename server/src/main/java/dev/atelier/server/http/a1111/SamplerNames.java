package dev.atelier.server.http.a1111;

import dev.atelier.models.sampling.Sampler;
import dev.atelier.models.sampling.SamplerName;
import dev.atelier.models.sampling.ScheduleType;
import dev.atelier.server.problem.Problem;
import dev.atelier.server.problem.ProblemException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Samplers under AUTOMATIC1111's names. Since its version 1.9 a sampler and its schedule are two
 * fields; before that the schedule was part of the name, which is taken still and wins, as there.
 * “Automatic” and no schedule mean the sampler's own.
 */
final class SamplerNames {
  private static final Map<Sampler, List<String>> ALIASES =
      Map.ofEntries(
          Map.entry(Sampler.DDIM, List.of("ddim")),
          Map.entry(Sampler.PNDM, List.of("PLMS", "plms")),
          Map.entry(Sampler.UNIPC, List.of("unipc")),
          Map.entry(Sampler.LCM, List.of("k_lcm")),
          Map.entry(Sampler.EULER, List.of("k_euler")),
          Map.entry(Sampler.EULER_ANCESTRAL, List.of("k_euler_a", "k_euler_ancestral")),
          Map.entry(Sampler.HEUN, List.of("k_heun")),
          Map.entry(Sampler.LMS, List.of("k_lms")),
          Map.entry(Sampler.DPM2, List.of("k_dpm_2")),
          Map.entry(Sampler.DPM2_ANCESTRAL, List.of("k_dpm_2_a")),
          Map.entry(Sampler.DPMPP_2M, List.of("k_dpmpp_2m")),
          Map.entry(Sampler.DPMPP_SDE, List.of("k_dpmpp_sde")),
          Map.entry(Sampler.DPMPP_2M_SDE, List.of("k_dpmpp_2m_sde")),
          Map.entry(Sampler.DPMPP_3M_SDE, List.of("k_dpmpp_3m_sde")));

  /** Aliases of its versions before 1.9 that name a schedule, too: {@code k_dpmpp_2m_ka}. */
  private static final String KARRAS_SUFFIX = "_ka";

  /** What AUTOMATIC1111 itself steps by whole timesteps, whatever the schedule asked for. */
  private static final Set<Sampler> WITHOUT_SCHEDULE = Set.of(Sampler.DDIM, Sampler.PNDM);

  private SamplerNames() {}

  /**
   * The sampler and the schedule type that the two fields mean together.
   *
   * @throws ProblemException with 404, as AUTOMATIC1111 answers, when there is no such sampler, and
   *     422 when there is no such schedule
   */
  static SamplerName find(String name, Optional<String> scheduler) {
    SamplerName named = byName(name).orElseThrow(() -> notFound(name));
    if (WITHOUT_SCHEDULE.contains(named.sampler())) {
      return new SamplerName(named.sampler(), Optional.empty());
    }
    return named.scheduleType().isPresent()
        ? named
        : new SamplerName(
            named.sampler(),
            scheduler.filter(given -> !given.isBlank()).map(SamplerNames::schedule));
  }

  private static Optional<SamplerName> byName(String name) {
    return SamplerName.parse(name)
        .or(() -> byAlias(name, Optional.empty()))
        .or(
            () ->
                name.endsWith(KARRAS_SUFFIX)
                    ? byAlias(
                        name.substring(0, name.length() - KARRAS_SUFFIX.length()),
                        Optional.of(ScheduleType.KARRAS))
                    : Optional.empty());
  }

  private static Optional<SamplerName> byAlias(String alias, Optional<ScheduleType> type) {
    return ALIASES.entrySet().stream()
        .filter(entry -> entry.getValue().contains(alias))
        .map(entry -> new SamplerName(entry.getKey(), type))
        .findFirst();
  }

  private static ProblemException notFound(String name) {
    String all =
        Arrays.stream(Sampler.values()).map(Sampler::label).collect(Collectors.joining(", "));
    return new ProblemException(
        Problem.of(404, "Sampler not found: %s; choose one of %s.".formatted(name, all)));
  }

  private static ScheduleType schedule(String name) {
    return Schedulers.find(name)
        .orElseThrow(
            () ->
                LenientFields.unprocessable(
                    "There is no scheduler %s here; choose one of %s."
                        .formatted(
                            name,
                            Arrays.stream(ScheduleType.values())
                                .map(ScheduleType::label)
                                .collect(Collectors.joining(", ")))));
  }

  /** The answer of {@code GET /sdapi/v1/samplers}. */
  static JsonArray list() {
    return new JsonArray(Arrays.stream(Sampler.values()).map(SamplerNames::item).toList());
  }

  private static JsonObject item(Sampler sampler) {
    JsonObject options = new JsonObject();
    if (sampler.automatic() != ScheduleType.UNIFORM) {
      options.put("scheduler", Schedulers.name(sampler.automatic()));
    }
    return new JsonObject()
        .put("name", sampler.label())
        .put("aliases", new JsonArray(ALIASES.getOrDefault(sampler, List.of())))
        .put("options", options);
  }
}
