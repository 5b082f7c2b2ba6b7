package dev.atelier.server.metadata;

import dev.atelier.models.picture.MaskOptions;
import dev.atelier.models.pipeline.HiresFix;
import dev.atelier.models.pipeline.ImageRequest;
import dev.atelier.models.pipeline.Start;
import java.util.Map;

/**
 * What a picture was begun with, in the words of AUTOMATIC1111's {@code modules/processing.py}; how
 * a picture got the request's size it does not write, so that has a word of its own.
 */
final class StartParameters {
  private static final String STRENGTH = "Denoising strength";

  private StartParameters() {}

  static void add(ImageRequest request, Map<String, String> fields) {
    Start start = request.start();
    if (start instanceof Start.Picture picture) {
      picture(picture, fields);
    } else if (start instanceof Start.Inpaint inpaint) {
      picture(inpaint.picture(), fields);
      mask(inpaint.options(), fields);
    }
    request.hiresFix().ifPresent(fix -> hires(request, fix, fields));
  }

  private static void picture(Start.Picture picture, Map<String, String> fields) {
    fields.put(STRENGTH, PngParameters.number(picture.strength()));
    fields.put("Resize mode", picture.resizeMode().label());
  }

  private static void mask(MaskOptions options, Map<String, String> fields) {
    if (options.onlyMasked()) {
      fields.put("Inpaint area", "Only masked");
      fields.put("Masked area padding", Integer.toString(options.padding()));
    }
    if (options.inverted()) {
      fields.put("Mask mode", "Inpaint not masked");
    }
    fields.put("Masked content", options.content().label());
    fields.put("Mask blur", Integer.toString(options.blur()));
  }

  private static void hires(ImageRequest request, HiresFix fix, Map<String, String> fields) {
    fields.put(STRENGTH, PngParameters.number(fix.strength()));
    double scale = (double) fix.width() / request.width();
    if (scale == (double) fix.height() / request.height()) {
      fields.put("Hires upscale", PngParameters.number(scale));
    } else {
      fields.put("Hires resize", fix.width() + "x" + fix.height());
    }
    if (fix.steps() > 0) {
      fields.put("Hires steps", Integer.toString(fix.steps()));
    }
    fields.put("Hires upscaler", fix.upscaler().label());
  }
}
