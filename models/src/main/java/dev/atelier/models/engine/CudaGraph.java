package dev.atelier.models.engine;

import com.sun.jna.Pointer;

/** What a {@link CudaStream} recorded, ready to be done again with a single call. */
final class CudaGraph implements AutoCloseable {
  private static final Pointer DEFAULT_STREAM = Pointer.NULL;

  private final CudaStream.Driver driver;
  private final Pointer executable;

  CudaGraph(CudaStream.Driver driver, Pointer executable) {
    this.driver = driver;
    this.executable = executable;
  }

  /** Asks the GPU for all of it, behind whatever libtorch asked for before. */
  void launch() {
    CudaStream.check(driver.cuGraphLaunch(executable, DEFAULT_STREAM));
  }

  /** The GPU must be done with it. */
  @Override
  public void close() {
    driver.cuGraphExecDestroy(executable);
  }
}
