package dev.atelier.server.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.server.EventLog;
import dev.atelier.server.Requests;
import dev.atelier.server.Rooms;
import dev.atelier.server.status.QueueStatus;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableJobQueueTest {
  @TempDir private Path folder;
  private Rooms rooms;
  private DurableJobQueue queue;

  @BeforeEach
  void open() {
    rooms = Rooms.open(folder);
    queue = rooms.queue;
  }

  @AfterEach
  void close() {
    rooms.close();
  }

  private void reopen() {
    rooms.close();
    open();
  }

  private Job submit(long seed) {
    return queue.submit(Requests.small(seed)).await();
  }

  private Job claim() {
    return queue.claim().await().orElseThrow();
  }

  private Job find(Job job) {
    return queue.find(job.id()).await().orElseThrow();
  }

  private void done(Job job) {
    queue.done(job.id(), List.of(), sql -> Future.succeededFuture()).await();
  }

  @Test
  void submittedJobIsOnDiskAsItWasAskedFor() {
    Job job = submit(7);
    assertEquals(JobState.QUEUED, job.state());
    reopen();
    assertEquals(job, find(job));
    assertEquals(Optional.empty(), queue.find(UUID.randomUUID()).await());
  }

  @Test
  void jobsRunInTheOrderTheyCame() {
    List<Future<Job>> submitted =
        IntStream.range(0, 20).mapToObj(i -> queue.submit(Requests.small(i))).toList();
    Future.all(submitted).await();
    List<Long> seeds = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      Job job = claim();
      assertEquals(JobState.RUNNING, job.state());
      seeds.add(job.request().seed());
      done(job);
    }
    assertEquals(IntStream.range(0, 20).mapToObj(Long::valueOf).toList(), seeds);
    assertEquals(Optional.empty(), queue.claim().await());
  }

  @Test
  void twoWorkersNeverGetTheSameJob() {
    submit(1);
    submit(2);
    Future<Optional<Job>> one = queue.claim();
    Future<Optional<Job>> other = queue.claim();
    assertEquals(
        Set.of(1L, 2L),
        Set.of(
            one.await().orElseThrow().request().seed(),
            other.await().orElseThrow().request().seed()));
  }

  @Test
  void listIsNewestFirstAndFiltersByState() {
    for (int i = 0; i < 5; i++) {
      submit(i);
    }
    done(claim());
    claim();
    assertEquals(List.of(4L, 3L), seeds(queue.list(Set.of(JobState.QUEUED), 2).await()));
    assertEquals(
        List.of(4L, 3L, 2L, 1L),
        seeds(queue.list(Set.of(JobState.QUEUED, JobState.RUNNING), 50).await()));
    assertEquals(List.of(0L), seeds(queue.list(Set.of(JobState.DONE), 50).await()));
    assertEquals(List.of(), queue.list(Set.of(), 50).await());
    assertEquals(List.of(1L, 2L, 3L), seeds(queue.active(3).await()));
    assertEquals(new QueueStatus(3, 1), queue.status().await());
  }

  private static List<Long> seeds(List<Job> jobs) {
    return jobs.stream().map(job -> job.request().seed()).toList();
  }

  @Test
  void queuedJobIsCancelledAtOnce() {
    Job job = submit(1);
    assertEquals(JobState.CANCELLED, queue.cancel(job.id()).await().orElseThrow().state());
    assertEquals(Optional.empty(), queue.claim().await());
    assertTrue(find(job).finishedAt().isPresent());
  }

  @Test
  void runningJobIsAskedToEndAndStaysRunningUntilItDoes() {
    submit(1);
    Job job = claim();
    assertFalse(queue.cancelRequested(job.id()));
    assertEquals(JobState.RUNNING, queue.cancel(job.id()).await().orElseThrow().state());
    assertTrue(queue.cancelRequested(job.id()));
    queue.cancelled(job.id()).await();
    assertEquals(JobState.CANCELLED, find(job).state());
    assertFalse(queue.cancelRequested(job.id()));
  }

  @Test
  void endedJobStaysAsItEnded() {
    submit(1);
    Job job = claim();
    done(job);
    assertEquals(JobState.DONE, queue.cancel(job.id()).await().orElseThrow().state());
    assertEquals(Optional.empty(), queue.failed(job.id(), "too late").await());
    assertEquals(Optional.empty(), queue.requeue(job.id()).await());
    assertEquals(JobState.DONE, find(job).state());
    assertEquals(Optional.empty(), find(job).error());
    assertEquals(Optional.empty(), queue.cancel(UUID.randomUUID()).await());
  }

  @Test
  void jobThatIsNotRunningCannotBeDone() {
    Job job = submit(1);
    assertEquals(
        Optional.empty(),
        queue
            .done(job.id(), List.of(), sql -> Future.failedFuture("rows must not be written"))
            .await());
    assertEquals(JobState.QUEUED, find(job).state());
  }

  @Test
  void jobWhosePicturesCannotBeKeptIsNotDone() {
    submit(1);
    Job job = claim();
    Future<?> done = queue.done(job.id(), List.of(), sql -> Future.failedFuture("disk full"));
    assertTrue(failed(done));
    assertEquals(JobState.RUNNING, find(job).state());
  }

  private static boolean failed(Future<?> future) {
    return future.transform(result -> Future.succeededFuture(result.failed())).await();
  }

  @Test
  void afterACrashTheRunningJobIsAtTheHeadAgain() {
    Job first = submit(1);
    submit(2);
    claim();
    reopen();
    submit(3);
    Job again = find(first);
    assertEquals(JobState.QUEUED, again.state());
    assertEquals(Optional.empty(), again.startedAt());
    assertEquals(
        List.of(1L, 2L, 3L),
        List.of(claim().request().seed(), claim().request().seed(), claim().request().seed()));
  }

  @Test
  void afterACrashACancelledJobDoesNotRunAgain() {
    submit(1);
    Job job = claim();
    queue.cancel(job.id()).await();
    reopen();
    assertEquals(JobState.CANCELLED, find(job).state());
    assertEquals(Optional.empty(), queue.claim().await());
  }

  @Test
  void requeuedJobRunsBeforeThoseThatWaited() {
    submit(1);
    submit(2);
    queue.requeue(claim().id()).await();
    assertEquals(1L, claim().request().seed());
  }

  @Test
  void everyChangeIsToldInOrderWithTheQueue() throws TimeoutException {
    submit(1);
    submit(2);
    Job one = claim();
    queue.progress(one.id(), new Job.Progress(1, 4, "sampling", 0.5, Optional.of(1.5)));
    done(one);
    queue.failed(claim().id(), "no").await();
    rooms.log.await(events -> events.size() == 13);
    assertEquals(
        List.of("queued 1", "queued 2", "running 1", "done 1", "running 2", "failed 2"),
        rooms.log.changes());
    assertEquals(
        List.of("1 0", "2 0", "1 1", "1 0", "0 1", "0 0"),
        rooms.log.all().stream()
            .filter(event -> EventLog.type(event, "queue"))
            .map(event -> event.getInteger("queued") + " " + event.getInteger("running"))
            .toList());
    JsonObject progress = rooms.log.all().get(6);
    assertEquals("progress", progress.getString("type"));
    assertEquals(one.id().toString(), progress.getString("job_id"));
    assertEquals(1.5, progress.getJsonObject("progress").getDouble("eta_seconds"));
  }

  @Test
  void runningJobShowsHowFarItIs() {
    submit(1);
    Job job = claim();
    assertEquals("loading", job.progress().orElseThrow().phase());
    Job.Progress half = new Job.Progress(2, 4, "sampling", 1, Optional.empty());
    queue.progress(job.id(), half);
    assertEquals(Optional.of(half), find(job).progress());
    done(job);
    assertEquals(Optional.empty(), find(job).progress());
  }

  @Test
  void waitingEndsWithTheJob() {
    submit(1);
    Job job = claim();
    Future<Optional<Job>> end = queue.awaitEnd(job.id(), Duration.ofMinutes(5));
    assertFalse(end.isComplete());
    queue.failed(job.id(), "no").await();
    assertEquals(JobState.FAILED, end.await().orElseThrow().state());
    assertEquals(
        Optional.of("no"),
        queue.awaitEnd(job.id(), Duration.ofMinutes(5)).await().orElseThrow().error());
  }

  @Test
  void waitingEndsWithTheTimeAndWithoutAJob() {
    Job job = submit(1);
    assertEquals(
        JobState.QUEUED,
        queue.awaitEnd(job.id(), Duration.ofMillis(1)).await().orElseThrow().state());
    assertEquals(
        JobState.QUEUED, queue.awaitEnd(job.id(), Duration.ZERO).await().orElseThrow().state());
    assertEquals(
        Optional.empty(), queue.awaitEnd(UUID.randomUUID(), Duration.ofMinutes(5)).await());
  }
}
