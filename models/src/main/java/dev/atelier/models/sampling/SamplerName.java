package dev.atelier.models.sampling;

import java.util.Locale;
import java.util.Optional;

/**
 * A sampler as people name it: alone, or in one name with its schedule, as was usual before the two
 * became separate choices ("DPM++ 2M Karras").
 *
 * @param sampler the solver
 * @param scheduleType what the name says of the schedule; empty when it says nothing
 */
public record SamplerName(Sampler sampler, Optional<ScheduleType> scheduleType) {
  /** What a name means, whatever the case of its letters; empty when there is no such sampler. */
  public static Optional<SamplerName> parse(String name) {
    return Sampler.byLabel(name)
        .map(sampler -> new SamplerName(sampler, Optional.empty()))
        .or(() -> withSchedule(name));
  }

  private static Optional<SamplerName> withSchedule(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    for (ScheduleType type : ScheduleType.values()) {
      String suffix = " " + type.label().toLowerCase(Locale.ROOT);
      if (lower.endsWith(suffix)) {
        Optional<Sampler> sampler =
            Sampler.byLabel(name.substring(0, name.length() - suffix.length()));
        if (sampler.isPresent()) {
          return Optional.of(new SamplerName(sampler.get(), Optional.of(type)));
        }
      }
    }
    return Optional.empty();
  }
}
