package dev.atelier.models.bench;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.atelier.models.engine.ComputeDevice;
import dev.atelier.models.pipeline.Checkpoint;
import dev.atelier.models.registry.Lease;
import dev.atelier.models.registry.ModelRegistry;
import dev.atelier.models.weights.CheckpointFiles;
import dev.atelier.models.weights.CheckpointWriter;
import dev.atelier.models.weights.Component;
import dev.atelier.models.weights.RandomCheckpoint;
import dev.atelier.models.weights.WeightSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * How long a checkpoint of Stable Diffusion 1.5's size takes to load and how much memory that
 * needs, measured on random weights that it writes and deletes. Not a test: it needs 4.5 GB of disk
 * and 6 GB of memory. Run its main with the tests' class path and the folder to write to.
 */
public final class FullSizeLoad {
  private static final double GIGA = 1e9;

  private FullSizeLoad() {}

  public static void main(String[] args) throws IOException {
    Path folder = Files.createTempDirectory(Path.of(args[0]), "full-size");
    try {
      measure(folder);
    } finally {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private static void measure(Path folder) throws IOException {
    RandomCheckpoint random = RandomCheckpoint.sd15(1);
    Path diffusers = folder.resolve("sd15");
    random.writeFolder(diffusers);
    Path single = folder.resolve("sd15.safetensors");
    long start = System.nanoTime();
    new CheckpointWriter(CheckpointFiles.open(diffusers)).writeSingleFile(single);
    System.out.printf(
        "%d parameters, file of %.2f GB, converted in %.1f s%n",
        random.parameters(), Files.size(single) / GIGA, seconds(start));
    try (InputStream in = Files.newInputStream(single)) {
      in.transferTo(OutputStream.nullOutputStream()); // into the disk cache
    }
    try (ComputeDevice device = ComputeDevice.open()) {
      for (int run = 1; run <= 3; run++) {
        networks(single, device);
      }
      for (int run = 1; run <= 3; run++) {
        read(single, device, DataType.FLOAT16);
      }
      for (int run = 1; run <= 2; run++) {
        read(single, device, DataType.FLOAT32);
      }
    }
  }

  /** All tensors: in fp16 they are mapped, as the file has them, in fp32 they are converted. */
  private static void read(Path single, ComputeDevice device, DataType type) {
    long start = System.nanoTime();
    double opened;
    double all;
    try (NDManager manager = device.manager().newSubManager()) {
      CheckpointFiles files = CheckpointFiles.open(single);
      opened = seconds(start);
      for (Component component : Component.values()) {
        try (WeightSource source = files.open(component)) {
          for (String name : source.names()) {
            source.read(manager, name, type);
          }
        }
      }
      all = seconds(start);
    }
    System.out.printf("%s: opened after %.3f s, all read after %.3f s%n", type, opened, all);
  }

  /** The networks, as the CPU computes with them: in fp32, and laid out for it. */
  private static void networks(Path single, ComputeDevice device) throws IOException {
    try (var registry = new ModelRegistry(device.device(), Long.MAX_VALUE)) {
      resetPeak();
      long start = System.nanoTime();
      Checkpoint checkpoint = Checkpoint.open(single, device);
      try (Lease<?> text = registry.lease(checkpoint.promptEncoder());
          Lease<?> unet = registry.lease(checkpoint.unet());
          Lease<?> vae = registry.lease(checkpoint.vaeDecoder())) {
        double all = seconds(start);
        long bytes = registry.snapshot().usedBytes();
        long peak = status("VmHWM");
        System.out.printf(
            "networks in fp32: %.2f s for %.2f GB; the whole process had %.2f GB resident at most,"
                + " %.2f times the weights (%d leased)%n",
            all, bytes / GIGA, peak / GIGA, (double) peak / bytes, List.of(text, unet, vae).size());
      }
    }
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / GIGA;
  }

  /** Lets the kernel forget the peak (proc(5), clear_refs). */
  private static void resetPeak() throws IOException {
    Files.writeString(Path.of("/proc/self/clear_refs"), "5");
  }

  private static long status(String field) throws IOException {
    List<String> lines = Files.readAllLines(Path.of("/proc/self/status"));
    String line = lines.stream().filter(l -> l.startsWith(field + ":")).findFirst().orElseThrow();
    return Long.parseLong(line.replaceAll("\\D+", "")) * 1024;
  }
}
