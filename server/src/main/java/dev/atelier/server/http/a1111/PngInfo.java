package dev.atelier.server.http.a1111;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.atelier.server.metadata.PngParameters;
import dev.atelier.server.metadata.PngText;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

  private static final Pattern SIZE = Pattern.compile("(\\d+)x(\\d+)");

  private PngInfo() {}

  /** The answer to a request's body. */
  static JsonObject answer(Buffer body) {
    byte[] png = Img2ImgRequest.decoded(image(body));
    String info;
    try {
      info = PngText.read(new ByteArrayInputStream(png), PngParameters.KEYWORD).orElse("");
    } catch (IOException e) {
      throw LenientFields.unprocessable(e.getMessage());
    }
    return new JsonObject()
        .put("info", info)
        .put("items", new JsonObject())
        .put("parameters", parameters(PngParameters.parse(info)));
  }

  /**
   * The text's parts by AUTOMATIC1111's names (parse_generation_parameters in infotext_utils.py).
   */
  private static JsonObject parameters(PngParameters parsed) {
    JsonObject parameters =
        new JsonObject()
            .put("Prompt", parsed.prompt())
            .put("Negative prompt", parsed.negativePrompt());
    parsed
        .fields()
        .forEach(
            (name, value) -> {
              Matcher size = SIZE.matcher(value);
              if (size.matches()) {
                parameters.put(name + "-1", size.group(1)).put(name + "-2", size.group(2));
              } else {
                parameters.put(name, value);
              }
            });
    return parameters;
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
}
