package dev.atelier.server.plugins;

import dev.atelier.models.catalog.ModelCatalog;
import dev.atelier.models.pipeline.ImageRequest;
import dev.atelier.models.pipeline.InvalidRequestException;
import dev.atelier.plugins.api.Answer;
import dev.atelier.plugins.api.Call;
import dev.atelier.server.events.StudioEvents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The plugins of a studio. One thread owns everything that changes (PF4J's manager is not
 * thread-safe) and waits for no picture. Pictures and requests come on threads of their own and see
 * what runs through {@link RunningSet}.
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

  private final Consumer<UUID> cancelJob;
  private final RunningSet running = new RunningSet();
  private final PluginLoading loading;
  private final PluginFolder folder;
  private final Switches switches;

  private final StatusBoard board;
  private final Reconciliation reconciliation;

  private PluginHost(
      PluginPlaces places,
      PluginLimits limits,
      StudioEvents events,
      Supplier<ModelCatalog> models,
      Consumer<UUID> cancelJob) {
    this.cancelJob = cancelJob;
    switches = new Switches(places.switches());
    folder = new PluginFolder(places.folder(), limits.settle(), thread, this::reconcile);
    loading =
        new PluginLoading(places, limits, events, models, this::fault, () -> soon(this::reconcile));
    board = new StatusBoard(events, running);
    reconciliation = new Reconciliation(folder, switches, loading, running, board);
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
    return board.plugins();
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
   * A request as plugins want it queued: what it says to them checked and with defaults filled in.
   * Blocks, and waits for a plugin that is being exchanged in this moment.
   *
   * @throws InvalidRequestException when it speaks to one that does not run, says what it may not,
   *     or asks for what one of them cannot make
   */
  public ImageRequest admit(ImageRequest request) {
    ImageRequest complete = running.complete(request);
    running
        .refusal(complete, this::fault)
        .ifPresent(
            refusal -> {
              throw new InvalidRequestException(refusal.field(), refusal.sentence());
            });
    return complete;
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
          reconciliation.again(id);
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

  /**
   * Puts a jar into the folder, in the place of the one that has its plugin by now.
   *
   * @return the plugin's id, once no older version of it runs; whether it starts says {@link
   *     #plugins}. Fails with {@link UnusableJarException} when the jar can be no plugin
   */
  public CompletionStage<String> install(byte[] jar) {
    return submit(
            () -> {
              String id = folder.take(jar);
              reconcile();
              return reconciliation.settled(id).thenApply(settled -> id);
            })
        .thenCompose(installed -> installed);
  }

  private interface Change {
    void make() throws IOException;
  }

  /** Whether there is such a plugin; completes when all is as it shall be with it. */
  private CompletionStage<Boolean> change(String id, boolean cancel, Change change) {
    if (cancel) {
      running.find(id).ifPresent(plugin -> plugin.pictures().forEach(cancelJob));
    }
    return submit(
            () -> {
              if (plugins().stream().noneMatch(plugin -> plugin.id().equals(id))) {
                return CompletableFuture.completedStage(false);
              }
              change.make();
              reconcile();
              return reconciliation.settled(id).thenApply(settled -> true);
            })
        .thenCompose(changed -> changed);
  }

  private void reconcile() {
    reconciliation.run();
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

  /** A plugin did what it must not: it takes part in nothing from now on. */
  private void fault(RunningPlugin plugin, String sentence) {
    plugin.fail(sentence);
    soon(reconciliation::run);
  }

  /** A job needs its plugins no more. */
  private void left(List<RunningPlugin> plugins) {
    soon(
        () -> {
          plugins.forEach(this::measure);
          reconciliation.show();
        });
  }

  private void measure(RunningPlugin plugin) {
    if (running.find(plugin.id()).filter(plugin::equals).isPresent()) {
      try {
        plugin.measure();
      } catch (PluginFault e) {
        fault(plugin, e.getMessage());
      }
    }
  }

  /** On the host's thread, if there still is one: the studio may be closing. */
  private void soon(Runnable work) {
    try {
      thread.execute(work);
    } catch (RejectedExecutionException e) {
      LOG.debug("The studio closes", e);
    }
  }

  /** Ends every plugin. Blocks. */
  @Override
  public void close() throws IOException {
    folder.close();
    submit(
            () -> {
              reconciliation.endAll();
              return null;
            })
        .toCompletableFuture()
        .orTimeout(CLOSE_SECONDS, TimeUnit.SECONDS)
        .handle((done, e) -> null)
        .join();
    thread.shutdownNow();
  }
}
