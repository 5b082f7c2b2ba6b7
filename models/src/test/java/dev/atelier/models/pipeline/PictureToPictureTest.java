package dev.atelier.models.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.models.Golden;
import dev.atelier.models.catalog.ModelCatalog;
import dev.atelier.models.engine.ComputeDevice;
import dev.atelier.models.picture.MaskContent;
import dev.atelier.models.picture.MaskOptions;
import dev.atelier.models.picture.ResizeMode;
import dev.atelier.models.registry.MemoryBudget;
import dev.atelier.models.registry.ModelRegistry;
import dev.atelier.models.registry.Snapshot.Held;
import dev.atelier.models.sampling.BatchNoise;
import dev.atelier.models.text.ClipVocabulary;
import dev.atelier.models.weights.RandomCheckpoint;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Pictures that begin with pictures, second runs and variations, on golden's tiny model. */
class PictureToPictureTest {
  private static final int SIDE = 64;
  private static final InputPicture PICTURE = new InputPicture("picture", SIDE, SIDE);
  private static final InputPicture MASK = new InputPicture("mask", SIDE, SIDE);

  @TempDir static Path folder;
  private static ComputeDevice device;
  private static ModelRegistry registry;
  private static ModelCatalog catalog;
  private static TextToImage textToImage;
  private final List<String> steps = new ArrayList<>();

  @BeforeAll
  static void open() throws IOException {
    device = ComputeDevice.open().inFloat32();
    Path checkpoints = folder.resolve("checkpoints");
    Golden.copyModelWithTokenizer(checkpoints.resolve("golden"));
    Path inpainting = checkpoints.resolve("inpainting");
    RandomCheckpoint.oddInpainting(1).writeFolder(inpainting);
    ClipVocabulary.standard().writeTo(Files.createDirectories(inpainting.resolve("tokenizer")));
    registry = new ModelRegistry(device.device(), MemoryBudget.defaultBytes(device.device()));
    catalog = ModelCatalog.scan(List.of(folder));
    textToImage =
        new TextToImage(
            device,
            registry,
            () -> catalog,
            input -> input.equals(MASK) ? mask() : picture(input.width(), input.height()));
  }

  @AfterAll
  static void close() {
    registry.close();
    device.close();
  }

  @AfterEach
  void everyLeaseIsReturned() {
    assertTrue(registry.snapshot().models().stream().map(Held::leases).allMatch(n -> n == 0));
  }

  private static BufferedImage picture(int width, int height) {
    var picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = picture.createGraphics();
    graphics.setColor(Color.ORANGE);
    graphics.fillRect(0, 0, width, height);
    graphics.setColor(Color.BLUE);
    graphics.fillOval(10, 10, 30, 40);
    graphics.dispose();
    return picture;
  }

  /** The right half. */
  private static BufferedImage mask() {
    var mask = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = mask.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(SIDE / 2, 0, SIDE / 2, SIDE);
    graphics.dispose();
    return mask;
  }

  private static ImageRequest.Builder request() {
    return request("checkpoints/golden");
  }

  private static ImageRequest.Builder request(String model) {
    return ImageRequest.builder(model)
        .setPrompt("a red cat")
        .optSize(SIDE, SIDE)
        .optSteps(6)
        .optGuidanceScale(3)
        .optSeed(4);
  }

  private static Start.Picture from(double strength) {
    return new Start.Picture(PICTURE, ResizeMode.JUST_RESIZE, strength);
  }

  private static Start inpaint(MaskContent content, boolean onlyMasked) {
    return new Start.Inpaint(from(0.8), MASK, new MaskOptions(false, 0, content, onlyMasked, 4));
  }

  private static final GenerationObserver OBSERVER =
      new GenerationObserver() {
        @Override
        public void onStep(int step, int all, Supplier<List<BufferedImage>> preview) {}

        @Override
        public boolean cancelled() {
          return false;
        }
      };

  private List<BufferedImage> made(ImageRequest.Builder request) {
    return textToImage.generate(
        request.build(),
        new GenerationObserver() {
          @Override
          public void onStep(int step, int all, Supplier<List<BufferedImage>> preview) {
            steps.add(step + "/" + all);
          }

          @Override
          public boolean cancelled() {
            return false;
          }
        });
  }

  private static int[] pixels(BufferedImage picture) {
    int width = picture.getWidth();
    return picture.getRGB(0, 0, width, picture.getHeight(), null, 0, width);
  }

  private static double difference(BufferedImage one, BufferedImage other) {
    int[] a = pixels(one);
    int[] b = pixels(other);
    long sum = 0;
    for (int i = 0; i < a.length; i++) {
      for (int shift = 0; shift < 24; shift += 8) {
        sum += Math.abs((a[i] >> shift & 0xFF) - (b[i] >> shift & 0xFF));
      }
    }
    return sum / 3.0 / a.length;
  }

  @Test
  void theStrengthSaysHowManyStepsAreTaken() {
    made(request().optStart(from(0.5)));
    assertEquals(List.of("1/3", "2/3", "3/3"), steps);
  }

  @Test
  void atLeastOneStepIsTaken() {
    made(request().optStart(from(0)));
    assertEquals(List.of("1/1"), steps);
  }

  @Test
  void thePictureMattersLessTheStrongerItIs() {
    BufferedImage little = made(request().optStart(from(0.2))).get(0);
    BufferedImage much = made(request().optStart(from(1))).get(0);
    BufferedImage text = made(request()).get(0);
    assertTrue(difference(much, text) < difference(little, text));
  }

  @Test
  void eachPictureOfABatchIsItsSeedsOwn() {
    List<BufferedImage> batch =
        made(request().optStart(from(0.7)).optBatch(2, BatchNoise.SEED_PLUS_INDEX));
    BufferedImage second = made(request().optStart(from(0.7)).optSeed(5)).get(0);
    assertTrue(difference(batch.get(1), second) < 0.5);
    assertTrue(difference(batch.get(0), second) > 2);
  }

  @Test
  void theEncoderIsLoadedForPicturesOnly() {
    registry.evictUnused();
    made(request());
    assertFalse(holdsEncoder());
    made(request().optStart(from(0.5)));
    assertTrue(holdsEncoder());
  }

  private static boolean holdsEncoder() {
    return registry.snapshot().models().stream()
        .anyMatch(held -> held.key().endsWith("vae_encoder"));
  }

  @ParameterizedTest
  @EnumSource(MaskContent.class)
  void onlyWhatIsMaskedChanges(MaskContent content) {
    BufferedImage result = made(request().optStart(inpaint(content, false))).get(0);
    BufferedImage original = picture(SIDE, SIDE);
    int[] kept = original.getRGB(0, 0, SIDE / 2, SIDE, null, 0, SIDE / 2);
    assertArrayEquals(kept, result.getRGB(0, 0, SIDE / 2, SIDE, null, 0, SIDE / 2));
    assertTrue(difference(result, original) > 5);
  }

  @Test
  void onlyMaskedGivesThePicturesOwnSizeBack() {
    var large = new InputPicture("large", 150, 90);
    Start start =
        new Start.Inpaint(
            new Start.Picture(large, ResizeMode.JUST_RESIZE, 0.8),
            MASK,
            new MaskOptions(false, 2, MaskContent.ORIGINAL, true, 8));
    ImageRequest.Builder request = request().optStart(start);
    BufferedImage result = made(request).get(0);
    assertEquals(new PictureSize(150, 90), request.build().resultSize());
    assertEquals(150, result.getWidth());
    assertEquals(90, result.getHeight());
    assertEquals(picture(150, 90).getRGB(5, 45), result.getRGB(5, 45));
  }

  @ParameterizedTest
  @EnumSource(HiresFix.Upscaler.class)
  void aSecondRunMakesTheLargerPicture(HiresFix.Upscaler upscaler) {
    var fix = new HiresFix(128, 96, upscaler, 2, 0.5);
    ImageRequest.Builder request =
        request().optSteps(4).optStart(new Start.Noise(Optional.of(fix)));
    BufferedImage result = made(request).get(0);
    assertEquals(128, result.getWidth());
    assertEquals(96, result.getHeight());
    assertEquals(List.of("1/6", "2/6", "3/6", "4/6", "5/6", "6/6"), steps);
  }

  @Test
  void aVariationGoesFromOneSeedToTheOther() {
    BufferedImage own = made(request()).get(0);
    BufferedImage other = made(request().optSeed(900)).get(0);
    assertArrayEquals(pixels(own), pixels(made(varied(0)).get(0)));
    assertTrue(difference(other, made(varied(1)).get(0)) < 0.5);
    BufferedImage between = made(varied(0.3)).get(0);
    assertTrue(difference(own, between) > 1);
    assertTrue(difference(other, between) > 1);
  }

  private static ImageRequest.Builder varied(double strength) {
    return request().optVariation(Optional.of(new Variation(900, strength)));
  }

  @Test
  void theBatchOfAVariationVariesOneSeed() {
    List<BufferedImage> batch = made(varied(0.5).optBatch(2, BatchNoise.SEED_PLUS_INDEX));
    ImageRequest.Builder second = request().optVariation(Optional.of(new Variation(901, 0.5)));
    assertTrue(difference(batch.get(1), made(second).get(0)) < 0.5);
    assertTrue(difference(batch.get(0), batch.get(1)) > 1);
  }

  @Test
  void aSeedResizedFromAnotherSizeIsAnotherPicture() {
    ImageRequest.Builder own = request().optSeedResize(Optional.of(new SeedResize(SIDE, SIDE)));
    assertArrayEquals(pixels(made(request()).get(0)), pixels(made(own).get(0)));
    ImageRequest.Builder other = request().optSeedResize(Optional.of(new SeedResize(128, SIDE)));
    assertTrue(difference(made(request()).get(0), made(other).get(0)) > 1);
  }

  /** A UNet of nine channels takes text, a picture, and a picture with a mask. */
  @ParameterizedTest
  @CsvSource({"text", "picture", "mask"})
  void inpaintingModelsAreUsable(String kind) {
    Start start =
        switch (kind) {
          case "picture" -> from(0.5);
          case "mask" -> inpaint(MaskContent.FILL, false);
          default -> Start.NOISE;
        };
    BufferedImage result =
        made(request("checkpoints/inpainting").optSteps(2).optStart(start)).get(0);
    assertEquals(SIDE, result.getWidth());
  }

  /** The mask is no decoration: with another one the model sees another picture. */
  @Test
  void inpaintingModelsSeeTheMask() {
    Start.Inpaint usual = (Start.Inpaint) inpaint(MaskContent.ORIGINAL, false);
    MaskOptions inverted = new MaskOptions(true, 0, MaskContent.ORIGINAL, false, 4);
    ImageRequest.Builder request = request("checkpoints/inpainting").optSteps(2);
    BufferedImage left =
        made(request.optStart(new Start.Inpaint(usual.picture(), MASK, inverted))).get(0);
    BufferedImage right = made(request.optStart(usual)).get(0);
    assertTrue(difference(left, right) > 1);
  }

  @Test
  void anEmptyMaskIsRefused() {
    Start start =
        new Start.Inpaint(
            from(0.5), MASK, new MaskOptions(false, 0, MaskContent.ORIGINAL, true, 0));
    var nothing =
        new TextToImage(
            device,
            registry,
            () -> catalog,
            input -> new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB));
    ImageRequest request = request().optStart(start).build();
    var refused =
        assertThrows(InvalidRequestException.class, () -> nothing.generate(request, OBSERVER));
    assertEquals("The mask is empty; paint over what should be made anew.", refused.getMessage());
  }
}
