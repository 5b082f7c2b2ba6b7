package dev.atelier.server.http.a1111;

import dev.atelier.models.sampling.ScheduleType;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Schedule types under the names of AUTOMATIC1111's {@code modules/sd_schedulers.py}. */
final class Schedulers {
  /** Its schedules that need to know the model's levels. */
  private static final List<ScheduleType> NEED_INNER_MODEL =
      List.of(
          ScheduleType.UNIFORM, ScheduleType.SGM_UNIFORM, ScheduleType.SIMPLE, ScheduleType.BETA);

  private static final double NO_RHO = -1;
  private static final double KARRAS_RHO = 7;

  private Schedulers() {}

  /** The schedule type of a name, a label or an alias; empty when there is none here. */
  static Optional<ScheduleType> find(String name) {
    String given = name.strip().toLowerCase(Locale.ROOT);
    return Arrays.stream(ScheduleType.values())
        .filter(type -> given.equals(name(type)) || given.equals(joined(type)))
        .findFirst()
        .or(() -> ScheduleType.byLabel(given));
  }

  /** Its name within AUTOMATIC1111: {@code sgm_uniform}. */
  static String name(ScheduleType type) {
    return type.name().toLowerCase(Locale.ROOT);
  }

  private static String joined(ScheduleType type) {
    return type.label().replace(" ", "").toLowerCase(Locale.ROOT);
  }

  /** The answer of {@code GET /sdapi/v1/schedulers}. */
  static JsonArray list() {
    return new JsonArray(Arrays.stream(ScheduleType.values()).map(Schedulers::item).toList());
  }

  private static JsonObject item(ScheduleType type) {
    return new JsonObject()
        .put("name", name(type))
        .put("label", type.label())
        .put("aliases", type == ScheduleType.SGM_UNIFORM ? new JsonArray().add("SGMUniform") : null)
        .put("default_rho", type == ScheduleType.KARRAS ? KARRAS_RHO : NO_RHO)
        .put("need_inner_model", NEED_INNER_MODEL.contains(type));
  }
}
