package dev.atelier.server.gpu;

import dev.atelier.server.events.StudioEvents;
import dev.atelier.server.jobs.DurableJobQueue;
import dev.atelier.server.json.StudioJson;
import dev.atelier.server.status.QueueStatus;
import dev.atelier.server.status.SystemControl;
import dev.atelier.server.status.SystemStatus;
import dev.atelier.server.status.SystemStatus.DeviceMemory;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What the engine holds, told to the pages when it changes; and errands for its thread. */
public final class SystemMonitor implements SystemControl {
  private final String version;
  private final DurableJobQueue queue;
  private final StudioEvents events;
  private volatile Engine engine = new Engine("", List.of());

  public SystemMonitor(String version, DurableJobQueue queue, StudioEvents events) {
    this.version = version;
    this.queue = queue;
    this.events = events;
  }

  /** What is to be freed, and who wants to know. */
  private final Queue<Errand> errands = new ConcurrentLinkedQueue<>();

  /** Wakes the engine's thread. */
  private volatile Runnable wake = () -> {};

  private record Errand(OptionalLong id, Promise<Boolean> freed) {}

  private record Engine(String device, List<DeviceMemory> memory) {}

  /** What the studio is doing right now. */
  @Override
  public Future<SystemStatus> get() {
    // The engine is looked at last, so that of two answers the later one is never the older.
    return queue.status().map(this::status);
  }

  private SystemStatus status(QueueStatus jobs) {
    Engine now = engine;
    return new SystemStatus(version, now.device(), now.memory(), jobs);
  }

  @Override
  public Future<Boolean> free(OptionalLong id) {
    Promise<Boolean> freed = Promise.promise();
    errands.add(new Errand(id, freed));
    wake.run();
    return freed.future();
  }

  /** Has {@code waker} called for every errand, from any thread. */
  void onErrand(Runnable waker) {
    wake = waker;
  }

  /** Runs the errands; to be called on the engine's thread, where nothing is being loaded. */
  void runErrands(ImageGenerator generator) {
    for (Errand errand = errands.poll(); errand != null; errand = errands.poll()) {
      try {
        errand.freed().complete(free(errand, generator));
      } catch (RuntimeException e) {
        errand.freed().fail(e);
      }
      look(generator);
    }
  }

  private static boolean free(Errand errand, ImageGenerator generator) {
    if (errand.id().isPresent()) {
      return generator.free(errand.id().getAsLong());
    }
    generator.freeMemory();
    return true;
  }

  /** Looks at the engine; to be called on its thread. */
  void look(ImageGenerator generator) {
    Engine now = new Engine(generator.device(), generator.memory());
    if (!now.equals(engine)) {
      engine = now;
      get().onSuccess(status -> events.publish(StudioJson.system(status).put("type", "system")));
    }
  }
}
