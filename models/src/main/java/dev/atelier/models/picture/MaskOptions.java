package dev.atelier.models.picture;

import java.util.Objects;

/**
 * How a mask is used.
 *
 * @param inverted whether what is not painted is made anew instead
 * @param blur standard deviation of the mask's blurred edge in pixels, 0 to {@value #MAX_BLUR}
 * @param content what the masked part holds at first
 * @param onlyMasked whether the masked region alone is made, at the request's full size, and put
 *     back in its place
 * @param padding pixels around the mask that are seen when only it is made, 0 to {@value
 *     #MAX_PADDING}
 */
public record MaskOptions(
    boolean inverted, int blur, MaskContent content, boolean onlyMasked, int padding) {
  public static final int MAX_BLUR = 64;
  public static final int MAX_PADDING = 256;

  public MaskOptions {
    Objects.requireNonNull(content, "content");
  }
}
