package dev.atelier.server.status;

import java.util.List;

/**
 * The studio as its memory meter shows it.
 *
 * @param version Atelier's version
 * @param device name of the device that pictures are made on, e.g. {@code cpu} or {@code cuda:0}
 * @param devices every device with weights in its memory
 * @param queue how much work there is
 */
public record SystemStatus(
    String version, String device, List<DeviceMemory> devices, QueueStatus queue) {

  /**
   * The model registry's memory on one device.
   *
   * @param name the device
   * @param budgetBytes bytes that weights may take
   * @param usedBytes bytes that weights take
   * @param models the models that are in memory
   */
  public record DeviceMemory(
      String name, long budgetBytes, long usedBytes, List<LoadedModel> models) {}

  /**
   * One model in memory.
   *
   * @param key its key in the registry
   * @param bytes bytes that its weights take
   * @param leases how many users hold it now
   */
  public record LoadedModel(String key, long bytes, int leases) {}
}
