package dev.atelier.server.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.models.pipeline.ImageRequest;
import dev.atelier.server.EventLog;
import dev.atelier.server.GradientGenerator;
import dev.atelier.server.Requests;
import dev.atelier.server.Rooms;
import dev.atelier.server.events.PreviewSender;
import dev.atelier.server.gallery.GalleryImage;
import dev.atelier.server.jobs.Job;
import dev.atelier.server.jobs.JobState;
import dev.atelier.server.status.SystemStatus;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GpuWorkerTest {
  @TempDir private Path folder;
  private Rooms rooms;

  @BeforeEach
  void open() {
    rooms = Rooms.open(folder);
  }

  @AfterEach
  void close() {
    rooms.close();
  }

  private Job submit(ImageRequest request) {
    return rooms.queue.submit(request).await();
  }

  private Job find(Job job) {
    return rooms.queue.find(job.id()).await().orElseThrow();
  }

  @Test
  void jobEndsWithItsPicturesInTheGallery() throws IOException, TimeoutException {
    rooms.work(GradientGenerator.free());
    Job job = submit(Requests.of("a fox", 7, 4, 2));
    rooms.log.awaitChange("done 7");
    Job done = find(job);
    List<GalleryImage> images = rooms.gallery.findAll(done.images()).await();
    assertEquals(2, images.size());
    BufferedImage second = ImageIO.read(rooms.gallery.file(images.get(1)).toFile());
    assertEquals(GradientGenerator.picture(8, 64, 64).getRGB(30, 40), second.getRGB(30, 40));
    JsonObject told = last("job").getJsonObject("job");
    assertEquals(
        images.get(1).id().toString(),
        told.getJsonArray("images").getJsonObject(1).getString("id"));
  }

  private JsonObject last(String type) {
    return rooms.log.all().stream()
        .filter(event -> EventLog.type(event, type))
        .reduce((one, other) -> other)
        .orElseThrow();
  }

  @Test
  void jobsQueuedBeforeAndAfterTheStartRunInOrderOnOneThread() throws TimeoutException {
    GradientGenerator generator = GradientGenerator.free();
    submit(Requests.small(1));
    submit(Requests.small(2));
    rooms.work(generator);
    rooms.log.awaitChange("done 2");
    submit(Requests.small(3));
    rooms.log.awaitChange("done 3");
    rooms.stopWorker().await();
    assertEquals(List.of(1L, 2L, 3L), generator.seeds());
    assertEquals(
        List.of("gpu-worker-0", "gpu-worker-0", "gpu-worker-0", "gpu-worker-0 closed"),
        generator.threads());
  }

  @Test
  void progressIsToldStepByStep() throws TimeoutException {
    rooms.work(GradientGenerator.free());
    submit(Requests.small(1));
    rooms.log.awaitChange("done 1");
    assertEquals(
        List.of(
            "0 loading",
            "0 sampling",
            "1 sampling",
            "2 sampling",
            "3 sampling",
            "4 sampling",
            "4 decoding",
            "4 saving"),
        rooms.log.all().stream()
            .filter(event -> EventLog.type(event, "progress"))
            .map(event -> event.getJsonObject("progress"))
            .map(progress -> progress.getInteger("step") + " " + progress.getString("phase"))
            .toList());
  }

  @Test
  void failingJobsSayWhyAndDoNotStopTheQueue() throws TimeoutException {
    rooms.work(GradientGenerator.free());
    List<Job> failing =
        Stream.of("heap", "cuda", "weights", "model", "bug")
            .map(prompt -> submit(Requests.prompt(prompt)))
            .toList();
    submit(Requests.small(9));
    rooms.log.awaitChange("done 9");
    assertEquals(
        List.of(
            "There is not enough memory for a picture of 64 × 64 pixels; make a smaller one, or close"
                + " other programs.",
            "There is not enough memory for a picture of 64 × 64 pixels; make a smaller one, or close"
                + " other programs.",
            "unet.safetensors: is cut off",
            "There is no model “x”.",
            "Something went wrong inside Atelier: NullPointerException"),
        failing.stream().map(job -> find(job).error().orElseThrow()).toList());
    assertTrue(failing.stream().allMatch(job -> find(job).state() == JobState.FAILED));
  }

  @Test
  void memoryThatRunsOutIsFreedAndTheJobTriedOnceMore() throws TimeoutException {
    GradientGenerator generator = GradientGenerator.free();
    rooms.work(generator);
    submit(Requests.small(1));
    rooms.log.awaitChange("done 1");
    assertEquals(4096, rooms.monitor.get().await().devices().get(0).usedBytes());
    Job crowded = submit(Requests.prompt("crowded"));
    Job hopeless = submit(Requests.prompt("heap"));
    Job broken = submit(Requests.prompt("bug"));
    submit(Requests.small(9));
    rooms.log.awaitChange("done 9");
    assertEquals(JobState.DONE, find(crowded).state());
    assertEquals(JobState.FAILED, find(hopeless).state());
    assertEquals(JobState.FAILED, find(broken).state());
    // Two tries for what ran out of memory, one for everything else.
    assertEquals(1 + 2 + 2 + 1 + 1, generator.seeds().size());
  }

  @Test
  void memoryIsFreedOnRequestBetweenJobsAndBetweenSteps() throws TimeoutException {
    GradientGenerator generator = GradientGenerator.held();
    rooms.work(generator);
    assertEquals(false, rooms.monitor.free(OptionalLong.of(1)).await());
    Job job = submit(Requests.small(1));
    generator.allow(1);
    rooms.log.awaitStep(job.id(), 1);
    Future<Boolean> freed = rooms.monitor.free(OptionalLong.of(1));
    generator.allow(1);
    assertEquals(true, freed.await());
    assertEquals(0, rooms.monitor.get().await().devices().get(0).usedBytes());
    generator.letGo();
    rooms.log.awaitChange("done 1");
    assertEquals(true, rooms.monitor.free(OptionalLong.empty()).await());
  }

  @Test
  void fullDiskFailsTheJobAndLeavesNoFile() throws IOException, TimeoutException {
    rooms.work(GradientGenerator.free());
    Path gallery = folder.resolve("gallery");
    // Where the folder of half-written files was there is a file now.
    Files.delete(gallery.resolve(".tmp"));
    Files.write(gallery.resolve(".tmp"), new byte[0]);
    Job job = submit(Requests.small(1));
    rooms.log.awaitChange("failed 1");
    assertTrue(find(job).error().orElseThrow().contains("could not be written"));
    Files.delete(gallery.resolve(".tmp"));
    Files.createDirectory(gallery.resolve(".tmp"));
    submit(Requests.small(2));
    rooms.log.awaitChange("done 2");
    assertEquals(2, countFiles());
  }

  private long countFiles() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("gallery"))) {
      return files.filter(Files::isRegularFile).count();
    }
  }

  @Test
  void cancelTakesEffectAtTheNextStep() throws TimeoutException {
    GradientGenerator generator = GradientGenerator.held();
    rooms.work(generator);
    Job job = submit(Requests.of("a fox", 1, 20, 1));
    submit(Requests.small(2));
    generator.allow(3);
    rooms.log.awaitStep(job.id(), 3);
    rooms.queue.cancel(job.id()).await();
    generator.allow(1);
    rooms.log.awaitChange("cancelled 1");
    assertEquals(List.of(), find(job).images());
    assertEquals(3, lastStep(job));
    generator.allow(4);
    rooms.log.awaitChange("done 2");
  }

  private int lastStep(Job job) {
    return rooms.log.all().stream()
        .filter(event -> EventLog.type(event, "progress"))
        .filter(event -> event.getString("job_id").equals(job.id().toString()))
        .mapToInt(event -> event.getJsonObject("progress").getInteger("step"))
        .max()
        .orElseThrow();
  }

  @Test
  void stopPutsTheRunningPictureBackAndTheNextStartMakesItAgain()
      throws IOException, TimeoutException {
    GradientGenerator generator = GradientGenerator.held();
    rooms.work(generator);
    Job first = submit(Requests.small(1));
    Job second = submit(Requests.small(2));
    generator.allow(2);
    rooms.log.awaitStep(first.id(), 2);
    Future<Void> stopped = rooms.stopWorker();
    generator.allow(1);
    stopped.await();
    assertEquals(JobState.QUEUED, find(first).state());
    assertEquals(JobState.QUEUED, find(second).state());
    rooms.work(GradientGenerator.free());
    rooms.log.awaitChange("done 2");
    assertEquals(
        List.of("queued 1", "running 1", "queued 1", "running 1", "done 1"),
        rooms.log.changes().stream().filter(change -> change.endsWith(" 1")).toList());
    assertEquals(4, countFiles());
  }

  @Test
  void memoryIsToldWhenItChanges() throws TimeoutException {
    rooms.work(GradientGenerator.free());
    submit(Requests.small(1));
    submit(Requests.small(2));
    rooms.log.awaitChange("done 2");
    rooms.log.await(events -> events.stream().filter(e -> EventLog.type(e, "system")).count() == 2);
    SystemStatus status = rooms.monitor.get().await();
    assertEquals("cpu", status.device());
    assertEquals(4096, status.devices().get(0).usedBytes());
    assertEquals(
        4096, last("system").getJsonArray("devices").getJsonObject(0).getLong("used_bytes"));
  }

  @Test
  void picturesThatTheDataBaseRefusesFailTheJobAndLeaveNoFile() throws Exception {
    statement(
        "create trigger broken before insert on images"
            + " begin select raise(abort, 'database or disk is full'); end");
    rooms.work(GradientGenerator.free());
    Job job = submit(Requests.small(1));
    rooms.log.awaitChange("failed 1");
    assertTrue(find(job).error().orElseThrow().contains("could not be written"));
    statement("drop trigger broken");
    submit(Requests.small(2));
    rooms.log.awaitChange("done 2");
    assertEquals(2, countFiles());
  }

  @Test
  void endThatCannotBeNotedIsTriedAgain() throws TimeoutException {
    statement(
        "create trigger broken before update on jobs when new.state = 'failed'"
            + " begin select raise(abort, 'disk I/O error'); end");
    GradientGenerator generator = GradientGenerator.free();
    rooms.work(generator);
    Job job = submit(Requests.prompt("bug"));
    rooms.log.awaitChange("running 1");
    statement("drop trigger broken");
    rooms.log.awaitChange("failed 1");
    assertEquals(JobState.FAILED, find(job).state());
  }

  private void statement(String sql) {
    rooms.database.transaction(connection -> connection.query(sql).execute()).await();
  }

  @Test
  void engineThatDoesNotOpenFailsTheStart() {
    PreviewSender previews =
        new PreviewSender(rooms.vertx, rooms.events, () -> false, System::nanoTime);
    GpuWorker worker =
        new GpuWorker(
            rooms.queue,
            rooms.gallery,
            rooms.events,
            previews,
            rooms.monitor,
            rooms.plugins,
            System::nanoTime);
    Future<Void> started =
        worker.start(
            () -> {
              throw new UnsatisfiedLinkError("no libtorch");
            });
    assertThrows(UnsatisfiedLinkError.class, started::await);
    worker.stop().await();
    assertEquals(Optional.empty(), rooms.queue.claim().await());
  }
}
