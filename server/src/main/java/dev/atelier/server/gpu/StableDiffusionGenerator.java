package dev.atelier.server.gpu;

import dev.atelier.models.catalog.ModelCatalog;
import dev.atelier.models.engine.ComputeDevice;
import dev.atelier.models.pipeline.GenerationObserver;
import dev.atelier.models.pipeline.ImageRequest;
import dev.atelier.models.pipeline.PictureSource;
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
   * @param pictures those that requests begin with
   * @param limits what models may take, where it is not left to the machine's size
   */
  public StableDiffusionGenerator(
      Supplier<ModelCatalog> catalog, PictureSource pictures, MemoryLimits limits) {
    device = ComputeDevice.open();
    MemoryBudget usual = MemoryBudget.defaultOf(device.device());
    // On the CPU there is one memory: nothing can be moved out of its way.
    long host = device.device().isGpu() ? limits.host().orElse(usual.hostBytes()) : 0;
    registry =
        new ModelRegistry(
            device.device(), new MemoryBudget(limits.device().orElse(usual.deviceBytes()), host));
    textToImage = new TextToImage(device, registry, catalog, pictures);
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
    return registry.snapshots().stream().map(StableDiffusionGenerator::memory).toList();
  }

  private static DeviceMemory memory(Snapshot held) {
    List<LoadedModel> models =
        held.models().stream()
            .map(model -> new LoadedModel(model.id(), model.keys(), model.bytes(), model.leases()))
            .toList();
    return new DeviceMemory(
        held.device(), held.budgetBytes(), held.usedBytes(), held.peakBytes(), models);
  }

  @Override
  public void freeMemory() {
    registry.evictUnused();
    device.releaseUnused();
  }

  @Override
  public boolean free(long id) {
    boolean freed = registry.free(id);
    device.releaseUnused();
    return freed;
  }

  @Override
  public void close() {
    registry.close();
    device.close();
  }
}
