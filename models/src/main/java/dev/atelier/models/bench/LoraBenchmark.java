package dev.atelier.models.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import dev.atelier.models.bench.Benchmark.Row;
import dev.atelier.models.catalog.ModelEntry;
import dev.atelier.models.engine.ComputeDevice;
import dev.atelier.models.lora.LoraSet;
import dev.atelier.models.lora.LoraUse;
import dev.atelier.models.nn.Patched;
import dev.atelier.models.nn.UNet;
import dev.atelier.models.pipeline.Checkpoint;
import dev.atelier.models.registry.Lease;
import dev.atelier.models.registry.MemoryBudget;
import dev.atelier.models.registry.ModelRegistry;
import dev.atelier.models.text.ClipTokenizer;
import dev.atelier.models.text.PromptEncoder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Times how a LoRA is put on and taken off, and a step with it beside a step without, in turns,
 * because a machine's speed drifts. Must run alone.
 */
public final class LoraBenchmark {
  /** Latents of 128×128 pixels: a step that is short beside what is measured. */
  private static final int SIDE = 16;

  private final ModelEntry model;
  private final List<LoraUse> loras;
  private final int repeats;

  /**
   * @param model the checkpoint
   * @param lora a LoRA that fits it
   * @param repeats how often it is put on and taken off, after once that is not counted
   */
  public LoraBenchmark(ModelEntry model, Path lora, int repeats) {
    this.model = model;
    this.loras = List.of(new LoraUse(lora, 0.8, 0.8));
    this.repeats = repeats;
  }

  /** Times of one state of the networks, in milliseconds. */
  private record Times(List<Double> switching, List<Double> steps) {
    Times() {
      this(new ArrayList<>(), new ArrayList<>());
    }
  }

  /** Measures on the calling thread. */
  public List<Row> run() {
    var with = new Times();
    var without = new Times();
    try (ComputeDevice device = ComputeDevice.open();
        var registry =
            new ModelRegistry(device.device(), MemoryBudget.defaultBytes(device.device()));
        NDManager manager = device.manager().newSubManager()) {
      Checkpoint checkpoint = Checkpoint.open(model.path(), device);
      try (Lease<PromptEncoder> encoder = registry.lease(checkpoint.promptEncoder());
          Lease<UNet> unet = registry.lease(checkpoint.unet())) {
        for (int i = -1; i < repeats; i++) {
          Times on = i < 0 ? new Times() : with;
          Times off = i < 0 ? new Times() : without;
          measure(loras, checkpoint, device, manager, encoder.model(), unet.model(), on);
          measure(List.of(), checkpoint, device, manager, encoder.model(), unet.model(), off);
        }
      }
    }
    return List.of(
        row("LoRA put on", with.switching),
        row("LoRA taken off", without.switching),
        row("UNet forward at 128², with it", with.steps),
        row("UNet forward at 128², without", without.steps));
  }

  /** What the first step takes longer than the next is the packing of convolutions. */
  private static void measure(
      List<LoraUse> uses,
      Checkpoint checkpoint,
      ComputeDevice device,
      NDManager manager,
      PromptEncoder encoder,
      UNet unet,
      Times times) {
    long start = System.nanoTime();
    try (LoraSet set =
            LoraSet.open(
                uses, checkpoint.files().unet(), checkpoint.files().textEncoder(), device);
        Patched text = encoder.patched(set.textEncoder());
        Patched patched = unet.patched(set.unet())) {
      device.synchronize();
      double switched = (System.nanoTime() - start) / 1e6;
      int width = checkpoint.files().unet().crossAttentionDim();
      double first = step(device, manager, unet, width);
      double next = step(device, manager, unet, width);
      times.switching.add(switched + Math.max(0, first - next));
      times.steps.add(next);
    }
  }

  private static double step(ComputeDevice device, NDManager manager, UNet unet, int width) {
    try (var scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDArray latent = ones(manager, device, 2, 4, SIDE, SIDE);
      NDArray context = ones(manager, device, 2, ClipTokenizer.LENGTH, width);
      device.synchronize();
      long start = System.nanoTime();
      unet.forward(latent, new float[] {500, 500}, context);
      device.synchronize();
      return (System.nanoTime() - start) / 1e6;
    }
  }

  private static NDArray ones(NDManager manager, ComputeDevice device, long... shape) {
    return manager.ones(new Shape(shape), device.dataType());
  }

  private static Row row(String what, List<Double> milliseconds) {
    Collections.sort(milliseconds);
    return new Row(what, milliseconds.get(milliseconds.size() / 2), milliseconds.get(0), 0);
  }
}
