package dev.atelier.server.gpu;

import dev.atelier.models.pipeline.GenerationObserver;
import dev.atelier.models.pipeline.ImageRequest;
import dev.atelier.server.status.SystemStatus.DeviceMemory;
import java.awt.image.BufferedImage;
import java.util.List;

/**
 * What makes the pictures. Made, used and closed on the worker's one thread, because an engine's
 * state is its thread's.
 */
public interface ImageGenerator extends AutoCloseable {
  /**
   * Makes the pictures of {@code request}; see {@link
   * dev.atelier.models.pipeline.TextToImage#generate}.
   */
  List<BufferedImage> generate(ImageRequest request, GenerationObserver observer);

  /** Name of the device that the pictures are made on, e.g. {@code cpu} or {@code cuda:0}. */
  String device();

  /** What the weights take on each device right now; cheap. */
  List<DeviceMemory> memory();

  /** Frees all memory that can be freed, because something got none. */
  void freeMemory();

  /**
   * Frees the memory of one model that nobody uses.
   *
   * @param id of {@link dev.atelier.server.status.SystemStatus.LoadedModel}
   * @return whether it is gone
   */
  boolean free(long id);

  @Override
  void close();
}
