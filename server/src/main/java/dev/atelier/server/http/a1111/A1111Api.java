package dev.atelier.server.http.a1111;

import dev.atelier.server.intake.JobIntake;
import dev.atelier.server.jobs.Job;
import dev.atelier.server.jobs.JobState;
import dev.atelier.server.studio.Studio;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@code /sdapi/v1}: what AUTOMATIC1111's clients ask for. */
public final class A1111Api {
  /** The one route whose bodies may be large. */
  public static final String PNG_INFO = "/sdapi/v1/png-info";

  /** Bytes that a body of {@value #PNG_INFO} may have. */
  public static final long PNG_INFO_LIMIT = PngInfo.LIMIT;

  private final Vertx vertx;
  private final Studio studio;
  private final Txt2Img txt2img;
  private final Options options;

  /** Reads AUTOMATIC1111's defaults from the class path. */
  public static Future<A1111Api> load(Vertx vertx, Studio studio, JobIntake intake) {
    return Future.all(
            vertx.fileSystem().readFile("atelier/a1111/txt2img-defaults.json"),
            vertx.fileSystem().readFile("atelier/a1111/options.json"))
        .map(
            files ->
                new A1111Api(
                    vertx,
                    studio,
                    new Txt2Img(vertx, studio, intake, files.<Buffer>resultAt(0).toJsonObject()),
                    new Options(files.<Buffer>resultAt(1).toJsonObject())));
  }

  private A1111Api(Vertx vertx, Studio studio, Txt2Img txt2img, Options options) {
    this.vertx = vertx;
    this.studio = studio;
    this.txt2img = txt2img;
    this.options = options;
  }

  /** Adds the routes. */
  public void bind(Router router) {
    router.post("/sdapi/v1/txt2img").handler(this::txt2img);
    router.get("/sdapi/v1/options").handler(this::options);
    router.post("/sdapi/v1/options").handler(this::setOptions);
    router
        .get("/sdapi/v1/sd-models")
        .handler(context -> json(context, Checkpoints.list(studio.models())));
    router
        .get("/sdapi/v1/sd-vae")
        .handler(context -> json(context, Vaes.list(studio.models().catalog())));
    router.get("/sdapi/v1/samplers").handler(context -> json(context, SamplerNames.list()));
    router.get("/sdapi/v1/schedulers").handler(context -> json(context, Schedulers.list()));
    router.get("/sdapi/v1/embeddings").handler(this::embeddings);
    router.get("/sdapi/v1/progress").handler(this::progress);
    router.post("/sdapi/v1/interrupt").handler(this::interrupt);
    router.post(PNG_INFO).handler(this::pngInfo);
  }

  private void txt2img(RoutingContext context) {
    Txt2ImgRequest request = new Txt2ImgRequest(LenientFields.body(context));
    txt2img
        .queue(request.batches(options, studio.models().catalog()))
        .compose(
            jobs -> {
              abandonWhenGone(context, jobs);
              return txt2img.answer(request, jobs);
            })
        .onSuccess(answer -> send(context, answer))
        .onFailure(context::fail);
  }

  private void abandonWhenGone(RoutingContext context, List<Job> jobs) {
    if (context.response().closed()) {
      txt2img.abandon(jobs);
    } else {
      context.response().closeHandler(gone -> txt2img.abandon(jobs));
    }
  }

  private void options(RoutingContext context) {
    json(context, options.json(studio.models().catalog()));
  }

  private void setOptions(RoutingContext context) {
    options.set(LenientFields.body(context), studio.models().catalog());
    send(context, Buffer.buffer("null"));
  }

  private void embeddings(RoutingContext context) {
    vertx
        .executeBlocking(() -> EmbeddingList.of(studio.models().catalog()))
        .onSuccess(list -> json(context, list))
        .onFailure(context::fail);
  }

  private void progress(RoutingContext context) {
    running().onSuccess(job -> json(context, Progress.of(job))).onFailure(context::fail);
  }

  private Future<Optional<Job>> running() {
    return studio.jobs().list(Set.of(JobState.RUNNING), 1).map(jobs -> jobs.stream().findFirst());
  }

  private void interrupt(RoutingContext context) {
    running()
        .compose(
            job ->
                job.map(found -> studio.jobs().cancel(found.id()))
                    .orElseGet(() -> Future.succeededFuture(Optional.empty())))
        .onSuccess(cancelled -> json(context, new JsonObject()))
        .onFailure(context::fail);
  }

  private void pngInfo(RoutingContext context) {
    Buffer body = Optional.ofNullable(context.body().buffer()).orElseGet(Buffer::buffer);
    vertx
        .executeBlocking(() -> PngInfo.answer(body))
        .onSuccess(answer -> json(context, answer))
        .onFailure(context::fail);
  }

  private static void json(RoutingContext context, Object value) {
    send(context, Json.encodeToBuffer(value));
  }

  private static void send(RoutingContext context, Buffer json) {
    if (context.response().closed()) {
      return;
    }
    context
        .response()
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .end(json);
  }
}
