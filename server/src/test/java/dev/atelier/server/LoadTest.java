package dev.atelier.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.atelier.server.events.EventsClient;
import dev.atelier.server.jobs.Job;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Twenty open pages and fifty jobs. */
class LoadTest {
  private static final int PAGES = 20;
  private static final int JOBS = 50;
  private static final int STEPS = 4;
  private final ListAppender<ILoggingEvent> blocked = new ListAppender<>();
  @TempDir private Path folder;
  private Rooms rooms;

  @BeforeEach
  void open() {
    blocked.start();
    checker().addAppender(blocked);
    rooms = Rooms.open(folder);
  }

  @AfterEach
  void close() {
    rooms.close();
    checker().detachAppender(blocked);
  }

  private static Logger checker() {
    return (Logger) LoggerFactory.getLogger("io.vertx.core.impl.BlockedThreadChecker");
  }

  @Test
  void everyPageHearsEveryEventInOrderAndNothingBlocksTheEventLoop() throws TimeoutException {
    int port = rooms.listen();
    List<EventsClient> pages =
        IntStream.range(0, PAGES).mapToObj(i -> EventsClient.connect(rooms.vertx, port)).toList();
    for (EventsClient page : pages) {
      page.first();
    }
    rooms.work(GradientGenerator.free());
    List<Future<Job>> submitted =
        IntStream.range(0, JOBS).mapToObj(i -> rooms.queue.submit(Requests.small(i))).toList();
    List<String> ids = submitted.stream().map(job -> job.await().id().toString()).toList();
    for (EventsClient page : pages) {
      page.awaitTexts(events -> jobChanges(events).size() == 3 * JOBS);
      List<JsonObject> events = page.texts();
      assertEquals(
          LongStream.range(0, events.size()).boxed().toList(),
          events.stream().map(event -> event.getLong("seq")).toList());
      assertEquals(expectedChanges(ids), changesByJob(events, ids));
      assertEquals(expectedSteps(ids), stepsByJob(events, ids));
    }
    assertTrue(blocked.list.isEmpty(), () -> blocked.list.toString());
  }

  /** Jobs run one after another in the order of their ids. */
  private static List<String> expectedChanges(List<String> ids) {
    return ids.stream()
        .flatMap(id -> Stream.of("queued ", "running ", "done ").map(state -> state + id))
        .toList();
  }

  private static List<String> changesByJob(List<JsonObject> events, List<String> ids) {
    List<String> changes = jobChanges(events);
    return ids.stream()
        .flatMap(id -> changes.stream().filter(change -> change.endsWith(id)))
        .toList();
  }

  private static List<String> jobChanges(List<JsonObject> events) {
    return events.stream()
        .filter(event -> EventLog.type(event, "job"))
        .map(event -> event.getJsonObject("job"))
        .map(job -> job.getString("state") + " " + job.getString("id"))
        .toList();
  }

  private static List<Integer> expectedSteps(List<String> ids) {
    return ids.stream().flatMap(id -> IntStream.rangeClosed(1, STEPS).boxed()).toList();
  }

  private static List<Integer> stepsByJob(List<JsonObject> events, List<String> ids) {
    List<Integer> steps = new ArrayList<>();
    for (String id : ids) {
      events.stream()
          .filter(event -> EventLog.type(event, "progress"))
          .filter(event -> event.getString("job_id").equals(id))
          .map(event -> event.getJsonObject("progress").getInteger("step"))
          .filter(step -> step > 0)
          .distinct()
          .forEach(steps::add);
    }
    return steps;
  }
}
