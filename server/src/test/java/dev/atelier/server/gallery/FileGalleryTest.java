package dev.atelier.server.gallery;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.models.pipeline.ImageRequest;
import dev.atelier.server.EventLog;
import dev.atelier.server.GradientGenerator;
import dev.atelier.server.Requests;
import dev.atelier.server.Rooms;
import dev.atelier.server.jobs.Job;
import dev.atelier.server.metadata.PictureNotes;
import dev.atelier.server.metadata.PluginNotes;
import dev.atelier.server.metadata.PngParameters;
import dev.atelier.server.metadata.PngText;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileGalleryTest {
  @TempDir private Path folder;
  private Rooms rooms;
  private FileGallery gallery;

  @BeforeEach
  void open() {
    rooms = Rooms.open(folder);
    gallery = rooms.gallery;
  }

  @AfterEach
  void close() {
    rooms.close();
  }

  private void reopen() {
    rooms.close();
    open();
  }

  /** Makes a job of that many pictures, runs it and keeps them. */
  private List<GalleryImage> make(long seed, int pictures) throws IOException {
    Job job = claim(seed, pictures);
    List<GalleryImage> images = write(job);
    rooms.queue.done(job.id(), images, sql -> gallery.insert(sql, images)).await();
    return images;
  }

  private Job claim(long seed, int pictures) {
    rooms.queue.submit(Requests.of("a fox", seed, 1, pictures)).await();
    return rooms.queue.claim().await().orElseThrow();
  }

  private List<GalleryImage> write(Job job) throws IOException {
    ImageRequest request = job.request();
    List<BufferedImage> pictures = new ArrayList<>();
    for (int i = 0; i < request.batchSize(); i++) {
      pictures.add(GradientGenerator.picture(request.seedOf(i), 512, 256));
    }
    List<PluginNotes> notes = Collections.nCopies(pictures.size(), PluginNotes.NONE);
    return gallery.write(job.id(), request, pictures, PictureNotes.NONE, notes);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("gallery"))) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  @Test
  void picturesOfADoneJobAreInTheGallery() throws IOException {
    List<GalleryImage> images = make(7, 2);
    assertEquals(images, gallery.findAll(images.stream().map(GalleryImage::id).toList()).await());
    GalleryImage second = images.get(1);
    assertEquals(8, second.seed());
    assertEquals(Files.size(gallery.file(second)), second.bytes());
    BufferedImage expected = GradientGenerator.picture(8, 512, 256);
    BufferedImage picture = ImageIO.read(gallery.file(second).toFile());
    assertArrayEquals(pixels(expected), pixels(picture));
    BufferedImage thumbnail = ImageIO.read(gallery.thumbnail(second).toFile());
    assertEquals(384, thumbnail.getWidth());
    assertEquals(192, thumbnail.getHeight());
    Job job = rooms.queue.find(second.jobId()).await().orElseThrow();
    assertEquals(images.stream().map(GalleryImage::id).toList(), job.images());
  }

  private static int[] pixels(BufferedImage picture) {
    return picture.getRGB(
        0, 0, picture.getWidth(), picture.getHeight(), null, 0, picture.getWidth());
  }

  @Test
  void fileSaysWhatItWasMadeFrom() throws IOException {
    GalleryImage image = make(7, 1).get(0);
    try (InputStream png = Files.newInputStream(gallery.file(image))) {
      assertEquals(Optional.of(image.parameters()), PngText.read(png, PngParameters.KEYWORD));
    }
    assertEquals("7", PngParameters.parse(image.parameters()).fields().get("Seed"));
  }

  @Test
  void listIsNewestFirstAndGoesOnAfterADeletedPicture() throws IOException {
    List<UUID> made = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      made.add(0, make(i, 1).get(0).id());
    }
    assertEquals(made.subList(0, 2), ids(gallery.list(2, Optional.empty()).await()));
    assertTrue(gallery.delete(made.get(1)).await());
    assertEquals(made.subList(2, 5), ids(gallery.list(9, Optional.of(made.get(1))).await()));
    assertEquals(List.of(), gallery.list(9, Optional.of(made.get(4))).await());
  }

  private static List<UUID> ids(List<GalleryImage> images) {
    return images.stream().map(GalleryImage::id).toList();
  }

  @Test
  void deletedPictureIsGoneAndEveryPageIsTold() throws IOException, TimeoutException {
    List<GalleryImage> images = make(1, 2);
    UUID gone = images.get(0).id();
    assertTrue(gallery.delete(gone).await());
    assertFalse(gallery.delete(gone).await());
    assertEquals(Optional.empty(), gallery.find(gone).await());
    assertEquals(2, files().size());
    rooms.log.await(
        events ->
            events.stream()
                .anyMatch(
                    event ->
                        EventLog.type(event, "image_deleted")
                            && event.getString("id").equals(gone.toString())));
    Job job = rooms.queue.find(images.get(0).jobId()).await().orElseThrow();
    assertEquals(List.of(images.get(1).id()), job.images());
  }

  @Test
  void afterACrashBeforeTheRowsTheFilesAreGone() throws IOException {
    List<GalleryImage> kept = make(1, 1);
    write(claim(2, 2));
    assertEquals(6, files().size());
    reopen();
    assertEquals(List.of(gallery.file(kept.get(0)), gallery.thumbnail(kept.get(0))), files());
    assertEquals(kept, gallery.list(9, Optional.empty()).await());
  }

  @Test
  void afterACrashInTheMiddleOfAFileNothingOfItIsLeft() throws IOException {
    Path half = folder.resolve("gallery").resolve(".tmp").resolve(UUID.randomUUID() + ".png");
    Files.write(half, new byte[] {(byte) 0x89, 'P', 'N'});
    reopen();
    assertEquals(List.of(), files());
  }

  @Test
  void fileThatTheDataBaseNeverHeardOfIsTheUsersAndStays() throws IOException {
    Path month = Files.createDirectories(folder.resolve("gallery").resolve("2024-01"));
    Path foreign = Files.write(month.resolve(UUID.randomUUID() + ".png"), new byte[] {1});
    reopen();
    assertEquals(List.of(foreign), files());
  }

  @Test
  void picturesThatCannotAllBeWrittenLeaveNothing() throws IOException {
    Job job = claim(1, 1);
    // A file where the month's folder should be.
    Files.write(folder.resolve("gallery").resolve(month()), new byte[0]);
    assertThrows(IOException.class, () -> write(job));
    Files.delete(folder.resolve("gallery").resolve(month()));
    assertEquals(List.of(), files());
    rooms.queue.failed(job.id(), "no room").await();
    make(2, 1);
  }

  private static String month() {
    return DateTimeFormatter.ofPattern("uuuu-MM").withZone(ZoneOffset.UTC).format(Instant.now());
  }
}
