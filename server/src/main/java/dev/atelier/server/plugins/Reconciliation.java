package dev.atelier.server.plugins;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what runs into line with what lies in the folder and how the switches are. Belongs to the
 * host's thread and never waits there for a picture: a plugin that takes part in one ends at a
 * later {@link #run}, which its last picture asks for.
 */
final class Reconciliation {
  private static final Logger LOG = LoggerFactory.getLogger(Reconciliation.class);

  private final PluginFolder folder;
  private final Switches switches;
  private final PluginLoading loading;
  private final RunningSet running;
  private final StatusBoard board;

  /** Plugins that shall be started anew though nothing has changed. */
  private final Set<String> again = new HashSet<>();

  /** Whether the studio closes: nothing starts any more. */
  private boolean ended;

  private final List<Waiter> waiters = new ArrayList<>();

  private record Waiter(String id, CompletableFuture<Void> settled) {}

  Reconciliation(
      PluginFolder folder,
      Switches switches,
      PluginLoading loading,
      RunningSet running,
      StatusBoard board) {
    this.folder = folder;
    this.switches = switches;
    this.loading = loading;
    this.running = running;
    this.board = board;
  }

  /** A plugin is to be ended and started anew with the next {@link #run}. */
  void again(String id) {
    again.add(id);
  }

  /** Does what can be done now; nothing once all has been ended. */
  void run() {
    if (ended) {
      return;
    }
    for (RunningPlugin plugin : running.inOrder()) {
      plugin.attendance().takeFault().ifPresent(sentence -> note(plugin, sentence));
    }
    PluginPlan plan = PluginPlan.of(folder.found(), switches);
    List<RunningPlugin> stop = toStop(plan);
    again.clear();
    Set<String> wanted = plan.run().stream().map(PluginPlan::id).collect(Collectors.toSet());
    running.leaving(stop, wanted);
    if (!stop.isEmpty()) {
      board.show(plan);
    }
    List<RunningPlugin> idle = idle(stop);
    if (!idle.isEmpty() || plan.run().stream().anyMatch(this::canStart)) {
      running.moving();
      try {
        idle.forEach(this::end);
        start(plan);
      } finally {
        stop.removeAll(idle);
        running.settled();
        running.leaving(stop, wanted);
      }
      plan = PluginPlan.of(folder.found(), switches);
    }
    board.show(plan);
    tellWaiters();
  }

  private void note(RunningPlugin plugin, String sentence) {
    LOG.warn("Plugin {} is switched off: {}", plugin.id(), sentence);
    switches.failed(plugin.id(), plugin.jar().stamp(), sentence);
  }

  /** Shows how things stand without changing them. */
  void show() {
    board.show(PluginPlan.of(folder.found(), switches));
  }

  /** Completes when no version of the plugin is on its way out. */
  CompletionStage<Void> settled(String id) {
    CompletableFuture<Void> settled = new CompletableFuture<>();
    waiters.add(new Waiter(id, settled));
    tellWaiters();
    return settled;
  }

  private void tellWaiters() {
    List<Waiter> done =
        waiters.stream()
            .filter(
                waiter ->
                    running
                        .find(waiter.id())
                        .filter(plugin -> plugin.attendance().closing())
                        .isEmpty())
            .toList();
    waiters.removeAll(done);
    done.forEach(waiter -> waiter.settled().complete(null));
  }

  /** Ends everything for good, whatever pictures are in hand. */
  void endAll() {
    ended = true;
    List<RunningPlugin> all = running.inOrder();
    running.leaving(all, Set.of());
    for (int i = all.size() - 1; i >= 0; i--) {
      end(all.get(i));
    }
    tellWaiters();
  }

  /**
   * Those that shall not run, or not this jar, or not without what they depend on; dependents
   * first.
   */
  private List<RunningPlugin> toStop(PluginPlan plan) {
    List<RunningPlugin> stop = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (RunningPlugin plugin : running.inOrder()) {
      boolean stays =
          !plugin.attendance().closing()
              && !again.contains(plugin.id())
              && plan.run().stream().anyMatch(jar -> same(jar, plugin));
      if (!stays || dependsOn(plugin, ids)) {
        ids.add(plugin.id());
        stop.add(0, plugin);
      }
    }
    return stop;
  }

  private static boolean same(FoundJar jar, RunningPlugin plugin) {
    return jar.file().equals(plugin.jar().file()) && jar.stamp().equals(plugin.jar().stamp());
  }

  private static boolean dependsOn(RunningPlugin plugin, Set<String> ids) {
    return PluginPlan.dependencies(plugin.jar()).stream()
        .anyMatch(dependency -> ids.contains(dependency.getPluginId()));
  }

  /** Those that take part in no picture, and that nothing depends on which does. */
  private static List<RunningPlugin> idle(List<RunningPlugin> stop) {
    List<RunningPlugin> idle = new ArrayList<>();
    List<RunningPlugin> busy = new ArrayList<>();
    for (RunningPlugin plugin : stop) {
      boolean needed = busy.stream().anyMatch(other -> dependsOn(other, Set.of(plugin.id())));
      (needed || !plugin.attendance().jobs().isEmpty() ? busy : idle).add(plugin);
    }
    return idle;
  }

  private void end(RunningPlugin plugin) {
    running.remove(plugin);
    board.left(plugin.id(), loading.unload(plugin));
    LOG.info("Plugin {} is unloaded", plugin.id());
  }

  private boolean canStart(FoundJar jar) {
    return running.find(PluginPlan.id(jar)).isEmpty()
        && PluginPlan.dependencies(jar).stream()
            .allMatch(dependency -> dependency.isOptional() || runs(dependency.getPluginId()));
  }

  private boolean runs(String id) {
    Optional<RunningPlugin> plugin = running.find(id);
    return plugin.isPresent() && !plugin.get().attendance().closing();
  }

  private void start(PluginPlan plan) {
    for (FoundJar jar : plan.run()) {
      if (!canStart(jar)) {
        continue;
      }
      String id = PluginPlan.id(jar);
      try {
        running.add(loading.load(jar));
        LOG.info("Plugin {} runs", id);
      } catch (PluginLoading.Failed e) {
        LOG.warn("Plugin {} does not start: {}", id, e.getMessage());
        switches.failed(id, jar.stamp(), e.getMessage());
        board.left(id, e.left());
      }
    }
  }
}
