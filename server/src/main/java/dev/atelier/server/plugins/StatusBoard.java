package dev.atelier.server.plugins;

import dev.atelier.server.events.StudioEvents;
import dev.atelier.server.plugins.PluginStatus.State;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Every plugin as it stands, for whoever asks, and the word to the pages that something has
 * changed. Written on the host's thread, read on any.
 */
final class StatusBoard {
  private final StudioEvents events;
  private final RunningSet running;

  /** What plugins left behind when they ended, by id. */
  private final Map<String, List<String>> left = new TreeMap<>();

  private volatile List<PluginStatus> plugins = List.of();

  StatusBoard(StudioEvents events, RunningSet running) {
    this.events = events;
    this.running = running;
  }

  /** As of the last change, by id. */
  List<PluginStatus> plugins() {
    return plugins;
  }

  /** Notes what a plugin left behind, in place of what it did before. */
  void left(String id, List<String> notes) {
    if (notes.isEmpty()) {
      left.remove(id);
    } else {
      left.put(id, notes);
    }
  }

  /** Shows how things stand with what should run. */
  void show(PluginPlan plan) {
    Map<String, PluginStatus> all = new TreeMap<>();
    plan.others().forEach(status -> all.put(status.id(), noted(status)));
    for (FoundJar jar : plan.run()) {
      // Not running though it should: what it depends on has failed, or is on its way out.
      all.put(
          PluginPlan.id(jar),
          noted(plan.status(jar, State.WAITING, Optional.of("It waits for a plugin it needs."))));
    }
    for (RunningPlugin plugin : running.inOrder()) {
      all.put(plugin.id(), noted(status(plan, plugin)));
    }
    List<PluginStatus> now = List.copyOf(all.values());
    if (!now.equals(plugins)) {
      plugins = now;
      events.publish(new JsonObject().put("type", "plugins"));
    }
  }

  private static PluginStatus status(PluginPlan plan, RunningPlugin plugin) {
    return plan.status(
        plugin.jar(),
        plugin.attendance().closing() ? State.STOPPING : State.RUNNING,
        Optional.empty(),
        List.of(),
        plugin.attendance().jobs().size(),
        plugin.memoryBytes(),
        plugin.panels());
  }

  private PluginStatus noted(PluginStatus status) {
    return status.with(left.getOrDefault(status.id(), List.of()));
  }
}
