package dev.atelier.server.studio;

import dev.atelier.server.gpu.SystemMonitor;
import dev.atelier.server.jobs.DurableJobQueue;
import dev.atelier.server.json.StudioJson;
import dev.atelier.server.status.SystemStatus;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.Supplier;

/** What a page that connects is told first: the state that later events change. */
public final class Greeting implements Supplier<Future<JsonObject>> {
  /** The queue's head; how many jobs there are in all is in {@code queue}. */
  private static final int MAX_JOBS = 100;

  private final DurableJobQueue queue;
  private final SystemMonitor monitor;

  public Greeting(DurableJobQueue queue, SystemMonitor monitor) {
    this.queue = queue;
    this.monitor = monitor;
  }

  @Override
  public Future<JsonObject> get() {
    return queue
        .active(MAX_JOBS)
        .compose(
            jobs ->
                monitor
                    .get()
                    .map(
                        status ->
                            write(
                                new JsonArray(
                                    jobs.stream()
                                        .map(job -> StudioJson.job(job, List.of()))
                                        .toList()),
                                status)));
  }

  private static JsonObject write(JsonArray jobs, SystemStatus status) {
    return new JsonObject()
        .put("version", status.version())
        .put("jobs", jobs)
        .put("queue", StudioJson.queue(status.queue()))
        .put("system", StudioJson.system(status));
  }
}
