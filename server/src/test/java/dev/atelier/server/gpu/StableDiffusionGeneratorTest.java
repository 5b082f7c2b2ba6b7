package dev.atelier.server.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.models.catalog.ModelCatalog;
import dev.atelier.models.pipeline.ImageRequest;
import dev.atelier.models.pipeline.PictureSource;
import dev.atelier.server.Rooms;
import dev.atelier.server.jobs.Job;
import dev.atelier.server.status.SystemStatus.DeviceMemory;
import dev.atelier.server.status.SystemStatus.LoadedModel;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The worker with the engine and the model that Atelier brings. */
class StableDiffusionGeneratorTest {
  private static final Path STORYBOOK = Path.of("..", "models", "storybook");
  @TempDir private Path folder;
  private Rooms rooms;
  private ModelCatalog catalog;

  @BeforeEach
  void open() throws IOException {
    Path cutOff = copyOfStorybook(folder.resolve("cut-off"));
    try (FileChannel weights = FileChannel.open(largestFile(cutOff), StandardOpenOption.WRITE)) {
      weights.truncate(weights.size() / 2);
    }
    catalog = ModelCatalog.scan(List.of(cutOff, STORYBOOK));
    rooms = Rooms.open(Files.createDirectories(folder.resolve("data")));
    rooms.work(
        () ->
            new StableDiffusionGenerator(
                () -> catalog, PictureSource.none(), MemoryLimits.OF_MACHINE));
  }

  private static Path copyOfStorybook(Path copy) throws IOException {
    try (Stream<Path> files = Files.walk(STORYBOOK)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(STORYBOOK.relativize(file).toString()));
      }
    }
    return copy;
  }

  private static Path largestFile(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> file.getFileName().toString().endsWith(".safetensors"))
          .max((one, other) -> Long.compare(one.toFile().length(), other.toFile().length()))
          .orElseThrow();
    }
  }

  @AfterEach
  void close() {
    rooms.close();
  }

  private Job submit(String model, long seed, int steps) {
    return rooms
        .queue
        .submit(
            ImageRequest.builder(model)
                .setPrompt("a fox")
                .optSize(64, 64)
                .optSteps(steps)
                .optGuidanceScale(5)
                .optSeed(seed)
                .build())
        .await();
  }

  @Test
  void brokenAndUnknownModelsFailTheirJobsAndTheNextPictureIsMade() throws TimeoutException {
    Job cutOff = submit("cut-off", 1, 2);
    Job unknown = submit("nowhere", 2, 2);
    submit("storybook", 3, 2);
    rooms.log.awaitChange("done 3");
    String fault = find(cutOff).error().orElseThrow();
    assertTrue(fault.contains(".safetensors"), fault);
    assertEquals(
        "There is no model \"nowhere\"; choose one of the list.",
        find(unknown).error().orElseThrow());
    DeviceMemory memory = rooms.monitor.get().await().devices().get(0);
    assertEquals(memory.usedBytes(), memory.models().stream().mapToLong(LoadedModel::bytes).sum());
    assertTrue(memory.models().stream().allMatch(model -> model.leases() == 0));
    assertTrue(memory.usedBytes() > 0);
  }

  @Test
  void cancelledPictureGivesEverythingBack() throws TimeoutException {
    Job job = submit("storybook", 1, 150);
    rooms.log.awaitStep(job.id(), 2);
    rooms.queue.cancel(job.id()).await();
    rooms.log.awaitChange("cancelled 1");
    submit("storybook", 2, 2);
    rooms.log.awaitChange("done 2");
    DeviceMemory memory = rooms.monitor.get().await().devices().get(0);
    assertTrue(memory.models().stream().allMatch(model -> model.leases() == 0));
  }

  @Test
  void onlyWhatIsIdleIsFreedWhileAPictureIsMade() throws TimeoutException {
    Job job = submit("storybook", 1, 150);
    rooms.log.awaitStep(job.id(), 2);
    LoadedModel unet = loaded("storybook/unet");
    LoadedModel text = loaded("storybook/text_encoder");
    assertEquals(1, unet.leases());
    assertEquals(false, rooms.monitor.free(OptionalLong.of(unet.id())).await());
    assertEquals(true, rooms.monitor.free(OptionalLong.of(text.id())).await());
    rooms.queue.cancel(job.id()).await();
    rooms.log.awaitChange("cancelled 1");
    assertEquals(true, rooms.monitor.free(OptionalLong.empty()).await());
    DeviceMemory memory = rooms.monitor.get().await().devices().get(0);
    assertEquals(0, memory.usedBytes());
    assertTrue(memory.peakBytes() >= unet.bytes() + text.bytes());
    submit("storybook", 2, 2);
    rooms.log.awaitChange("done 2");
  }

  private LoadedModel loaded(String key) {
    return rooms.monitor.get().await().devices().get(0).models().stream()
        .filter(model -> model.keys().contains(key))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aModelLargerThanTheMemoryForModelsFailsItsJobWithWhatToDo() throws Exception {
    rooms.stopWorker().await();
    var limits = new MemoryLimits(OptionalLong.of(1_000_000), OptionalLong.empty());
    rooms.work(() -> new StableDiffusionGenerator(() -> catalog, PictureSource.none(), limits));
    Job job = submit("storybook", 1, 2);
    rooms.log.awaitChange("failed 1");
    String error = find(job).error().orElseThrow();
    assertTrue(error.startsWith("storybook/unet needs "), error);
    assertTrue(
        error.endsWith(
            "more than the 1.0 MB that models may take on cpu; use a smaller model or allow more"
                + " memory."),
        error);
  }

  private Job find(Job job) {
    return rooms.queue.find(job.id()).await().orElseThrow();
  }
}
