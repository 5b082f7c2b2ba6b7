package dev.atelier.server;

import dev.atelier.models.pipeline.GenerationCancelledException;
import dev.atelier.models.pipeline.GenerationObserver;
import dev.atelier.models.pipeline.ImageRequest;
import dev.atelier.models.pipeline.InvalidRequestException;
import dev.atelier.models.pipeline.Phase;
import dev.atelier.models.pipeline.PictureSize;
import dev.atelier.models.weights.WeightsException;
import dev.atelier.server.gpu.ImageGenerator;
import dev.atelier.server.status.SystemStatus.DeviceMemory;
import dev.atelier.server.status.SystemStatus.LoadedModel;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Draws gradients that the seed alone determines, so that the server can be tested without an
 * engine. Takes a step whenever the test allows one; the prompt can ask for a fault.
 */
public final class GradientGenerator implements ImageGenerator {
  private static final int PLENTY = 1 << 20;
  private final Semaphore allowed;
  private final List<String> threads = new CopyOnWriteArrayList<>();
  private final List<Long> seeds = new CopyOnWriteArrayList<>();
  private final AtomicInteger previews = new AtomicInteger();
  private volatile long loaded;

  private GradientGenerator(int steps) {
    this.allowed = new Semaphore(steps);
  }

  /** One that never waits. */
  public static GradientGenerator free() {
    return new GradientGenerator(PLENTY);
  }

  /** One that waits before each step until {@link #allow} allows it. */
  public static GradientGenerator held() {
    return new GradientGenerator(0);
  }

  /** Lets {@code steps} steps more be taken. */
  public void allow(int steps) {
    allowed.release(steps);
  }

  /** Lets every step be taken from now on. */
  public void letGo() {
    allow(PLENTY);
  }

  /** Names of the threads that it was used on. */
  public List<String> threads() {
    return threads;
  }

  /** Seeds of the requests, in the order in which they came. */
  public List<Long> seeds() {
    return seeds;
  }

  /** How often previews were drawn. */
  public int previews() {
    return previews.get();
  }

  @Override
  public List<BufferedImage> generate(ImageRequest request, GenerationObserver observer) {
    threads.add(Thread.currentThread().getName());
    seeds.add(request.seed());
    fault(request);
    observer.onPhase(Phase.LOADING);
    loaded = 4096;
    observer.onPhase(Phase.SAMPLING);
    for (int step = 1; step <= request.stepsTaken(); step++) {
      allowed.acquireUninterruptibly();
      if (observer.cancelled()) {
        throw new GenerationCancelledException();
      }
      observer.onStep(
          step,
          request.stepsTaken(),
          () -> {
            previews.incrementAndGet();
            return pictures(request, 8);
          });
    }
    observer.onPhase(Phase.DECODING);
    return pictures(request, 1);
  }

  private void fault(ImageRequest request) {
    switch (request.prompt()) {
      case "crowded" -> {
        if (loaded > 0) {
          throw new IllegalStateException("DefaultCPUAllocator: not enough memory");
        }
      }
      case "heap" -> throw new OutOfMemoryError("Java heap space");
      case "cuda" ->
          throw new IllegalStateException(
              "native call failed", new RuntimeException("CUDA out of memory. Tried to allocate"));
      case "weights" -> throw new WeightsException(Path.of("unet.safetensors"), "is cut off");
      case "model" -> throw new InvalidRequestException("model", "There is no model “x”.");
      case "bug" -> throw new NullPointerException();
      default -> {}
    }
  }

  private static List<BufferedImage> pictures(ImageRequest request, int scale) {
    List<BufferedImage> pictures = new ArrayList<>();
    for (int i = 0; i < request.batchSize(); i++) {
      PictureSize size = request.resultSize();
      pictures.add(picture(request.seedOf(i), size.width() / scale, size.height() / scale));
    }
    return pictures;
  }

  /** The picture of that seed. */
  public static BufferedImage picture(long seed, int width, int height) {
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int red = 255 * x / width;
        int green = 255 * y / height;
        picture.setRGB(x, y, red << 16 | green << 8 | (int) (seed & 0xFF));
      }
    }
    return picture;
  }

  @Override
  public String device() {
    return "cpu";
  }

  @Override
  public List<DeviceMemory> memory() {
    List<LoadedModel> models =
        loaded == 0 ? List.of() : List.of(new LoadedModel(1, List.of("gradients/all"), loaded, 0));
    return List.of(new DeviceMemory("cpu", 1 << 20, loaded, 4096, models));
  }

  @Override
  public void freeMemory() {
    loaded = 0;
  }

  @Override
  public boolean free(long id) {
    boolean there = id == 1 && loaded > 0;
    if (there) {
      loaded = 0;
    }
    return there;
  }

  @Override
  public void close() {
    threads.add(Thread.currentThread().getName() + " closed");
  }
}
