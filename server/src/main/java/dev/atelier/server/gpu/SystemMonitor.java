package dev.atelier.server.gpu;

import dev.atelier.server.events.StudioEvents;
import dev.atelier.server.jobs.DurableJobQueue;
import dev.atelier.server.json.StudioJson;
import dev.atelier.server.status.QueueStatus;
import dev.atelier.server.status.SystemStatus;
import dev.atelier.server.status.SystemStatus.DeviceMemory;
import io.vertx.core.Future;
import java.util.List;

/** What the engine holds, told to the pages when it changes. */
public final class SystemMonitor {
  private final String version;
  private final DurableJobQueue queue;
  private final StudioEvents events;
  private volatile Engine engine = new Engine("", List.of());

  public SystemMonitor(String version, DurableJobQueue queue, StudioEvents events) {
    this.version = version;
    this.queue = queue;
    this.events = events;
  }

  private record Engine(String device, List<DeviceMemory> memory) {}

  /** What the studio is doing right now. */
  public Future<SystemStatus> status() {
    // The engine is looked at last, so that of two answers the later one is never the older.
    return queue.status().map(this::status);
  }

  private SystemStatus status(QueueStatus jobs) {
    Engine now = engine;
    return new SystemStatus(version, now.device(), now.memory(), jobs);
  }

  /** Looks at the engine; to be called on its thread. */
  void look(ImageGenerator generator) {
    Engine now = new Engine(generator.device(), generator.memory());
    if (!now.equals(engine)) {
      engine = now;
      status().onSuccess(status -> events.publish(StudioJson.system(status).put("type", "system")));
    }
  }
}
