package dev.atelier.server.hub;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What an address stands for.
 *
 * @param plan what would be downloaded; empty where one of the choices has to be made first
 * @param choices other things at the same place
 */
public record Offer(Optional<DownloadPlan> plan, List<Choice> choices) {
  /**
   * One of several files.
   *
   * @param address what to ask for
   * @param name the file's name at the hub
   * @param bytes its size
   */
  public record Choice(String address, String name, OptionalLong bytes) {}

  /** Keeps copies. */
  public Offer {
    choices = List.copyOf(choices);
  }
}
