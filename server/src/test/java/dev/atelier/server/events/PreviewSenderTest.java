package dev.atelier.server.events;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.atelier.models.pipeline.ImageRequest;
import dev.atelier.server.GradientGenerator;
import dev.atelier.server.Requests;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PreviewSenderTest {
  private static final long MILLISECOND = 1_000_000L;
  private final Vertx vertx = Vertx.vertx();
  private final StudioEvents events = new StudioEvents(vertx);
  private final Queue<PreviewFrame> frames = new ConcurrentLinkedQueue<>();
  private final AtomicInteger rendered = new AtomicInteger();
  private final UUID job = UUID.randomUUID();
  private PreviewSender sender;
  private boolean watched = true;
  private long now;
  private Promise<Void> expected = Promise.promise();
  private volatile int expectedFrames;

  @BeforeEach
  void open() {
    events
        .listenToPreviews(
            frame -> {
              frames.add(frame);
              if (frames.size() == expectedFrames) {
                expected.complete();
              }
            })
        .completion()
        .await();
    sender = new PreviewSender(vertx, events, () -> watched, () -> now);
  }

  @AfterEach
  void close() {
    vertx.close().await();
  }

  private Supplier<List<BufferedImage>> preview(int pictures) {
    return () -> {
      rendered.incrementAndGet();
      return java.util.stream.IntStream.range(0, pictures)
          .mapToObj(i -> GradientGenerator.picture(i, 64, 32))
          .toList();
    };
  }

  /** Offers one and waits until that many frames have come in all. */
  private void offer(PreviewSender.ForJob previews, int step, int pictures, int frames)
      throws TimeoutException {
    expected = Promise.promise();
    expectedFrames = frames;
    previews.offer(step, preview(pictures));
    expected.future().await(30, TimeUnit.SECONDS);
    // The sender takes the next one when the last one's encoding has ended.
    sender.idle().await();
  }

  private static ImageRequest request(int width, int height, int batch) {
    ImageRequest small = Requests.of("a fox", 1, 20, batch);
    return small.toBuilder().optSize(width, height).optBatch(batch, small.batchNoise()).build();
  }

  @Test
  void frameIsAJpegOfThePicturesShape() throws IOException, TimeoutException {
    offer(sender.forJob(job, request(512, 256, 2)), 3, 2, 2);
    frames.remove();
    Buffer bytes = frames.remove().bytes();
    assertEquals(1, bytes.getUnsignedByte(0));
    assertEquals(1, bytes.getUnsignedByte(1));
    assertEquals(3, bytes.getUnsignedShort(2));
    assertEquals(job, new UUID(bytes.getLong(4), bytes.getLong(12)));
    BufferedImage picture =
        ImageIO.read(new ByteArrayInputStream(bytes.getBytes(20, bytes.length())));
    assertEquals(512, picture.getWidth());
    assertEquals(256, picture.getHeight());
  }

  @Test
  void largePicturesHaveSmallerPreviews() throws IOException, TimeoutException {
    offer(sender.forJob(job, request(2048, 1024, 1)), 1, 1, 1);
    Buffer bytes = frames.remove().bytes();
    BufferedImage picture =
        ImageIO.read(new ByteArrayInputStream(bytes.getBytes(20, bytes.length())));
    assertEquals(512, picture.getWidth());
    assertEquals(256, picture.getHeight());
  }

  @Test
  void nothingIsRenderedForNobody() {
    watched = false;
    sender.forJob(job, request(64, 64, 1)).offer(1, preview(1));
    assertEquals(0, rendered.get());
  }

  @Test
  void whereTheLastOnesShallStayTheNextNeedNotWait() throws TimeoutException {
    PreviewSender.ForJob previews = sender.forJob(job, request(64, 64, 1));
    previews.offer(1, preview(0));
    offer(previews, 2, 1, 1);
    assertEquals(2, frames.remove().bytes().getUnsignedShort(2));
  }

  @Test
  void moreThanTenASecondAreNotEvenRendered() throws TimeoutException {
    PreviewSender.ForJob previews = sender.forJob(job, request(64, 64, 1));
    offer(previews, 1, 1, 1);
    now = 99 * MILLISECOND;
    previews.offer(2, preview(1));
    assertEquals(1, rendered.get());
    now = 100 * MILLISECOND;
    offer(previews, 3, 1, 2);
    assertEquals(2, rendered.get());
  }

  @Test
  void picturesOfABatchShareTheTen() throws TimeoutException {
    PreviewSender.ForJob previews = sender.forJob(job, request(64, 64, 4));
    offer(previews, 1, 4, 4);
    now = 399 * MILLISECOND;
    previews.offer(2, preview(4));
    assertEquals(1, rendered.get());
    now = 400 * MILLISECOND;
    offer(previews, 3, 4, 8);
  }

  @Test
  void previewThatCannotBeDrawnIsLeftOut() throws TimeoutException {
    PreviewSender.ForJob previews = sender.forJob(job, request(64, 64, 1));
    previews.offer(
        1,
        () -> {
          throw new IllegalStateException("no latent");
        });
    now = 100 * MILLISECOND;
    offer(previews, 2, 1, 1);
  }
}
