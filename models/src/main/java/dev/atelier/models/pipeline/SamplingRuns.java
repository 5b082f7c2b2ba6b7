package dev.atelier.models.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.atelier.models.engine.ComputeDevice;
import dev.atelier.models.nn.UNet;
import dev.atelier.models.picture.MaskContent;
import dev.atelier.models.sampling.NoiseSchedule;
import dev.atelier.models.sampling.NoiseSource;
import dev.atelier.models.sampling.Solver;
import java.util.Optional;
import java.util.function.IntFunction;

/** The sampler's runs for one request, one after the other. Used inside one NDScope. */
final class SamplingRuns {
  private final ComputeDevice device;
  private final ImageRequest request;
  private final NoiseSchedule schedule;
  private final UNet unet;
  private final Conditioning conditioning;
  private final PicturePreviews previews;
  private final GenerationObserver observer;
  private final RequestNoise requestNoise;
  private int stepsBefore;

  SamplingRuns(
      ComputeDevice device,
      NDManager manager,
      ImageRequest request,
      NoiseSchedule schedule,
      UNet unet,
      Conditioning conditioning,
      PicturePreviews previews,
      GenerationObserver observer) {
    this.device = device;
    this.request = request;
    this.schedule = schedule;
    this.unet = unet;
    this.conditioning = conditioning;
    this.previews = previews;
    this.observer = observer;
    this.requestNoise = new RequestNoise(device.layers(), manager, request);
  }

  /**
   * The steps of all the way, from noise.
   *
   * @param latent size of the latents
   */
  NDArray fromNoise(PictureSize latent, Optional<NDArray> moreChannels) {
    return run(
        Stretch.whole(request.steps()),
        new Shape(request.batchSize(), 4, latent.height(), latent.width()),
        moreChannels,
        (solver, noise) -> noise.mul(solver.initNoiseSigma()),
        (solver, noise) -> SamplingLoop.Correction.NONE);
  }

  /** The last steps, from a picture's latent. */
  NDArray fromPicture(NDArray picture, Stretch stretch, Optional<NDArray> moreChannels) {
    return run(
        stretch,
        picture.getShape(),
        moreChannels,
        (solver, noise) -> solver.noised(picture, noise, 0),
        (solver, noise) -> SamplingLoop.Correction.NONE);
  }

  /**
   * The last steps, from a picture's latent whose unmasked part stays.
   *
   * @param mask float32 [1, 1, h, w]
   */
  NDArray fromPicture(
      NDArray picture,
      Stretch stretch,
      NDArray mask,
      MaskContent content,
      Optional<NDArray> moreChannels) {
    NDArray kept = mask.mul(-1).add(1);
    return run(
        stretch,
        picture.getShape(),
        moreChannels,
        (solver, noise) -> {
          NDArray begun =
              switch (content) {
                case FILL, ORIGINAL -> picture;
                case LATENT_NOTHING -> picture.mul(kept);
                case LATENT_NOISE -> picture.mul(kept).add(noise.mul(mask));
              };
          return solver.noised(begun, noise, 0);
        },
        (solver, noise) ->
            (call, latent) -> {
              NDArray noised = solver.noised(picture, noise, call);
              return noised.add(latent.sub(noised).mul(mask));
            });
  }

  /** Latents of another size, interpolated. */
  NDArray resized(NDArray latents, HiresFix.Upscaler upscaler, PictureSize size) {
    int mode =
        switch (upscaler) {
          case LATENT -> 0;
          case LATENT_NEAREST -> 1;
          case LATENT_BICUBIC -> 2;
          case LANCZOS -> throw new IllegalArgumentException("not for latents");
        };
    return device.layers().call("resize_latent", latents, mode, size.height(), size.width());
  }

  private interface First {
    /** The latent that a run begins with. */
    NDArray latent(Solver solver, NDArray noise);
  }

  private interface Corrected {
    SamplingLoop.Correction by(Solver solver, NDArray noise);
  }

  private NDArray run(
      Stretch stretch,
      Shape shape,
      Optional<NDArray> moreChannels,
      First first,
      Corrected corrected) {
    var denoiser =
        new GuidedUNet(
            device, unet, conditioning.scales(), request.guidanceRescale(), moreChannels);
    int before = stepsBefore;
    IntFunction<NDArray> context = step -> conditioning.at(before + step);
    try (Solver solver =
            request
                .sampler()
                .solver(schedule, request.scheduleType(), stretch.steps(), stretch.first());
        NoiseSource draws = requestNoise.source(shape)) {
      NDArray unit = requestNoise.first(draws, shape);
      var loop = new SamplingLoop(solver, denoiser, context, corrected.by(solver, unit));
      NDArray latents = loop.run(first.latent(solver, unit), draws, watching(before));
      stepsBefore += stretch.steps() - stretch.first();
      return latents;
    }
  }

  private SamplingLoop.Observer watching(int before) {
    return new SamplingLoop.Observer() {
      @Override
      public void beforeCall() {
        GenerationCancelledException.throwIfAsked(observer);
      }

      @Override
      public void onStep(int step, NDArray input, NDArray output, float timestep) {
        observer.onStep(
            before + step,
            request.stepsTaken(),
            () -> previews.draw(schedule.denoised(input, output, timestep)));
      }
    };
  }
}
