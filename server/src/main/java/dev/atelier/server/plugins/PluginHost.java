package dev.atelier.server.plugins;

import dev.atelier.models.catalog.ModelCatalog;
import dev.atelier.models.pipeline.ImageRequest;
import dev.atelier.models.pipeline.InvalidRequestException;
import dev.atelier.plugins.api.Answer;
import dev.atelier.plugins.api.Call;
import dev.atelier.server.events.StudioEvents;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The plugins of a studio. One thread owns everything that changes (PF4J's manager is not
 * thread-safe) and waits for no picture. Pictures and requests come on threads of their own and see
 * what runs through {@link RunningSet}.
 */
public final class PluginHost implements AutoCloseable {
  private static final long CLOSE_SECONDS = 60;

  private final HostThread thread = new HostThread();
  private final RunningSet running = new RunningSet();
  private final PluginLoading loading;
  private final PluginFolder folder;
  private final StatusBoard board;
  private final Reconciliation reconciliation;
  private final PluginChanges changes;
  private final Annotators annotators;
  private final JobTypes jobTypes;

  private PluginHost(
      PluginPlaces places,
      PluginLimits limits,
      StudioEvents events,
      Supplier<ModelCatalog> models,
      Consumer<UUID> cancelJob) {
    Switches switches = new Switches(places.switches());
    folder = new PluginFolder(places.folder(), limits.settle(), thread.executor(), this::reconcile);
    loading =
        new PluginLoading(
            places, limits, events, models, this::fault, () -> thread.soon(this::reconcile));
    board = new StatusBoard(events, running);
    reconciliation = new Reconciliation(folder, switches, loading, running, board);
    annotators = new Annotators(running, this::fault);
    jobTypes = new JobTypes(running, this::fault);
    changes =
        new PluginChanges(thread, folder, switches, running, board, reconciliation, cancelJob);
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
    host.thread
        .submit(
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
    Optional<RunningPlugin> plugin =
        running.find(id).filter(found -> !found.attendance().closing());
    try {
      return plugin.flatMap(RunningPlugin::routes).map(routes -> routes.answer(call));
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

  /** What makes control maps. */
  public Annotators annotators() {
    return annotators;
  }

  /** What does long work. */
  public JobTypes jobTypes() {
    return jobTypes;
  }

  /** The user's changes: switches, jars that come and go. */
  public PluginChanges changes() {
    return changes;
  }

  private void reconcile() {
    reconciliation.run();
  }

  /** A plugin did what it must not: it takes part in nothing from now on. */
  private void fault(RunningPlugin plugin, String sentence) {
    plugin.attendance().fail(sentence);
    thread.soon(this::reconcile);
  }

  /** A job needs its plugins no more. */
  private void left(List<RunningPlugin> plugins) {
    thread.soon(
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

  /** Ends every plugin. Blocks. */
  @Override
  public void close() throws IOException {
    folder.close();
    thread
        .submit(
            () -> {
              reconciliation.endAll();
              return null;
            })
        .toCompletableFuture()
        .orTimeout(CLOSE_SECONDS, TimeUnit.SECONDS)
        .handle((done, e) -> null)
        .join();
    thread.close(CLOSE_SECONDS);
  }
}
