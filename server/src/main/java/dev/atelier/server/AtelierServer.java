package dev.atelier.server;

import dev.atelier.models.catalog.ModelCatalog;
import dev.atelier.models.pipeline.PictureSource;
import dev.atelier.models.pipeline.PromptCounter;
import dev.atelier.server.downloads.Downloads;
import dev.atelier.server.events.EventsSocket;
import dev.atelier.server.events.PreviewSender;
import dev.atelier.server.events.StudioEvents;
import dev.atelier.server.folders.ModelFolders;
import dev.atelier.server.folders.StartFolders;
import dev.atelier.server.gallery.FileGallery;
import dev.atelier.server.gpu.GpuWorker;
import dev.atelier.server.gpu.ImageGenerator;
import dev.atelier.server.gpu.StableDiffusionGenerator;
import dev.atelier.server.gpu.SystemMonitor;
import dev.atelier.server.http.HttpLimits;
import dev.atelier.server.http.StudioHttp;
import dev.atelier.server.inputs.InputStore;
import dev.atelier.server.jobs.DurableJobQueue;
import dev.atelier.server.pluginjobs.PluginJobs;
import dev.atelier.server.plugins.BundledPlugins;
import dev.atelier.server.plugins.PluginHost;
import dev.atelier.server.plugins.PluginLimits;
import dev.atelier.server.plugins.PluginPlaces;
import dev.atelier.server.store.DataFolder;
import dev.atelier.server.store.Database;
import dev.atelier.server.store.TimeOrderedIds;
import dev.atelier.server.studio.Greeting;
import dev.atelier.server.studio.ModelHashes;
import dev.atelier.server.studio.ModelLibrary;
import dev.atelier.server.studio.Studio;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;

/** A running studio: opens the rooms, joins them and closes them in reverse. */
public final class AtelierServer {
  private final Vertx vertx = Vertx.vertx();

  /** Closes what has been opened, the last one first. */
  private final Deque<Supplier<Future<Void>>> open = new ArrayDeque<>();

  private int port;

  private AtelierServer() {
    open.push(vertx::close);
  }

  /** Starts a studio; the future completes when it takes requests. */
  public static Future<AtelierServer> start(ServerConfig config) {
    return start(
        config,
        (catalog, pictures) -> new StableDiffusionGenerator(catalog, pictures, config.memory()));
  }

  /** Opens an engine on the worker's thread. */
  interface EngineOpener {
    /**
     * @param catalog the models on disk
     * @param pictures those that requests begin with
     */
    ImageGenerator open(Supplier<ModelCatalog> catalog, PictureSource pictures);
  }

  /** Starts a studio that makes no pictures: for whatever else there is to do in it. */
  public static Future<AtelierServer> startWithoutEngine(ServerConfig config) {
    return start(config, null);
  }

  /**
   * Starts a studio with another engine than its own.
   *
   * @param engine opens the engine on the models that it is shown, on the worker's thread; null for
   *     a studio without one
   */
  static Future<AtelierServer> start(ServerConfig config, EngineOpener engine) {
    AtelierServer server = new AtelierServer();
    Promise<AtelierServer> started = Promise.promise();
    // One step waits for the one before, which only a thread outside of Vert.x may do.
    new Thread(() -> server.open(config, engine, started), "atelier-start").start();
    return started
        .future()
        .recover(cause -> server.close().transform(closed -> Future.failedFuture(cause)));
  }

  private void open(ServerConfig config, EngineOpener engine, Promise<AtelierServer> started) {
    try {
      open(config, engine);
      started.complete(this);
    } catch (Exception | LinkageError e) {
      started.fail(e);
    }
  }

  private void open(ServerConfig config, EngineOpener engine) throws IOException {
    DataFolder folder = DataFolder.open(config.dataDir());
    open.push(() -> vertx.executeBlocking(() -> closed(folder)));
    Database database = Database.open(vertx, folder.database()).await();
    open.push(database::close);

    StudioEvents events = new StudioEvents(vertx);
    InstantSource clock = InstantSource.system();
    TimeOrderedIds ids = new TimeOrderedIds(clock);
    DurableJobQueue queue = DurableJobQueue.open(database, events, ids, clock).await();
    ModelHashes hashes = ModelHashes.open(folder.modelHashes(), events);
    open.push(() -> vertx.executeBlocking(() -> closed(hashes)));
    ModelFolders folders =
        ModelFolders.open(vertx, database, ids, clock, startFolders(config)).await();
    ModelLibrary models = ModelLibrary.open(vertx, folders, events, hashes).await();
    Downloads downloads =
        Downloads.open(vertx, database, events, ids, clock, config.downloads(), models::rescan)
            .await();
    open.push(downloads::close);
    FileGallery gallery =
        FileGallery.open(
                vertx,
                database,
                folder.gallery(),
                events,
                ids,
                clock,
                models::hashOfUsed,
                version())
            .await();

    InputStore inputs = InputStore.open(vertx, database, folder.inputs(), clock).await();
    SystemMonitor monitor = new SystemMonitor(version(), queue, events);
    EventsSocket socket =
        EventsSocket.open(vertx, events, new Greeting(queue, monitor), EventsSocket.Limits.DEFAULT)
            .await();
    PreviewSender previews = new PreviewSender(vertx, events, socket::watched, System::nanoTime);
    open.push(previews::close);
    PluginPlaces places = PluginPlaces.in(folder.path());
    config.plugins().bundled().ifPresent(from -> BundledPlugins.lay(from, places));
    PluginHost plugins =
        PluginHost.open(places, PluginLimits.USUAL, events, models::catalog, queue::cancel);
    open.push(() -> vertx.executeBlocking(() -> closed(plugins)));
    if (engine != null) {
      GpuWorker worker =
          new GpuWorker(queue, gallery, events, previews, monitor, plugins::open, System::nanoTime);
      open.push(worker::stop);
      worker.start(() -> engine.open(models::catalog, inputs)).await();
    }
    PluginJobs pluginJobs =
        PluginJobs.open(
                vertx,
                database,
                events,
                ids,
                clock,
                folder.jobResults(),
                plugins.jobTypes(),
                queue,
                gallery,
                plugins::admit)
            .await();
    open.push(pluginJobs::close);

    PromptCounter prompts = new PromptCounter();
    open.push(() -> vertx.executeBlocking(() -> closed(prompts)));
    Studio studio =
        new Studio(
            version(),
            queue,
            gallery,
            inputs,
            models,
            downloads,
            prompts,
            monitor,
            socket,
            plugins,
            pluginJobs);
    HttpServer http =
        StudioHttp.listen(
                vertx,
                studio,
                config.host(),
                config.port(),
                config.allowedHosts(),
                HttpLimits.USUAL
                    .withPluginUpload(config.plugins().upload())
                    .withModelFolders(config.addsFolders()))
            .await();
    open.push(http::close);
    open.push(socket::close);
    port = http.actualPort();
    noteAddress(config);
  }

  /** For commands that want to talk to it. */
  private void noteAddress(ServerConfig config) throws IOException {
    Path note = DataFolder.address(config.dataDir());
    boolean every = List.of("0.0.0.0", "::").contains(config.host());
    String host = config.host().contains(":") ? "[" + config.host() + "]" : config.host();
    Files.writeString(note, "http://" + (every ? "127.0.0.1" : host) + ":" + port);
    open.push(() -> vertx.executeBlocking(() -> Files.deleteIfExists(note)).mapEmpty());
  }

  private static StartFolders startFolders(ServerConfig config) {
    return new StartFolders(
        config.modelDirs(),
        config.downloads().folder().root(),
        config.builtInModels(),
        config.dataDir());
  }

  private static Void closed(AutoCloseable room) throws Exception {
    room.close();
    return null;
  }

  /** Atelier's version, from the manifest of its jar. */
  public static String version() {
    String version = AtelierServer.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  /** The port it listens on. */
  public int port() {
    return port;
  }

  /**
   * Stops taking requests, puts the running picture back into the queue and ends every thread. Goes
   * on when something does not close, and fails with the last fault.
   */
  public Future<Void> close() {
    Future<Void> closed = Future.succeededFuture();
    while (!open.isEmpty()) {
      Supplier<Future<Void>> next = open.pop();
      closed =
          closed.transform(
              before ->
                  next.get()
                      .compose(
                          now ->
                              before.succeeded()
                                  ? Future.succeededFuture()
                                  : Future.failedFuture(before.cause())));
    }
    return closed;
  }
}
