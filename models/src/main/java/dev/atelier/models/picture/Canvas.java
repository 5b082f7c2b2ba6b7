package dev.atelier.models.picture;

import java.awt.image.BufferedImage;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What the networks work on of the pictures that a request brings, and how what they make becomes
 * the result. AUTOMATIC1111 {@code modules/processing.py}, {@code
 * StableDiffusionProcessingImg2Img}.
 */
public final class Canvas {
  private final Pixels picture;
  private final Optional<Plane> mask;
  private final UnaryOperator<Pixels> finish;

  private Canvas(Pixels picture, Optional<Plane> mask, UnaryOperator<Pixels> finish) {
    this.picture = picture;
    this.mask = mask;
    this.finish = finish;
  }

  /** A whole picture at the request's size. */
  public static Canvas of(BufferedImage picture, ResizeMode mode, int width, int height) {
    UnaryOperator<Plane> resize = mode.to(width, height, picture.getWidth(), picture.getHeight());
    return new Canvas(Pixels.of(picture).map(resize), Optional.empty(), made -> made);
  }

  /**
   * A picture of which a part is made anew.
   *
   * @param painted the mask: white, or what is not transparent in a picture that has transparent
   *     parts; brought to the picture's size
   * @param width of what the networks make, pixels
   * @param height likewise
   * @return empty when the mask covers nothing
   */
  public static Optional<Canvas> masked(
      BufferedImage picture,
      BufferedImage painted,
      MaskOptions options,
      ResizeMode mode,
      int width,
      int height) {
    Pixels pixels = Pixels.of(picture);
    Plane mask = Lanczos.resize(MaskReader.read(painted), pixels.width(), pixels.height());
    Plane edged = GaussianBlur.blur(options.inverted() ? mask.inverted() : mask, options.blur());
    return Region.around(edged, options.padding())
        .map(
            region ->
                options.onlyMasked()
                    ? region(
                        pixels,
                        edged,
                        region.shapedLike(width, height, edged),
                        options.content(),
                        width,
                        height)
                    : whole(
                        pixels,
                        edged,
                        options.content(),
                        mode.to(width, height, pixels.width(), pixels.height())));
  }

  private static Canvas whole(
      Pixels pixels, Plane mask, MaskContent content, UnaryOperator<Plane> resize) {
    Pixels picture = pixels.map(resize);
    Plane resized = resize.apply(mask);
    // Twice as strong, so that the blurred edge lies outside of what is made anew.
    Plane edge = Plane.of(resized.width(), resized.height(), i -> Math.min(1, 2 * resized.at(i)));
    return new Canvas(
        withContent(picture, resized, content),
        Optional.of(resized),
        made -> made.over(picture, edge));
  }

  private static Canvas region(
      Pixels pixels, Plane mask, Region region, MaskContent content, int width, int height) {
    UnaryOperator<Plane> enlarge =
        plane ->
            ResizeMode.RESIZE_AND_FILL
                .to(width, height, region.width(), region.height())
                .apply(region.of(plane));
    UnaryOperator<Plane> putBack =
        plane ->
            region.placed(
                ResizeMode.CROP_AND_RESIZE
                    .to(region.width(), region.height(), width, height)
                    .apply(plane),
                pixels.width(),
                pixels.height());
    Plane enlarged = enlarge.apply(mask);
    return new Canvas(
        withContent(pixels.map(enlarge), enlarged, content),
        Optional.of(enlarged),
        made -> made.map(putBack).over(pixels, mask));
  }

  private static Pixels withContent(Pixels picture, Plane mask, MaskContent content) {
    return content == MaskContent.FILL ? MaskContent.filled(picture, mask) : picture;
  }

  /** What goes into the VAE: TYPE_INT_RGB of the request's size. */
  public BufferedImage picture() {
    return picture.image();
  }

  /** What is made anew, at the request's size; empty for all of it. */
  public Optional<Plane> mask() {
    return mask;
  }

  /** The result from what the networks made. */
  public BufferedImage finish(BufferedImage made) {
    return finish.apply(Pixels.of(made)).image();
  }
}
