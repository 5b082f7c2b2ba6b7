package dev.atelier.server.metadata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.models.picture.MaskContent;
import dev.atelier.models.picture.MaskOptions;
import dev.atelier.models.picture.ResizeMode;
import dev.atelier.models.pipeline.HiresFix;
import dev.atelier.models.pipeline.ImageRequest;
import dev.atelier.models.pipeline.InputPicture;
import dev.atelier.models.pipeline.SeedResize;
import dev.atelier.models.pipeline.Start;
import dev.atelier.models.pipeline.Variation;
import dev.atelier.models.sampling.BatchNoise;
import dev.atelier.models.sampling.Sampler;
import dev.atelier.models.sampling.ScheduleType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PngParametersTest {
  private static ImageRequest request(String model, String negative, double guidance) {
    return ImageRequest.builder(model)
        .setPrompt("a fox, in snow")
        .optNegativePrompt(negative)
        .optSize(512, 768)
        .optGuidanceScale(guidance)
        .optSeed(41)
        .optBatch(2, BatchNoise.SEED_PLUS_INDEX)
        .build();
  }

  private static String text(ImageRequest request, int index) {
    return PngParameters.of(request, index, PictureNotes.NONE, "1.2").write();
  }

  @Test
  void textIsThatOfAutomatic1111() {
    assertEquals(
        """
        a fox, in snow
        Negative prompt: blurry
        Steps: 20, Sampler: DPM++ 2M, Schedule type: Uniform, CFG scale: 7, Seed: 42, \
        Size: 512x768, Model: dream, Version: Atelier 1.2""",
        text(request("people/dream", "blurry", 7), 1));
  }

  @Test
  void negativeLineIsOnlyThereWithANegativePrompt() {
    assertEquals(
        """
        a fox, in snow
        Steps: 20, Sampler: DPM++ 2M, Schedule type: Uniform, CFG scale: 7.5, Seed: 41, \
        Size: 512x768, Model: dream, Version: Atelier 1.2""",
        text(request("dream", "", 7.5), 0));
  }

  /** Names and values are those of create_infotext and the extra_generation_params. */
  @Test
  void whatAPictureBeganWithIsToldInAutomatic1111sWords() {
    var picture = new Start.Picture(new InputPicture("p", 640, 480), ResizeMode.JUST_RESIZE, 0.6);
    var inpaint =
        new Start.Inpaint(
            picture,
            new InputPicture("m", 640, 480),
            new MaskOptions(true, 4, MaskContent.LATENT_NOISE, true, 32));
    assertTold(
        "Denoising strength: 0.6, Resize mode: Just resize, Inpaint area: Only masked,"
            + " Masked area padding: 32, Mask mode: Inpaint not masked,"
            + " Masked content: latent noise, Mask blur: 4,",
        inpaint);
    var fix = new HiresFix(1024, 1536, HiresFix.Upscaler.LATENT_BICUBIC, 7, 0.5);
    assertTold(
        "Denoising strength: 0.5, Hires upscale: 2, Hires steps: 7,"
            + " Hires upscaler: Latent (bicubic),",
        new Start.Noise(Optional.of(fix)));
  }

  private static void assertTold(String words, Start start) {
    String text = text(request("dream", "", 7).toBuilder().optStart(start).build(), 0);
    assertTrue(text.contains(words), text);
  }

  @Test
  void aVariationKeepsTheSeedAndCountsItsOwn() {
    ImageRequest varied =
        request("dream", "", 7).toBuilder()
            .optVariation(Optional.of(new Variation(8, 0.3)))
            .build();
    String text = text(varied, 1);
    assertTrue(text.contains("Seed: 41,"), text);
    assertTrue(text.contains("Variation seed: 9, Variation seed strength: 0.3,"), text);
  }

  @Test
  void theSizeThatASeedIsResizedFromIsReadBack() {
    ImageRequest resized =
        request("dream", "", 7).toBuilder()
            .optSeedResize(Optional.of(new SeedResize(512, 768)))
            .build();
    assertEquals("512x768", PngParameters.parse(text(resized, 0)).fields().get("Seed resize from"));
    assertFalse(text(request("dream", "", 7), 0).contains("Seed resize"));
  }

  /** AUTOMATIC1111's DPM++ 2M has another automatic schedule than this one, the others the same. */
  @ParameterizedTest
  @CsvSource({
    "DPMPP_2M, AUTOMATIC, Uniform",
    "DPMPP_2M, KARRAS, Karras",
    "DPMPP_2M_SDE, AUTOMATIC, Automatic",
    "EULER_ANCESTRAL, AUTOMATIC, Automatic",
    "EULER, SGM_UNIFORM, SGM Uniform"
  })
  void scheduleTypeIsWrittenAsAutomatic1111WouldReadIt(
      Sampler sampler, ScheduleType type, String written) {
    ImageRequest request =
        request("dream", "", 7).toBuilder().optSampler(sampler).optScheduleType(type).build();
    Map<String, String> fields = PngParameters.of(request, 0, PictureNotes.NONE, "1.2").fields();
    assertEquals(sampler.label(), fields.get("Sampler"));
    assertEquals(written, fields.get("Schedule type"));
  }

  @Test
  void guidanceRescaleIsOnlyThereWhenItIsUsed() {
    ImageRequest request = request("dream", "", 7).toBuilder().optGuidanceRescale(0.7).build();
    assertTrue(text(request, 0).contains("CFG scale: 7, CFG rescale: 0.7, Seed: 41,"));
  }

  private static PictureNotes hashed(String modelHash) {
    return new PictureNotes(Optional.of(modelHash), Map.of(), Optional.empty());
  }

  @Test
  void anotherVaeComesBehindTheModelAsInAutomatic1111() {
    var vae = new PictureNotes.Vae("vae/fine", "fine.safetensors", Optional.of("c6a580b13a"));
    var notes = new PictureNotes(Optional.empty(), Map.of(), Optional.of(vae));
    String text = PngParameters.of(request("dream", "", 7), 0, notes, "1.2").write();
    assertEquals(
        "Model: dream, VAE hash: c6a580b13a, VAE: fine.safetensors, Version: Atelier 1.2",
        text.substring(text.indexOf("Model")));
  }

  @Test
  void modelHashComesBeforeTheModelWhenItIsKnown() {
    String text = PngParameters.of(request("dream", "", 7), 0, hashed("6ce0161689"), "1.2").write();
    assertEquals(
        "Size: 512x768, Model hash: 6ce0161689, Model: dream",
        text.substring(text.indexOf("Size"), text.indexOf(", Version")));
  }

  @Test
  void clipSkipIsOnlyThereWhereLayersAreLeftOut() {
    ImageRequest request = request("dream", "", 7).toBuilder().optClipSkip(2).build();
    String text = text(request, 0);
    assertEquals(
        "Model: dream, Clip skip: 2, Version: Atelier 1.2", text.substring(text.indexOf("Model")));
  }

  @Test
  void embeddingsAreListedWithTheirHashes() {
    Map<String, String> hashes = new LinkedHashMap<>();
    hashes.put("easynegative", "c74b4e810b03");
    hashes.put("my: style", "0123456789ab");
    PngParameters parameters =
        PngParameters.of(
            request("dream", "", 7),
            0,
            new PictureNotes(Optional.empty(), hashes, Optional.empty()),
            "1.2");
    String text = parameters.write();
    assertEquals(
        "Model: dream, TI hashes: \"easynegative: c74b4e810b03, my style: 0123456789ab\","
            + " Version: Atelier 1.2",
        text.substring(text.indexOf("Model")));
    assertEquals(parameters, PngParameters.parse(text));
  }

  @Test
  void valueWithACommaOrAColonIsQuoted() {
    String text = text(request("a, b: \"c\"", "", 7), 0);
    assertEquals(
        "\"a, b: \\\"c\\\"\"",
        text.substring(text.indexOf("Model: ") + 7, text.indexOf(", Version")));
    assertEquals("a, b: \"c\"", PngParameters.parse(text).fields().get("Model"));
  }

  @Test
  void batchOfOneGeneratorSaysSoForTheSeedAloneIsNotEnough() {
    ImageRequest batch =
        ImageRequest.builder("dream")
            .setPrompt("x")
            .optSampler(Sampler.EULER)
            .optSeed(5)
            .optBatch(3, BatchNoise.ONE_GENERATOR)
            .build();
    Map<String, String> fields = PngParameters.of(batch, 2, PictureNotes.NONE, "1").fields();
    assertEquals("5", fields.get("Seed"));
    assertEquals("3", fields.get("Batch size"));
    assertEquals("2", fields.get("Batch pos"));
  }

  /** Written by AUTOMATIC1111 1.10. */
  @Test
  void textOfAutomatic1111IsRead() {
    PngParameters read =
        PngParameters.parse(
            """
            portrait of a woman, (freckles:1.2)
            <lora:film:0.8>
            Negative prompt: lowres,
            bad hands
            Steps: 30, Sampler: Euler a, Schedule type: Automatic, CFG scale: 6.5, Seed: 3120, \
            Size: 512x640, Model hash: 6ce0161689, Model: v1-5-pruned, \
            Lora hashes: "film: e5a1, soft: 22f0", Version: v1.10.1""");
    assertEquals("portrait of a woman, (freckles:1.2)\n<lora:film:0.8>", read.prompt());
    assertEquals("lowres,\nbad hands", read.negativePrompt());
    assertEquals(
        List.of(
            "Steps",
            "Sampler",
            "Schedule type",
            "CFG scale",
            "Seed",
            "Size",
            "Model hash",
            "Model",
            "Lora hashes",
            "Version"),
        List.copyOf(read.fields().keySet()));
    assertEquals("film: e5a1, soft: 22f0", read.fields().get("Lora hashes"));
    assertEquals("512x640", read.fields().get("Size"));
  }

  @Test
  void textWithoutAtLeastThreeFieldsIsAllPrompt() {
    PngParameters read = PngParameters.parse("a list: one, two: three");
    assertEquals("a list: one, two: three", read.prompt());
    assertEquals(Map.of(), read.fields());
    assertEquals(new PngParameters("", "", Map.of()), PngParameters.parse(""));
  }

  @Test
  void longTextsMadeToBeSlowAreRead() {
    int length = 1_000_000;
    for (String hostile :
        List.of(
            "a".repeat(length),
            "a" + " ".repeat(length) + "b",
            "ab: \"" + "\\\"".repeat(length / 2),
            "ab: \"".repeat(length / 5),
            "ab: \"\\\",".repeat(length / 8),
            "ab:".repeat(length / 3))) {
      PngParameters.parse(hostile);
    }
  }

  @Property
  void whatIsWrittenIsReadBack(
      @ForAll("texts") String prompt,
      @ForAll("texts") String negative,
      @ForAll("fields") Map<String, String> fields) {
    PngParameters written = new PngParameters(prompt, negative, fields);
    assertEquals(written, PngParameters.parse(written.write()));
  }

  @Property
  void everyTextIsRead(@ForAll String text) {
    PngParameters.parse(text);
  }

  /** A1111 strips each line and knows the negative prompt by its first words. */
  @Provide
  Arbitrary<String> texts() {
    return lines()
        .list()
        .ofMaxSize(4)
        .map(lines -> lines.stream().dropWhile(String::isEmpty).collect(Collectors.joining("\n")));
  }

  private static Arbitrary<String> lines() {
    return Arbitraries.strings()
        .withChars("ab, :\"\\(){}<>\t\r€é日\uD83E")
        .ofMaxLength(12)
        .map(String::strip)
        .filter(line -> !line.startsWith("Negative prompt:"));
  }

  @Provide
  Arbitrary<Map<String, String>> fields() {
    Arbitrary<String> names =
        Arbitraries.strings()
            .withChars("abcXYZ09_/ -")
            .ofMinLength(2)
            .ofMaxLength(12)
            .filter(name -> name.matches("\\w.*"));
    // Without a comma A1111 writes quotes as they are and takes them away when it reads.
    Arbitrary<String> values =
        lines()
            .filter(value -> !value.isEmpty())
            .filter(value -> value.contains(",") || !value.startsWith("\""));
    return Arbitraries.maps(names, values).ofMinSize(3).ofMaxSize(6);
  }
}
