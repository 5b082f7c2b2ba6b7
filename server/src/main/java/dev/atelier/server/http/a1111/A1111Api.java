package dev.atelier.server.http.a1111;

import dev.atelier.models.pipeline.InputPicture;
import dev.atelier.models.pipeline.Start;
import dev.atelier.server.inputs.UnusableInputException;
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

  /** The route whose bodies hold pictures in base64. */
  public static final String IMG2IMG = "/sdapi/v1/img2img";

  /** Bytes that a body of {@value #IMG2IMG} may have. */
  public static final long IMG2IMG_LIMIT = 48L << 20;

  private final Vertx vertx;
  private final Studio studio;
  private final PictureAnswers pictures;
  private final Options options;
  private final JsonObject txt2imgDefaults;
  private final JsonObject img2imgDefaults;

  /** Reads AUTOMATIC1111's defaults from the class path. */
  public static Future<A1111Api> load(Vertx vertx, Studio studio, JobIntake intake) {
    return Future.all(
            vertx.fileSystem().readFile("atelier/a1111/txt2img-defaults.json"),
            vertx.fileSystem().readFile("atelier/a1111/img2img-defaults.json"),
            vertx.fileSystem().readFile("atelier/a1111/options.json"))
        .map(
            files ->
                new A1111Api(
                    vertx,
                    studio,
                    new PictureAnswers(vertx, studio, intake),
                    files.<Buffer>resultAt(0).toJsonObject(),
                    files.<Buffer>resultAt(1).toJsonObject(),
                    new Options(files.<Buffer>resultAt(2).toJsonObject())));
  }

  private A1111Api(
      Vertx vertx,
      Studio studio,
      PictureAnswers pictures,
      JsonObject txt2imgDefaults,
      JsonObject img2imgDefaults,
      Options options) {
    this.vertx = vertx;
    this.studio = studio;
    this.pictures = pictures;
    this.txt2imgDefaults = txt2imgDefaults;
    this.img2imgDefaults = img2imgDefaults;
    this.options = options;
  }

  /** Adds the routes. */
  public void bind(Router router) {
    router.post("/sdapi/v1/txt2img").handler(this::txt2img);
    router.post(IMG2IMG).handler(this::img2img);
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
    router.get("/sdapi/v1/loras").handler(this::loras);
    router.post("/sdapi/v1/refresh-loras").handler(this::refreshLoras);
    router.get("/sdapi/v1/progress").handler(this::progress);
    router.post("/sdapi/v1/interrupt").handler(this::interrupt);
    router.post(PNG_INFO).handler(this::pngInfo);
  }

  private void txt2img(RoutingContext context) {
    PictureRequest request = new PictureRequest(LenientFields.body(context));
    Start start = request.fromNoise(options, studio.models().catalog());
    answer(context, request, start, request.echo(txt2imgDefaults))
        .onSuccess(answer -> send(context, answer))
        .onFailure(context::fail);
  }

  private Future<Buffer> answer(
      RoutingContext context, PictureRequest request, Start start, JsonObject echo) {
    return pictures
        .queue(request.batches(options, studio.models().catalog(), start))
        .compose(
            jobs -> {
              abandonWhenGone(context, jobs);
              return pictures.answer(request, echo, jobs);
            });
  }

  private void img2img(RoutingContext context) {
    // Reading a body of that size takes too long for the event loop.
    vertx
        .executeBlocking(() -> Img2ImgRequest.of(LenientFields.body(context)))
        .compose(
            request -> {
              PictureRequest common = new PictureRequest(request.fields());
              common.check();
              return stored(request)
                  .compose(start -> answer(context, common, start, request.echo(img2imgDefaults)));
            })
        .onSuccess(answer -> send(context, answer))
        .onFailure(context::fail);
  }

  private Future<Start> stored(Img2ImgRequest request) {
    return stored(request.picture())
        .compose(
            picture ->
                request
                    .mask()
                    .map(mask -> stored(mask).map(Optional::of))
                    .orElseGet(() -> Future.succeededFuture(Optional.empty()))
                    .map(mask -> request.start(picture, mask)));
  }

  private Future<InputPicture> stored(byte[] picture) {
    return studio
        .inputs()
        .add(picture)
        .recover(
            fault ->
                Future.failedFuture(
                    fault instanceof UnusableInputException
                        ? LenientFields.unprocessable(fault.getMessage())
                        : fault));
  }

  private void abandonWhenGone(RoutingContext context, List<Job> jobs) {
    if (context.response().closed()) {
      pictures.abandon(jobs);
    } else {
      context.response().closeHandler(gone -> pictures.abandon(jobs));
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

  private void loras(RoutingContext context) {
    vertx
        .executeBlocking(() -> LoraList.of(studio.models().catalog()))
        .onSuccess(list -> json(context, list))
        .onFailure(context::fail);
  }

  private void refreshLoras(RoutingContext context) {
    studio
        .models()
        .rescan()
        .onSuccess(scanned -> send(context, Buffer.buffer("null")))
        .onFailure(context::fail);
  }

  private void progress(RoutingContext context) {
    boolean skipImage = Boolean.parseBoolean(context.request().getParam("skip_current_image"));
    running()
        .compose(
            job ->
                preview(skipImage ? Optional.empty() : job)
                    .map(preview -> Progress.of(job, preview)))
        .onSuccess(progress -> json(context, progress))
        .onFailure(context::fail);
  }

  private Future<Optional<Buffer>> preview(Optional<Job> job) {
    return job.map(running -> studio.events().lastPreview(running.id()))
        .orElseGet(() -> Future.succeededFuture(Optional.empty()));
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
