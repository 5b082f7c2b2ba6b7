package dev.atelier.server.gpu;

import dev.atelier.models.catalog.ModelCatalog;
import dev.atelier.models.engine.ComputeDevice;
import dev.atelier.models.pipeline.GenerationObserver;
import dev.atelier.models.pipeline.ImageRequest;
import dev.atelier.models.pipeline.TextToImage;
import dev.atelier.models.registry.MemoryBudget;
import dev.atelier.models.registry.ModelRegistry;
import dev.atelier.models.registry.Snapshot;
import dev.atelier.server.status.SystemStatus.DeviceMemory;
import dev.atelier.server.status.SystemStatus.LoadedModel;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.function.Supplier;

/** Stable Diffusion on the first GPU, or on the CPU where there is none. */
public final class StableDiffusionGenerator implements ImageGenerator {
  private final ComputeDevice device;
  private final ModelRegistry registry;
  private final TextToImage textToImage;

  /**
   * Opens the device for the calling thread.
   *
   * @param catalog the models on disk, as they are when a picture begins
   */
  public StableDiffusionGenerator(Supplier<ModelCatalog> catalog) {
    device = ComputeDevice.open();
    registry = new ModelRegistry(device.device(), MemoryBudget.defaultBytes(device.device()));
    textToImage = new TextToImage(device, registry, catalog);
  }

  @Override
  public List<BufferedImage> generate(ImageRequest request, GenerationObserver observer) {
    return textToImage.generate(request, observer);
  }

  @Override
  public String device() {
    return registry.snapshot().device();
  }

  @Override
  public List<DeviceMemory> memory() {
    Snapshot held = registry.snapshot();
    List<LoadedModel> models =
        held.models().stream()
            .map(model -> new LoadedModel(model.key(), model.bytes(), model.leases()))
            .toList();
    return List.of(new DeviceMemory(held.device(), held.budgetBytes(), held.usedBytes(), models));
  }

  @Override
  public void close() {
    registry.close();
    device.close();
  }
}
