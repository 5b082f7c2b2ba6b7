package dev.atelier.server.plugins;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One plugin as it stands.
 *
 * @param id its id; the file's name where no id could be read
 * @param version its version, empty where none could be read
 * @param description what it says of itself
 * @param provider who made it
 * @param license its licence
 * @param requires the version of the API that it needs
 * @param dependencies ids of the plugins that it needs
 * @param file name of its jar in the folder
 * @param state what it is doing
 * @param problem why it does not work, one sentence
 * @param notes what is worth knowing, each one sentence
 * @param pictures jobs that it takes part in right now
 * @param memoryBytes what it says it holds
 * @param panels its pieces of the page
 */
public record PluginStatus(
    String id,
    String version,
    String description,
    String provider,
    String license,
    String requires,
    List<String> dependencies,
    String file,
    State state,
    Optional<String> problem,
    List<String> notes,
    int pictures,
    long memoryBytes,
    List<LivePanel> panels) {
  /** What a plugin is doing. */
  public enum State {
    /** It takes part. */
    RUNNING,
    /** It takes part in the pictures in hand and then ends. */
    STOPPING,
    /** The user switched it off. */
    DISABLED,
    /** A plugin that it needs is not there. */
    WAITING,
    /** It cannot be loaded, or the host switched it off. */
    FAILED;

    /** Its name in JSON. */
    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The same with more notes. */
  PluginStatus with(List<String> more) {
    List<String> all = new ArrayList<>(notes);
    all.addAll(more);
    return new PluginStatus(
        id,
        version,
        description,
        provider,
        license,
        requires,
        dependencies,
        file,
        state,
        problem,
        List.copyOf(all),
        pictures,
        memoryBytes,
        panels);
  }
}
