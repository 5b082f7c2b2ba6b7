package dev.atelier.server;

import dev.atelier.models.pipeline.ImageRequest;
import dev.atelier.server.events.EventsSocket;
import dev.atelier.server.events.PreviewSender;
import dev.atelier.server.events.StudioEvents;
import dev.atelier.server.gallery.FileGallery;
import dev.atelier.server.gpu.GpuWorker;
import dev.atelier.server.gpu.ImageGenerator;
import dev.atelier.server.gpu.SystemMonitor;
import dev.atelier.server.inputs.InputStore;
import dev.atelier.server.jobs.DurableJobQueue;
import dev.atelier.server.plugins.PictureParts;
import dev.atelier.server.store.Database;
import dev.atelier.server.store.TimeOrderedIds;
import dev.atelier.server.studio.Greeting;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

/** A studio's rooms on a data folder, with a generator of the test's, but without the HTTP API. */
public final class Rooms {
  public final Vertx vertx = Vertx.vertx();
  public final StudioEvents events = new StudioEvents(vertx);
  public final EventLog log = EventLog.of(events);
  public final Database database;
  public final DurableJobQueue queue;
  public final FileGallery gallery;
  public final InputStore inputs;
  public final SystemMonitor monitor;
  public final EventsSocket socket;
  public final AtomicLong nanoTime = new AtomicLong();
  private final PreviewSender previews;
  private GpuWorker worker;

  /** Opens the parts of plugins; nobody has any. */
  public BiFunction<UUID, ImageRequest, PictureParts> plugins =
      (job, request) -> PictureParts.none(request);

  private Runnable letGo = () -> {};

  /** What the gallery asks for the hash of a model. */
  public volatile Function<String, Optional<String>> modelHashes = model -> Optional.empty();

  private Rooms(Path data, EventsSocket.Limits limits) {
    InstantSource clock = InstantSource.system();
    TimeOrderedIds ids = new TimeOrderedIds(clock);
    database = Database.open(vertx, data.resolve("atelier.db")).await();
    queue = DurableJobQueue.open(database, events, ids, clock).await();
    gallery =
        FileGallery.open(
                vertx,
                database,
                data.resolve("gallery"),
                events,
                ids,
                clock,
                model -> modelHashes.apply(model),
                "test")
            .await();
    inputs = InputStore.open(vertx, database, data.resolve("inputs"), clock).await();
    monitor = new SystemMonitor("test", queue, events);
    socket = EventsSocket.open(vertx, events, new Greeting(queue, monitor), limits).await();
    previews = new PreviewSender(vertx, events, socket::watched, nanoTime::get);
  }

  /** Opens the rooms; nobody works yet. */
  public static Rooms open(Path data) {
    return new Rooms(data, EventsSocket.Limits.DEFAULT);
  }

  public static Rooms open(Path data, EventsSocket.Limits limits) {
    return new Rooms(data, limits);
  }

  /** Sets the worker to work with that generator, which is let go when the rooms are closed. */
  public Rooms work(GradientGenerator generator) {
    letGo = generator::letGo;
    return work(() -> generator);
  }

  /** Sets the worker to work with what is opened on its thread. */
  public Rooms work(Supplier<ImageGenerator> generator) {
    worker = new GpuWorker(queue, gallery, events, previews, monitor, plugins, nanoTime::get);
    worker.start(generator).await();
    return this;
  }

  /** Ends the worker as the studio's own stop does. */
  public Future<Void> stopWorker() {
    return worker.stop();
  }

  /** Serves the WebSocket; the port. */
  public int listen() {
    Router router = Router.router(vertx);
    router.get("/api/v1/events").handler(socket);
    HttpServer server =
        vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1").await();
    return server.actualPort();
  }

  /** Lets the generator go and ends the worker, if there is one; again does nothing. */
  public void endWork() {
    if (worker != null) {
      Future<Void> stopped = stopWorker();
      letGo.run();
      stopped.await();
      worker = null;
    }
  }

  /** Ends everything. */
  public void close() {
    endWork();
    previews.close().await();
    database.close().await();
    vertx.close().await();
  }
}
