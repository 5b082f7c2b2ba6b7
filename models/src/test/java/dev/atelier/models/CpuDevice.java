package dev.atelier.models;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import dev.atelier.models.engine.ComputeDevice;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The CPU for the tests of one class, which run one after the other. */
public final class CpuDevice
    implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
  private ComputeDevice device;
  private NDManager manager;

  @Override
  public void beforeAll(ExtensionContext tests) {
    device = ComputeDevice.open(Device.cpu());
  }

  @Override
  public void beforeEach(ExtensionContext test) {
    manager = device.manager().newSubManager();
  }

  /** Open from before the first test to behind the last. */
  public ComputeDevice device() {
    return device;
  }

  /** Owns the arrays of one test, which go when it ends. */
  public NDManager manager() {
    return manager;
  }

  @Override
  public void afterEach(ExtensionContext test) {
    manager.close();
  }

  @Override
  public void afterAll(ExtensionContext tests) {
    device.close();
  }
}
