package dev.atelier.server.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.atelier.models.picture.MaskContent;
import dev.atelier.models.picture.MaskOptions;
import dev.atelier.models.picture.ResizeMode;
import dev.atelier.models.pipeline.Extras;
import dev.atelier.models.pipeline.HiresFix;
import dev.atelier.models.pipeline.ImageRequest;
import dev.atelier.models.pipeline.InputPicture;
import dev.atelier.models.pipeline.InvalidRequestException;
import dev.atelier.models.pipeline.SeedResize;
import dev.atelier.models.pipeline.Start;
import dev.atelier.models.pipeline.VaeChoice;
import dev.atelier.models.pipeline.Variation;
import dev.atelier.models.sampling.Sampler;
import dev.atelier.models.sampling.ScheduleType;
import dev.atelier.server.Requests;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestJsonTest {
  /** As the first version stored it. */
  private static JsonObject stored(String sampler) {
    return new JsonObject(
            """
            {"model": "storybook", "prompt": "a fox", "negative_prompt": "", "width": 64,
             "height": 64, "steps": 20, "guidance_scale": 7.0, "seed": 1, "batch_size": 1,
             "batch_noise": "seed_plus_index"}
            """)
        .put("sampler", sampler);
  }

  @ParameterizedTest
  @CsvSource({
    "DDIM, DDIM, AUTOMATIC",
    "PNDM, PNDM, AUTOMATIC",
    "Euler, EULER, AUTOMATIC",
    "Euler a, EULER_ANCESTRAL, AUTOMATIC",
    "DPM++ 2M, DPMPP_2M, AUTOMATIC",
    "DPM++ 2M Karras, DPMPP_2M, KARRAS"
  })
  void requestsStoredBeforeThereWereScheduleTypesAreRead(
      String label, Sampler sampler, ScheduleType type) {
    ImageRequest request = RequestJson.read(stored(label));
    assertEquals(sampler, request.sampler());
    assertEquals(type, request.scheduleType());
  }

  @Test
  void whatWasOneNameIsTwoFieldsWhenItIsWrittenAgain() {
    JsonObject written = RequestJson.write(RequestJson.read(stored("DPM++ 2M Karras")));
    assertEquals("DPM++ 2M", written.getString("sampler"));
    assertEquals("Karras", written.getString("schedule_type"));
  }

  @Property(generation = GenerationMode.EXHAUSTIVE)
  void whatIsWrittenIsReadBack(@ForAll Sampler sampler, @ForAll ScheduleType type) {
    Assume.that(sampler.scheduleTypes().contains(type));
    ImageRequest request =
        ImageRequest.builder("m").setPrompt("x").optSampler(sampler).optScheduleType(type).build();
    assertEquals(request, RequestJson.read(RequestJson.write(request)));
  }

  @Test
  void whatIsWrittenIsRead() {
    ImageRequest request =
        Requests.small(7).toBuilder()
            .optClipSkip(2)
            .optGuidanceRescale(0.5)
            .optVae(new VaeChoice("vae/fine"))
            .build();
    assertEquals(request, RequestJson.read(RequestJson.write(request)));
  }

  @Test
  void parametersOfPluginsAreReadBack() {
    Map<String, Object> values = new HashMap<>();
    values.put("strength", 0.5);
    values.put("frames", List.of("a", Map.of("b", true)));
    values.put("none", null);
    ImageRequest request =
        Requests.small(7).toBuilder()
            .optExtras(new Extras(Map.of("vignette", values, "styles", Map.of())))
            .build();
    String stored = RequestJson.write(request).encode();
    assertEquals(request, RequestJson.read(new JsonObject(stored)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "7", "{\"a\": 7}", "{\"../a\": {}}", "{\"A\": {}}", "null"})
  void whatIsNoParametersOfPluginsIsNamed(String plugins) {
    JsonObject json = RequestJson.write(Requests.small(7));
    json.put("plugins", new JsonObject("{\"p\": " + plugins + "}").getValue("p"));
    var invalid = assertThrows(InvalidRequestException.class, () -> RequestJson.read(json));
    assertEquals("plugins", invalid.field());
  }

  static List<Start> starts() {
    InputPicture picture = new InputPicture("a".repeat(64), 640, 480);
    Start.Picture from = new Start.Picture(picture, ResizeMode.CROP_AND_RESIZE, 0.4);
    InputPicture mask = new InputPicture("b".repeat(64), 64, 48);
    var options = new MaskOptions(true, 7, MaskContent.LATENT_NOISE, true, 12);
    return List.of(
        Start.NOISE,
        new Start.Noise(Optional.of(new HiresFix(128, 64, HiresFix.Upscaler.LANCZOS, 3, 0.5))),
        from,
        new Start.Inpaint(from, mask, options));
  }

  @ParameterizedTest
  @MethodSource("starts")
  void whatARequestBeginsWithIsRead(Start start) {
    ImageRequest request =
        Requests.small(7).toBuilder()
            .optStart(start)
            .optVariation(Optional.of(new Variation(9, 0.25)))
            .optSeedResize(Optional.of(new SeedResize(512, 768)))
            .build();
    assertEquals(request, RequestJson.read(RequestJson.write(request)));
  }

  @Test
  void aFaultDeepInsideIsNamedByItsWay() {
    JsonObject json =
        RequestJson.write(Requests.small(7).toBuilder().optStart(starts().get(3)).build());
    json.getJsonObject("start").getJsonObject("mask").put("content", "paint");
    var fault = assertThrows(InvalidRequestException.class, () -> RequestJson.read(json));
    assertEquals("start.mask.content", fault.field());
    assertEquals(
        "The field start.mask.content must be one of fill, original, latent_noise,"
            + " latent_nothing, not “paint”.",
        fault.getMessage());
  }

  /** Jobs and pictures outlive the version that stored them. */
  @Test
  void aRequestOfAnEarlierVersionIsWhatItWas() {
    ImageRequest own = Requests.small(7).toBuilder().optVae(VaeChoice.NONE).build();
    JsonObject stored = RequestJson.write(own);
    stored.remove("vae");
    stored.remove("clip_skip");
    stored.remove("schedule_type");
    stored.remove("guidance_rescale");
    stored.remove("plugins");
    stored.remove("start");
    stored.remove("hires");
    stored.remove("variation");
    stored.remove("seed_resize");
    assertEquals(own, RequestJson.read(stored));
  }
}
