package dev.atelier.server.http.a1111;

import dev.atelier.models.picture.MaskContent;
import dev.atelier.models.picture.MaskOptions;
import dev.atelier.models.picture.ResizeMode;
import dev.atelier.models.pipeline.InputPicture;
import dev.atelier.models.pipeline.InvalidRequestException;
import dev.atelier.models.pipeline.Start;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Base64;
import java.util.Optional;

/**
 * What {@code POST /sdapi/v1/img2img} has more than txt2img. The defaults are those of
 * AUTOMATIC1111's API, which are not those of its page.
 *
 * @param fields the body
 * @param picture the file of the picture to begin with
 * @param mask the mask's
 */
record Img2ImgRequest(LenientFields fields, byte[] picture, Optional<byte[]> mask) {

  /** Reads the pictures in a body. */
  static Img2ImgRequest of(LenientFields fields) {
    JsonArray pictures =
        fields.json().getValue("init_images") instanceof JsonArray list ? list : new JsonArray();
    if (pictures.size() != 1 || !(pictures.getValue(0) instanceof String picture)) {
      throw LenientFields.unprocessable("Send one picture in base64 in the list init_images.");
    }
    return new Img2ImgRequest(
        fields,
        decoded(picture),
        fields.text("mask").filter(text -> !text.isBlank()).map(Img2ImgRequest::decoded));
  }

  /** A picture in base64, as such or as a data address. */
  static byte[] decoded(String image) {
    String text = image.strip();
    if (text.startsWith("http://") || text.startsWith("https://")) {
      // The studio fetches nothing on anybody's behalf.
      throw LenientFields.unprocessable("Addresses are not fetched; send the picture in base64.");
    }
    if (text.startsWith("data:")) {
      text = text.substring(text.indexOf(',') + 1);
    }
    try {
      return Base64.getMimeDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw LenientFields.unprocessable("The image is not valid base64.");
    }
  }

  /** What the request begins with, its pictures being stored. */
  Start start(InputPicture stored, Optional<InputPicture> storedMask) {
    try {
      Start.Picture start = new Start.Picture(stored, resizeMode(), strength());
      return storedMask
          .<Start>map(painted -> new Start.Inpaint(start, painted, maskOptions()))
          .orElse(start);
    } catch (InvalidRequestException e) {
      throw LenientFields.unprocessable(e.getMessage());
    }
  }

  private double strength() {
    return fields.number("denoising_strength").map(Number::doubleValue).orElse(0.75);
  }

  private ResizeMode resizeMode() {
    return choice("resize_mode", 0, ResizeMode.values());
  }

  private MaskOptions maskOptions() {
    boolean inverted = fields.asks("inpainting_mask_invert");
    int blur = fields.clamped("mask_blur", fields.clamped("mask_blur_x", 4));
    boolean onlyMasked =
        fields.text("inpaint_full_res").isEmpty() || fields.asks("inpaint_full_res");
    return new MaskOptions(
        inverted,
        blur,
        choice("inpainting_fill", 0, MaskContent.values()),
        onlyMasked,
        fields.clamped("inpaint_full_res_padding", 0));
  }

  /** AUTOMATIC1111 counts its choices from 0, in the order in which they are declared here. */
  private <T> T choice(String field, int otherwise, T[] choices) {
    int number = fields.clamped(field, otherwise);
    if (number < 0 || number >= choices.length) {
      throw LenientFields.unprocessable(
          "%s must be between 0 and %d, not %d.".formatted(field, choices.length - 1, number));
    }
    return choices[number];
  }

  /** AUTOMATIC1111 sends the pictures back only to those who ask for it. */
  JsonObject echo(JsonObject defaults) {
    JsonObject echo = new PictureRequest(fields).echo(defaults);
    return fields.on("include_init_images") ? echo : echo.putNull("init_images").putNull("mask");
  }
}
