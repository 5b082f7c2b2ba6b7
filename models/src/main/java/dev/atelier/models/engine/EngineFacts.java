package dev.atelier.models.engine;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.StandardCapabilities;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.pytorch.jni.LibUtils;
import ai.djl.training.GradientCollector;
import ai.djl.util.Platform;
import ai.djl.util.Utils;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What computes here, as far as the engine itself can tell.
 *
 * @param djl version of DJL
 * @param libtorch version of libtorch
 * @param libtorchFolder folder that libtorch was loaded from
 * @param threads threads that one operation on the CPU is spread over
 * @param cuda the newest CUDA that the GPUs' driver can run; empty where libtorch has no CUDA or no
 *     GPU answers
 * @param cudnn file name of the cuDNN library; empty where libtorch has none
 * @param gpus the GPUs, in CUDA's order
 * @param gradients whether a gradient was computed rightly, without which nothing can be trained
 */
public record EngineFacts(
    String djl,
    String libtorch,
    Path libtorchFolder,
    int threads,
    Optional<String> cuda,
    Optional<String> cudnn,
    List<Gpu> gpus,
    boolean gradients) {

  /**
   * One GPU.
   *
   * @param index its number in CUDA
   * @param name e.g. {@code NVIDIA GeForce RTX 4090}
   * @param computeCapability e.g. {@code 9.0}
   * @param totalBytes its memory
   * @param usedBytes how much of it is in use, by anyone; 0 as long as this process has not used it
   */
  public record Gpu(
      int index, String name, String computeCapability, long totalBytes, long usedBytes) {}

  private static final String ENGINE = "PyTorch";

  /**
   * Loads libtorch and asks it. Fetches nothing: a libtorch that has not come yet is a failure.
   *
   * @throws IllegalStateException with one sentence that says what to do, when libtorch is missing
   *     or cannot be loaded
   */
  public static EngineFacts read() {
    if (!libtorchIsHere()) {
      throw new IllegalStateException(
          "libtorch is not on this machine yet; './atelier run' fetches it, with a network.");
    }
    Engine engine;
    try {
      engine = Engine.getEngine(ENGINE);
    } catch (RuntimeException | LinkageError e) {
      throw new IllegalStateException("libtorch does not load: " + rootMessage(e), e);
    }
    Optional<CudaDriver> driver = ComputeDevice.cuda() ? CudaDriver.find() : Optional.empty();
    Path folder = Path.of(LibUtils.getLibtorchPath());
    return new EngineFacts(
        Engine.getDjlVersion(),
        engine.getVersion(),
        folder,
        JniUtils.getNumThreads(),
        driver.map(CudaDriver::version),
        engine.hasCapability(StandardCapabilities.CUDNN) ? cudnnIn(folder) : Optional.empty(),
        driver.map(EngineFacts::gpus).orElse(List.of()),
        computesGradients(engine));
  }

  /** Whether DJL would find libtorch without a download. */
  private static boolean libtorchIsHere() {
    if (System.getenv("PYTORCH_LIBRARY_PATH") != null
        || !Platform.detectPlatform("pytorch").isPlaceholder()) {
      return true;
    }
    return firstMatch(
            Utils.getEngineCacheDir("pytorch"), 2, "glob:" + System.mapLibraryName("torch"))
        .isPresent();
  }

  private static Optional<String> cudnnIn(Path folder) {
    return firstMatch(folder, 1, "glob:{libcudnn.so*,cudnn64_*.dll}");
  }

  /** The name of the first file at most {@code depth} below {@code folder} that fits. */
  private static Optional<String> firstMatch(Path folder, int depth, String pattern) {
    PathMatcher matcher = FileSystems.getDefault().getPathMatcher(pattern);
    try (var files =
        Files.find(
            folder,
            depth,
            (file, attributes) -> matcher.matches(file.getFileName()),
            FileVisitOption.FOLLOW_LINKS)) {
      return files.map(file -> file.getFileName().toString()).sorted().findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static List<Gpu> gpus(CudaDriver driver) {
    return IntStream.range(0, driver.count()).mapToObj(driver::gpu).toList();
  }

  /** Whether the derivative of x² at 3 comes out as 6. */
  private static boolean computesGradients(Engine engine) {
    boolean before = JniUtils.isGradMode();
    JniUtils.setGradMode(true);
    try (var manager = NDManager.newBaseManager(Device.cpu(), ENGINE);
        GradientCollector collector = engine.newGradientCollector()) {
      var x = manager.create(3f);
      x.setRequiresGradient(true);
      collector.backward(x.square());
      return x.getGradient().getFloat() == 6f;
    } catch (RuntimeException e) {
      return false;
    } finally {
      JniUtils.setGradMode(before);
    }
  }

  private static String rootMessage(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
  }
}
