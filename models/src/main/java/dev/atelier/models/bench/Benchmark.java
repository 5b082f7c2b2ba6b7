package dev.atelier.models.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import dev.atelier.models.catalog.ModelCatalog;
import dev.atelier.models.catalog.ModelEntry;
import dev.atelier.models.engine.ComputeDevice;
import dev.atelier.models.engine.Layers;
import dev.atelier.models.engine.Parameters;
import dev.atelier.models.nn.UNet;
import dev.atelier.models.nn.VaeDecoder;
import dev.atelier.models.pipeline.Checkpoint;
import dev.atelier.models.pipeline.GenerationObserver;
import dev.atelier.models.pipeline.ImageRequest;
import dev.atelier.models.pipeline.TextToImage;
import dev.atelier.models.registry.Lease;
import dev.atelier.models.registry.MemoryBudget;
import dev.atelier.models.registry.ModelRegistry;
import dev.atelier.models.text.ClipTokenizer;
import dev.atelier.models.text.PromptEncoder;
import dev.atelier.models.weights.Component;
import dev.atelier.models.weights.WeightSource;
import java.awt.image.BufferedImage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Times one checkpoint's parts on this machine. Must run alone: whatever else computes is in the
 * figures.
 */
public final class Benchmark {
  private static final Duration ENOUGH = Duration.ofMinutes(1);
  private static final String PROMPT = "a photo of a robot in a red hat on the beach";

  private final ModelEntry model;
  private final int steps;
  private final int repeats;

  /**
   * @param model the checkpoint, measured at its own size
   * @param steps steps of the whole picture
   * @param repeats how often each part is timed at most, after one call that is not counted: no
   *     more once they have taken a minute
   */
  public Benchmark(ModelEntry model, int steps, int repeats) {
    this.model = model;
    this.steps = steps;
    this.repeats = repeats;
  }

  /**
   * What was measured.
   *
   * @param device where
   * @param size side of the picture in pixels
   * @param rows the parts of a picture
   * @param peaks what the machine can do at most, measured between the parts
   * @param peakBytes most of the GPU's memory that was in use while a picture was made, by anyone:
   *     weights, activations and CUDA's own; empty on a CPU
   */
  public record Report(
      String device, int size, List<Row> rows, List<Row> peaks, OptionalLong peakBytes) {}

  /**
   * One line.
   *
   * @param what what was timed
   * @param median milliseconds
   * @param minimum milliseconds
   * @param gigaflops floating-point operations of one call in billions; 0 where they were not
   *     counted
   */
  public record Row(String what, double median, double minimum, double gigaflops) {
    /** Billions of floating-point operations a second, in the fastest call. */
    public double rate() {
      return gigaflops / (minimum / 1e3);
    }
  }

  /** Measures on the calling thread. */
  public Report run() {
    try (ComputeDevice device = ComputeDevice.open()) {
      List<Row> rows = new ArrayList<>();
      List<Row> peaks = new ArrayList<>();
      try (ModelRegistry registry = registry(device);
          NDManager manager = device.manager().newSubManager()) {
        measureParts(device, registry, manager, rows, peaks);
      } // so that nothing but its own models is in memory when a picture's is measured
      try (ModelRegistry registry = registry(device)) {
        Runnable picture = picture(device, registry);
        rows.add(time(device, "whole picture, " + steps + " steps", 0, picture));
        return new Report(
            registry.snapshot().device(),
            model.defaultSize(),
            List.copyOf(rows),
            List.copyOf(peaks),
            GpuMemoryPeak.during(device, picture));
      }
    }
  }

  private static ModelRegistry registry(ComputeDevice device) {
    return new ModelRegistry(device.device(), MemoryBudget.defaultBytes(device.device()));
  }

  private void measureParts(
      ComputeDevice device,
      ModelRegistry registry,
      NDManager manager,
      List<Row> rows,
      List<Row> peaks) {
    Checkpoint checkpoint = Checkpoint.open(model.path(), device);
    int side = model.defaultSize() / 8;
    peaks.add(matrixProduct(device, manager));
    try (Lease<PromptEncoder> encoder = registry.lease(checkpoint.promptEncoder())) {
      List<String> prompts = List.of("", PROMPT);
      rows.add(
          time(
              device,
              "text encoding, 2 prompts",
              0,
              () -> encoder.model().encode(manager, prompts)));
    }
    try (Lease<UNet> unet = registry.lease(checkpoint.unet())) {
      rows.add(unet(checkpoint, device, manager, unet.model(), side));
    }
    peaks.add(convolution(device, manager));
    try (Lease<VaeDecoder> vae = registry.lease(checkpoint.vaeDecoder())) {
      rows.add(decoder(checkpoint, device, manager, vae.model(), side));
    }
  }

  private Row unet(
      Checkpoint checkpoint, ComputeDevice device, NDManager manager, UNet unet, int side) {
    double operations =
        new UNetArithmetic(
                shapes(checkpoint, Component.UNET),
                checkpoint.files().unet(),
                side,
                side,
                ClipTokenizer.LENGTH)
            .count();
    NDArray latent = random(manager, device, 2, 4, side, side);
    NDArray context =
        random(
            manager,
            device,
            2,
            ClipTokenizer.LENGTH,
            checkpoint.files().unet().crossAttentionDim());
    float[] timesteps = {500, 500};
    return time(
        device,
        "UNet forward, batch 2",
        2 * operations,
        () -> unet.forward(latent, timesteps, context));
  }

  private Row decoder(
      Checkpoint checkpoint, ComputeDevice device, NDManager manager, VaeDecoder vae, int side) {
    double operations =
        new DecoderArithmetic(
                shapes(checkpoint, Component.VAE), checkpoint.files().vae(), side, side)
            .count();
    NDArray latent = random(manager, device, 1, 4, side, side);
    return time(device, "VAE decoding", operations, () -> vae.decode(latent));
  }

  private static Map<String, Shape> shapes(Checkpoint checkpoint, Component component) {
    try (WeightSource source = checkpoint.files().open(component)) {
      return source.names().stream().collect(Collectors.toMap(n -> n, n -> source.info(n).shape()));
    }
  }

  private Runnable picture(ComputeDevice device, ModelRegistry registry) {
    ModelCatalog catalog = ModelCatalog.of(model);
    var textToImage = new TextToImage(device, registry, () -> catalog);
    var request =
        ImageRequest.builder(model.id())
            .setPrompt(PROMPT)
            .optSize(model.defaultSize(), model.defaultSize())
            .optSteps(steps)
            .optGuidanceScale(5)
            .optSeed(1)
            .build();
    return () -> textToImage.generate(request, new Unwatched());
  }

  /** [n, n] by [n, n]. */
  private Row matrixProduct(ComputeDevice device, NDManager manager) {
    int n = manager.getDevice().isGpu() ? 8192 : 1536;
    NDArray a = random(manager, device, n, n);
    NDArray b = random(manager, device, n, n);
    return time(device, "matrix product, " + n + "²", 2.0 * n * n * n, () -> a.matMul(b));
  }

  /**
   * A 3×3 convolution of 256 channels, 64×64, batch 2, its weights packed as the networks' are:
   * what comes nearest to the processor's own peak.
   */
  private Row convolution(ComputeDevice device, NDManager manager) {
    int channels = 256;
    int side = 64;
    NDArray x = random(manager, device, 2, channels, side, side);
    NDArray weight = random(manager, device, channels, channels, 3, 3);
    Layers layers = device.layers();
    if (layers.packs(weight.getShape())) {
      weight = layers.packed(weight, 1, 1, x.getShape());
    }
    double operations = 2.0 * 2 * side * side * channels * channels * 9;
    try (var parameters = Parameters.of(List.of(weight, random(manager, device, channels)))) {
      return time(
          device,
          "3×3 convolution, " + channels + " channels at " + side + "²",
          operations,
          () -> layers.call("conv_2d", x, parameters, 1, 1));
    }
  }

  private static NDArray random(NDManager manager, ComputeDevice device, long... shape) {
    return manager.randomNormal(new Shape(shape)).toType(device.dataType(), false);
  }

  private Row time(ComputeDevice device, String what, double operations, Runnable body) {
    List<Double> milliseconds = new ArrayList<>();
    long enough = System.nanoTime() + ENOUGH.toNanos();
    for (int i = -1; i < repeats && (i < 1 || System.nanoTime() < enough); i++) {
      long start = System.nanoTime();
      try (var scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        body.run();
        device.synchronize();
      }
      if (i >= 0) {
        milliseconds.add((System.nanoTime() - start) / 1e6);
      }
    }
    Collections.sort(milliseconds);
    double median = milliseconds.get(milliseconds.size() / 2);
    return new Row(what, median, milliseconds.get(0), operations / 1e9);
  }

  private static final class Unwatched implements GenerationObserver {
    @Override
    public void onStep(int step, int all, Supplier<List<BufferedImage>> preview) {}

    @Override
    public boolean cancelled() {
      return false;
    }
  }
}
