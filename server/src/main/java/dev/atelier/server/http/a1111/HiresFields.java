package dev.atelier.server.http.a1111;

import dev.atelier.models.pipeline.HiresFix;
import dev.atelier.models.pipeline.InvalidRequestException;
import dev.atelier.models.pipeline.Start;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** The fields {@code hr_*} of txt2img. */
final class HiresFields {
  private HiresFields() {}

  /** The second run that they ask for after a first one of that size. */
  static Start read(LenientFields fields, int width, int height) {
    String upscaler = fields.text("hr_upscaler").orElse(HiresFix.Upscaler.LATENT.label());
    HiresFix.Upscaler known =
        HiresFix.Upscaler.byLabel(upscaler)
            .orElseThrow(
                () ->
                    LenientFields.unprocessable(
                        "There is no upscaler %s here; choose one of %s."
                            .formatted(
                                upscaler,
                                Arrays.stream(HiresFix.Upscaler.values())
                                    .map(HiresFix.Upscaler::label)
                                    .collect(Collectors.joining(", ")))));
    double scale = fields.number("hr_scale").map(Number::doubleValue).orElse(2.0);
    int toWidth = fields.clamped("hr_resize_x", 0);
    int toHeight = fields.clamped("hr_resize_y", 0);
    try {
      return new Start.Noise(
          Optional.of(
              new HiresFix(
                  side(toWidth, toHeight, width, height, scale),
                  side(toHeight, toWidth, height, width, scale),
                  known,
                  fields.clamped("hr_second_pass_steps", 0),
                  fields.number("denoising_strength").map(Number::doubleValue).orElse(0.75))));
    } catch (InvalidRequestException e) {
      throw LenientFields.unprocessable(e.getMessage());
    }
  }

  /** A side given, or in the proportion of the other one, or scaled. */
  private static int side(int given, int otherGiven, int side, int other, double scale) {
    if (given > 0) {
      return given;
    }
    double factor = otherGiven > 0 ? (double) otherGiven / other : scale;
    return (int) (side * factor) / 8 * 8;
  }
}
