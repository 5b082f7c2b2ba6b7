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
   * The model registry's memory on one device, or in the host's memory beside a GPU's.
   *
   * @param name the device
   * @param budgetBytes bytes that weights may take
   * @param usedBytes bytes that weights take
   * @param peakBytes most that they have taken since the start
   * @param models the models that are in memory, least recently used first
   */
  public record DeviceMemory(
      String name, long budgetBytes, long usedBytes, long peakBytes, List<LoadedModel> models) {}

  /**
   * One model in memory.
   *
   * @param id names it for as long as it is in memory
   * @param keys its keys in the registry, model and part: several where models have it in common
   * @param bytes bytes that its weights take
   * @param leases how many users hold it now
   */
  public record LoadedModel(long id, List<String> keys, long bytes, int leases) {}
}
