package dev.atelier.server.json;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.atelier.models.pipeline.ImageRequest;
import dev.atelier.server.Requests;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;

class RequestJsonTest {
  @Test
  void whatIsWrittenIsRead() {
    ImageRequest request = Requests.small(7).toBuilder().optClipSkip(2).build();
    assertEquals(request, RequestJson.read(RequestJson.write(request)));
  }

  /** Jobs and pictures outlive the version that stored them. */
  @Test
  void aRequestOfAnEarlierVersionIsWhatItWas() {
    JsonObject stored = RequestJson.write(Requests.small(7));
    stored.remove("clip_skip");
    assertEquals(Requests.small(7), RequestJson.read(stored));
  }
}
