package dev.atelier.server.json;

import dev.atelier.models.picture.MaskContent;
import dev.atelier.models.picture.MaskOptions;
import dev.atelier.models.picture.ResizeMode;
import dev.atelier.models.pipeline.HiresFix;
import dev.atelier.models.pipeline.InputPicture;
import dev.atelier.models.pipeline.InvalidRequestException;
import dev.atelier.models.pipeline.SeedResize;
import dev.atelier.models.pipeline.Start;
import dev.atelier.models.pipeline.Variation;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/** What a request begins with as JSON, in both directions: a picture, and changes of the noise. */
final class StartJson {
  private static final String START = "start";
  private static final String HIRES = "hires";
  private static final String VARIATION = "variation";
  private static final String SEED_RESIZE = "seed_resize";

  private StartJson() {}

  /** Adds the fields of {@code start}, each null where it says nothing. */
  static void write(Start start, JsonObject json) {
    json.put(START, null).put(HIRES, null);
    if (start instanceof Start.Noise noise) {
      noise.hiresFix().ifPresent(fix -> json.put(HIRES, hires(fix)));
    } else if (start instanceof Start.Picture picture) {
      json.put(START, picture(picture).put("mask", null));
    } else if (start instanceof Start.Inpaint inpaint) {
      json.put(START, picture(inpaint.picture()).put("mask", mask(inpaint)));
    }
  }

  private static JsonObject picture(Start.Picture picture) {
    return new JsonObject()
        .put("picture", input(picture.input()))
        .put("resize_mode", JsonFields.key(picture.resizeMode()))
        .put("strength", picture.strength());
  }

  private static JsonObject mask(Start.Inpaint inpaint) {
    MaskOptions options = inpaint.options();
    return new JsonObject()
        .put("picture", input(inpaint.mask()))
        .put("inverted", options.inverted())
        .put("blur", options.blur())
        .put("content", JsonFields.key(options.content()))
        .put("only_masked", options.onlyMasked())
        .put("padding", options.padding());
  }

  private static JsonObject input(InputPicture input) {
    return new JsonObject()
        .put("id", input.id())
        .put("width", input.width())
        .put("height", input.height());
  }

  private static JsonObject hires(HiresFix fix) {
    return new JsonObject()
        .put("width", fix.width())
        .put("height", fix.height())
        .put("upscaler", fix.upscaler().label())
        .put("steps", fix.steps())
        .put("strength", fix.strength());
  }

  /** Adds {@code variation} and {@code seed_resize}, null where there is none. */
  static void write(
      Optional<Variation> variation, Optional<SeedResize> seedResize, JsonObject json) {
    json.put(
        VARIATION,
        variation
            .map(v -> new JsonObject().put("seed", v.seed()).put("strength", v.strength()))
            .orElse(null));
    json.put(
        SEED_RESIZE,
        seedResize
            .map(from -> new JsonObject().put("width", from.width()).put("height", from.height()))
            .orElse(null));
  }

  /** What {@link #write(Start, JsonObject)} wrote. */
  static Start read(JsonObject json) {
    Optional<JsonFields> start = JsonFields.of(json).object(START);
    Optional<JsonFields> hires = JsonFields.of(json).object(HIRES);
    if (start.isEmpty()) {
      return new Start.Noise(hires.map(StartJson::hires));
    }
    if (hires.isPresent()) {
      throw new InvalidRequestException(
          HIRES, "Hires fix is for pictures made from text alone; leave out hires or start.");
    }
    Start.Picture picture =
        new Start.Picture(
            input(start.get()),
            start.get().choice("resize_mode", ResizeMode.values()),
            start.get().number("strength"));
    return start.get().object("mask").<Start>map(mask -> inpaint(picture, mask)).orElse(picture);
  }

  private static Start inpaint(Start.Picture picture, JsonFields mask) {
    return new Start.Inpaint(
        picture,
        input(mask),
        new MaskOptions(
            mask.flag("inverted"),
            mask.wholeInt("blur"),
            mask.choice("content", MaskContent.values()),
            mask.flag("only_masked"),
            mask.wholeInt("padding")));
  }

  private static InputPicture input(JsonFields fields) {
    JsonFields input = fields.required("picture");
    return new InputPicture(input.text("id"), input.wholeInt("width"), input.wholeInt("height"));
  }

  private static HiresFix hires(JsonFields hires) {
    String label = hires.text("upscaler");
    return new HiresFix(
        hires.wholeInt("width"),
        hires.wholeInt("height"),
        HiresFix.Upscaler.byLabel(label)
            .orElseThrow(
                () ->
                    new InvalidRequestException(
                        "hires.upscaler",
                        "There is no upscaler “%s”; choose one of %s."
                            .formatted(
                                label,
                                JsonFields.labels(
                                    HiresFix.Upscaler.values(), HiresFix.Upscaler::label)))),
        hires.wholeInt("steps"),
        hires.number("strength"));
  }

  /** What {@link #write(Optional, Optional, JsonObject)} wrote. */
  static Optional<Variation> variation(JsonObject json) {
    return JsonFields.of(json)
        .object(VARIATION)
        .map(fields -> new Variation(fields.whole("seed"), fields.number("strength")));
  }

  /** What {@link #write(Optional, Optional, JsonObject)} wrote. */
  static Optional<SeedResize> seedResize(JsonObject json) {
    return JsonFields.of(json)
        .object(SEED_RESIZE)
        .map(fields -> new SeedResize(fields.wholeInt("width"), fields.wholeInt("height")));
  }
}
