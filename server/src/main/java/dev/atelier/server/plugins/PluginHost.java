package dev.atelier.server.plugins;

import dev.atelier.models.catalog.ModelCatalog;
import dev.atelier.models.pipeline.ImageRequest;
import dev.atelier.models.pipeline.InvalidRequestException;
import dev.atelier.plugins.api.Answer;
import dev.atelier.plugins.api.Call;
import dev.atelier.server.events.StudioEvents;
import dev.atelier.server.plugins.PluginStatus.State;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The plugins of a studio. One thread owns everything that changes (PF4J's manager is not
 * thread-safe): it brings what runs into line with what lies in the folder and how the switches
 * are. Pictures and requests come on threads of their own and see what runs through {@link
 * RunningSet}.
 */
public final class PluginHost implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PluginHost.class);
  private static final long CLOSE_SECONDS = 60;

  private final ScheduledThreadPoolExecutor thread =
      new ScheduledThreadPoolExecutor(
          1,
          work -> {
            Thread made = new Thread(work, "plugin-host");
            made.setDaemon(true);
            return made;
          });

  private final StudioEvents events;
  private final Consumer<UUID> cancelJob;
  private final RunningSet running = new RunningSet();
  private final PluginLoading loading;
  private final PluginFolder folder;
  private final Switches switches;

  /** Plugins that shall be started anew though nothing has changed. */
  private final Set<String> again = new HashSet<>();

  /** What plugins left behind when they ended, by id. */
  private final Map<String, List<String>> left = new TreeMap<>();

  private volatile List<PluginStatus> plugins = List.of();

  private PluginHost(
      PluginPlaces places,
      PluginLimits limits,
      StudioEvents events,
      Supplier<ModelCatalog> models,
      Consumer<UUID> cancelJob) {
    this.events = events;
    this.cancelJob = cancelJob;
    switches = new Switches(places.switches());
    folder = new PluginFolder(places.folder(), limits.settle(), thread, this::reconcile);
    loading = new PluginLoading(places, limits, events, models, this::fault);
  }

  /**
   * Starts the plugins that are there and watches the folder. Blocks until they run.
   *
   * @param models the models on disk, as they are when a plugin asks
   * @param cancelJob asks for a job to end at its next step
   * @throws IOException when the folders cannot be made
   */
  public static PluginHost open(
      PluginPlaces places,
      PluginLimits limits,
      StudioEvents events,
      Supplier<ModelCatalog> models,
      Consumer<UUID> cancelJob)
      throws IOException {
    PluginHost host = new PluginHost(places, limits, events, models, cancelJob);
    host.loading.open();
    host.submit(
            () -> {
              host.folder.open();
              host.reconcile();
              return null;
            })
        .toCompletableFuture()
        .join();
    return host;
  }

  /** Every plugin as it stands, by id. */
  public List<PluginStatus> plugins() {
    return plugins;
  }

  /** Where jars are dropped. */
  public Path folder() {
    return folder.path();
  }

  /**
   * A file of a panel.
   *
   * @param path as in its address
   */
  public Optional<PanelFiles.PanelFile> file(String path) {
    return running.file(path);
  }

  /**
   * Has a plugin answer a request; blocks.
   *
   * @return empty when there is no such plugin or it answers no requests
   * @throws PluginFault when it throws or blocks
   */
  public Optional<Answer> answer(String id, Call call) {
    Optional<RunningPlugin> plugin = running.find(id).filter(found -> !found.closing());
    try {
      return plugin.flatMap(found -> found.answer(call));
    } catch (PluginFault e) {
      plugin.ifPresent(found -> fault(found, e.getMessage()));
      throw e;
    }
  }

  /**
   * What a request says to plugins, checked and with defaults filled in.
   *
   * @throws InvalidRequestException when it speaks to one that does not run, or says what it may
   *     not
   */
  public ImageRequest complete(ImageRequest request) {
    return running.complete(request);
  }

  /**
   * Opens the parts of plugins in a job. Waits while plugins are exchanged. To be called, and its
   * result used and closed, on the worker's thread.
   *
   * @throws PluginFault when the pictures cannot be made as they were ordered
   */
  public PictureParts open(UUID job, ImageRequest request) {
    return PictureOpening.open(running, job, request, this::fault, this::left);
  }

  /** Switches a plugin on, also one that was switched off for a fault. */
  public CompletionStage<Boolean> enable(String id) {
    return change(id, false, () -> switches.enable(id));
  }

  /**
   * Switches a plugin off.
   *
   * @param cancel whether to cancel the pictures that it takes part in, rather than wait for them
   */
  public CompletionStage<Boolean> disable(String id, boolean cancel) {
    return change(id, cancel, () -> switches.disable(id));
  }

  /** Ends a plugin and starts it anew from its jar. */
  public CompletionStage<Boolean> reload(String id, boolean cancel) {
    return change(
        id,
        cancel,
        () -> {
          switches.enable(id);
          again.add(id);
          folder.look();
        });
  }

  /** Ends a plugin and deletes its jars. */
  public CompletionStage<Boolean> remove(String id, boolean cancel) {
    return change(
        id,
        cancel,
        () -> {
          for (FoundJar jar : folder.found()) {
            boolean named = jar.file().getFileName().toString().equals(id);
            if (named || jar.descriptor().filter(d -> d.getPluginId().equals(id)).isPresent()) {
              Files.deleteIfExists(jar.file());
            }
          }
          folder.look();
        });
  }

  private interface Change {
    void make() throws IOException;
  }

  /** Whether there is such a plugin; completes when all is as it shall be. */
  private CompletionStage<Boolean> change(String id, boolean cancel, Change change) {
    if (cancel) {
      // Not on the host's thread, which may be waiting for these very pictures.
      running.find(id).ifPresent(plugin -> plugin.pictures().forEach(cancelJob));
    }
    return submit(
        () -> {
          if (plugins.stream().noneMatch(plugin -> plugin.id().equals(id))) {
            return false;
          }
          change.make();
          reconcile();
          return true;
        });
  }

  private <T> CompletionStage<T> submit(Callable<T> work) {
    CompletableFuture<T> done = new CompletableFuture<>();
    thread.execute(
        () -> {
          try {
            done.complete(work.call());
          } catch (Throwable e) {
            done.completeExceptionally(e);
          }
        });
    return done;
  }

  /** Brings what runs into line with the folder and the switches. */
  private void reconcile() {
    PluginPlan plan = PluginPlan.of(folder.found(), switches);
    List<RunningPlugin> stop = toStop(plan);
    if (!stop.isEmpty()) {
      running.leaving(stop);
      publish(plan);
      stop.forEach(this::awaitIdle);
    }
    if (!stop.isEmpty() || plan.run().stream().anyMatch(jar -> !runs(jar))) {
      running.moving();
      try {
        stop.forEach(this::end);
        start(plan);
      } finally {
        running.settled();
        again.clear();
      }
      plan = PluginPlan.of(folder.found(), switches);
    }
    publish(plan);
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
          plan.run().stream().anyMatch(jar -> same(jar, plugin)) && !again.contains(plugin.id());
      boolean orphan =
          PluginPlan.dependencies(plugin.jar()).stream()
              .anyMatch(dependency -> ids.contains(dependency.getPluginId()));
      if (!stays || orphan) {
        ids.add(plugin.id());
        stop.add(0, plugin);
      }
    }
    return stop;
  }

  private static boolean same(FoundJar jar, RunningPlugin plugin) {
    return jar.file().equals(plugin.jar().file()) && jar.stamp().equals(plugin.jar().stamp());
  }

  private boolean runs(FoundJar jar) {
    return running.find(PluginPlan.id(jar)).isPresent();
  }

  private void awaitIdle(RunningPlugin plugin) {
    try {
      plugin.awaitIdle();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void end(RunningPlugin plugin) {
    running.remove(plugin);
    keep(plugin.id(), loading.unload(plugin));
    LOG.info("Plugin {} is unloaded", plugin.id());
  }

  private void keep(String id, List<String> notes) {
    if (notes.isEmpty()) {
      left.remove(id);
    } else {
      left.put(id, notes);
    }
  }

  private void start(PluginPlan plan) {
    for (FoundJar jar : plan.run()) {
      boolean ready =
          PluginPlan.dependencies(jar).stream()
              .allMatch(d -> d.isOptional() || running.find(d.getPluginId()).isPresent());
      if (runs(jar) || !ready) {
        continue;
      }
      String id = PluginPlan.id(jar);
      try {
        running.add(loading.load(jar));
        LOG.info("Plugin {} runs", id);
      } catch (PluginLoading.Failed e) {
        LOG.warn("Plugin {} does not start: {}", id, e.getMessage());
        switches.failed(id, jar.stamp(), e.getMessage());
        keep(id, e.left());
      }
    }
  }

  /** A plugin did what it must not: it takes part in nothing from now on. */
  private void fault(RunningPlugin plugin, String sentence) {
    plugin.close();
    thread.execute(
        () -> {
          if (running.find(plugin.id()).filter(plugin::equals).isPresent()) {
            LOG.warn("Plugin {} is switched off: {}", plugin.id(), sentence);
            switches.failed(plugin.id(), plugin.jar().stamp(), sentence);
            reconcile();
          }
        });
  }

  /** A job needs its plugins no more. */
  private void left(List<RunningPlugin> plugins) {
    thread.execute(
        () -> {
          for (RunningPlugin plugin : plugins) {
            if (running.find(plugin.id()).filter(plugin::equals).isPresent()) {
              try {
                plugin.measure();
              } catch (PluginFault e) {
                fault(plugin, e.getMessage());
              }
            }
          }
          publish(PluginPlan.of(folder.found(), switches));
        });
  }

  private void publish(PluginPlan plan) {
    Map<String, PluginStatus> all = new TreeMap<>();
    plan.others().forEach(status -> all.put(status.id(), noted(status)));
    for (FoundJar jar : plan.run()) {
      // Not running though it should: what it depends on has failed in this very moment.
      all.put(
          PluginPlan.id(jar),
          noted(plan.status(jar, State.WAITING, Optional.of("It waits for a plugin it needs."))));
    }
    for (RunningPlugin plugin : running.inOrder()) {
      State state = plugin.closing() ? State.STOPPING : State.RUNNING;
      all.put(
          plugin.id(),
          noted(
              plan.status(
                  plugin.jar(),
                  state,
                  Optional.empty(),
                  List.of(),
                  plugin.pictures().size(),
                  plugin.memoryBytes(),
                  plugin.panels())));
    }
    List<PluginStatus> now = List.copyOf(all.values());
    if (!now.equals(plugins)) {
      plugins = now;
      events.publish(new JsonObject().put("type", "plugins"));
    }
  }

  private PluginStatus noted(PluginStatus status) {
    return status.with(left.getOrDefault(status.id(), List.of()));
  }

  /** Ends every plugin. Blocks. */
  @Override
  public void close() throws IOException {
    folder.close();
    submit(
            () -> {
              List<RunningPlugin> all = running.inOrder();
              running.leaving(all);
              for (int i = all.size() - 1; i >= 0; i--) {
                end(all.get(i));
              }
              return null;
            })
        .toCompletableFuture()
        .orTimeout(CLOSE_SECONDS, TimeUnit.SECONDS)
        .handle((done, e) -> null)
        .join();
    thread.shutdownNow();
  }
}
