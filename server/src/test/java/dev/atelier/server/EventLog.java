package dev.atelier.server;

import dev.atelier.server.events.StudioEvents;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/** Everything that was published, and waiting for what will be. */
public final class EventLog {
  private final List<JsonObject> events = new ArrayList<>();
  private final List<Waiter> waiters = new ArrayList<>();

  private record Waiter(Predicate<List<JsonObject>> condition, Promise<Void> promise) {}

  private EventLog() {}

  /** Listens from now on. */
  public static EventLog of(StudioEvents events) {
    EventLog log = new EventLog();
    events.listen(log::add).completion().await();
    return log;
  }

  private synchronized void add(JsonObject event) {
    events.add(event);
    waiters.removeIf(waiter -> waiter.condition().test(events) && waiter.promise().tryComplete());
  }

  /** What was heard so far. */
  public synchronized List<JsonObject> all() {
    return List.copyOf(events);
  }

  /** States that jobs changed to, in order, each with the first seed of its request. */
  public List<String> changes() {
    return all().stream().filter(e -> type(e, "job")).map(EventLog::change).toList();
  }

  private static String change(JsonObject event) {
    JsonObject job = event.getJsonObject("job");
    return job.getString("state") + " " + job.getJsonObject("request").getLong("seed");
  }

  public static boolean type(JsonObject event, String type) {
    return event.getString("type").equals(type);
  }

  /** Waits until what was heard satisfies {@code condition}. */
  public void await(Predicate<List<JsonObject>> condition) throws TimeoutException {
    Promise<Void> promise = Promise.promise();
    synchronized (this) {
      if (condition.test(events)) {
        return;
      }
      waiters.add(new Waiter(condition, promise));
    }
    promise.future().await(60, TimeUnit.SECONDS);
  }

  /** Waits until that change of state, e.g. {@code done 7}, has been heard. */
  public void awaitChange(String change) throws TimeoutException {
    await(heard -> heard.stream().anyMatch(e -> type(e, "job") && change(e).equals(change)));
  }

  /** Waits until the job has taken that many steps. */
  public void awaitStep(UUID job, int step) throws TimeoutException {
    await(heard -> heard.stream().anyMatch(event -> isStep(event, job.toString(), step)));
  }

  /** Whether the job has taken that many steps by then. */
  public static boolean isStep(JsonObject event, String job, int step) {
    return type(event, "progress")
        && event.getString("job_id").equals(job)
        && event.getJsonObject("progress").getInteger("step") >= step;
  }
}
