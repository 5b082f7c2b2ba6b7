package dev.atelier.server.http.a1111;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/** {@code POST /sdapi/v1/png-info}: what a picture says about how it was made. Blocks. */
final class PngInfo {
  /** Bytes of a body: a picture of 48 MiB in base64. */
  static final long LIMIT = 64L << 20;

  /** Vert.x's own parser stops at texts of 20 million characters. */
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength((int) LIMIT).build())
          .build();

  private PngInfo() {}

  /** The answer to a request's body. */
  static JsonObject answer(Buffer body) {
    Map<String, String> items =
        PngText.read(decoded(image(body)))
            .orElseThrow(() -> LenientFields.unprocessable("The image is not a PNG."));
    String info = items.getOrDefault("parameters", "");
    JsonObject others = new JsonObject();
    items.forEach(others::put);
    return new JsonObject()
        .put("info", info)
        .put("items", others)
        .put("parameters", Infotext.parse(info));
  }

  private static String image(Buffer body) {
    return imageField(body)
        .orElseThrow(
            () ->
                LenientFields.unprocessable(
                    "Send a JSON object whose field image is the PNG in base64."));
  }

  private static Optional<String> imageField(Buffer body) {
    try (JsonParser parser = JSON.createParser(body.getBytes())) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return Optional.empty();
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        JsonToken value = parser.nextToken();
        if (name.equals("image") && value == JsonToken.VALUE_STRING) {
          return Optional.of(parser.getText());
        }
        parser.skipChildren();
      }
      return Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static byte[] decoded(String image) {
    String text = image.strip();
    if (text.startsWith("http://") || text.startsWith("https://")) {
      // The studio fetches nothing on anybody's behalf.
      throw LenientFields.unprocessable("Addresses are not fetched; send the PNG in base64.");
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
}
