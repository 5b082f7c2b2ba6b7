package dev.atelier.models.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import dev.atelier.models.picture.Canvas;
import dev.atelier.models.picture.ResizeMode;
import dev.atelier.models.sampling.NoiseSchedule;
import java.awt.image.BufferedImage;
import java.util.Optional;

/** The way of one request's latents, by what it starts with. */
final class RequestSampling {
  private final ImageRequest request;
  private final NoiseSchedule schedule;
  private final SamplingRuns runs;
  private final LeasedReader reader;
  private final PictureDecoder decoder;

  RequestSampling(
      ImageRequest request,
      NoiseSchedule schedule,
      SamplingRuns runs,
      LeasedReader reader,
      PictureDecoder decoder) {
    this.request = request;
    this.schedule = schedule;
    this.runs = runs;
    this.reader = reader;
    this.decoder = decoder;
  }

  /**
   * Samples.
   *
   * @param canvas the request's pictures; empty when it begins with noise alone
   * @return finished latents, float32 [n, 4, h, w]
   */
  NDArray latents(Optional<Canvas> canvas, GenerationObserver observer) {
    if (canvas.isPresent()) {
      return ofPicture(canvas.get(), observer);
    }
    PictureSize latent = reader.latentSize(request.width(), request.height());
    Optional<NDArray> moreChannels = reader.moreChannels(latent, request.batchSize());
    observer.onPhase(Phase.SAMPLING);
    NDArray latents = runs.fromNoise(latent, moreChannels);
    Optional<HiresFix> fix = request.hiresFix();
    return fix.isPresent() ? second(latents, fix.get()) : latents;
  }

  private NDArray ofPicture(Canvas canvas, GenerationObserver observer) {
    int steps = request.steps();
    Stretch stretch = Stretch.last(steps, request.stepsTaken());
    BufferedImage picture = canvas.picture();
    int n = request.batchSize();
    NDArray latent = reader.latent(picture).repeat(0, n);
    if (canvas.mask().isEmpty()) {
      Optional<NDArray> moreChannels =
          reader.moreChannels(reader.latentSize(request.width(), request.height()), n);
      observer.onPhase(Phase.SAMPLING);
      return runs.fromPicture(latent, stretch, moreChannels);
    }
    NDArray mask = reader.mask(canvas.mask().get());
    Optional<NDArray> moreChannels = reader.moreChannels(picture, mask, n);
    observer.onPhase(Phase.SAMPLING);
    return runs.fromPicture(
        latent, stretch, mask, ((Start.Inpaint) request.start()).options().content(), moreChannels);
  }

  private NDArray second(NDArray latents, HiresFix fix) {
    Stretch stretch =
        Stretch.dense(fix.stepsAfter(request.steps()), fix.strength(), request.sampler(), schedule);
    PictureSize size = reader.latentSize(fix.width(), fix.height());
    Optional<NDArray> moreChannels = reader.moreChannels(size, request.batchSize());
    return runs.fromPicture(enlarged(latents, fix), stretch, moreChannels);
  }

  private NDArray enlarged(NDArray latents, HiresFix fix) {
    if (fix.upscaler().latent()) {
      return runs.resized(latents, fix.upscaler(), reader.latentSize(fix.width(), fix.height()));
    }
    NDList enlarged = new NDList();
    for (int i = 0; i < latents.size(0); i++) {
      BufferedImage picture = decoder.decode(latents.get(i + ":" + (i + 1)));
      enlarged.add(
          reader.latent(ResizeMode.CROP_AND_RESIZE.resize(picture, fix.width(), fix.height())));
    }
    return NDArrays.concat(enlarged);
  }
}
