package dev.atelier.server.cli;

import dev.atelier.models.engine.EngineFacts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** DJL, libtorch, the devices they compute on, and whether they can train. */
final class EngineCheck {
  /** There on Linux while NVIDIA's driver is loaded. */
  private static final Path NVIDIA_DRIVER = Path.of("/proc/driver/nvidia/version");

  private EngineCheck() {}

  static List<Finding> findings() {
    try {
      return of(EngineFacts.read());
    } catch (IllegalStateException e) {
      return List.of(Finding.blocking("Engine", e.getMessage()));
    }
  }

  private static List<Finding> of(EngineFacts facts) {
    List<Finding> findings = new ArrayList<>();
    findings.add(Finding.good("DJL", facts.djl()));
    findings.add(Finding.good("libtorch", facts.libtorch() + " (" + facts.libtorchFolder() + ")"));
    findings.add(
        Finding.good(
            "CPU",
            Runtime.getRuntime().availableProcessors()
                + " cores, "
                + facts.threads()
                + " threads for one operation"));
    for (EngineFacts.Gpu gpu : facts.gpus()) {
      findings.add(
          Finding.good(
              "GPU " + gpu.index(),
              gpu.name()
                  + ", "
                  + Sizes.text(gpu.totalBytes())
                  + ", compute capability "
                  + gpu.computeCapability()));
    }
    findings.add(cuda(facts));
    if (facts.cuda().isPresent()) {
      findings.add(
          facts
              .cudnn()
              .map(library -> Finding.good("cuDNN", library))
              .orElseGet(() -> Finding.lacking("cuDNN", "libtorch was built without it")));
    }
    findings.add(
        facts.gradients()
            ? Finding.good("Training", "the engine computes gradients, so it can start")
            : Finding.lacking("Training", "the engine computes no gradients, so it cannot start"));
    return findings;
  }

  private static Finding cuda(EngineFacts facts) {
    if (facts.cuda().isPresent()) {
      return Finding.good("CUDA", "the driver runs up to " + facts.cuda().get());
    }
    if (Files.exists(NVIDIA_DRIVER)) {
      return Finding.lacking(
          "CUDA",
          "an NVIDIA GPU is here but this build's libtorch is the CPU's; start Atelier with its"
              + " launcher and without ATELIER_DEVICE=cpu");
    }
    return Finding.lacking(
        "CUDA",
        "no NVIDIA driver, so pictures are made on the CPU; where there is an NVIDIA GPU, install"
            + " its driver");
  }
}
