package dev.atelier.server.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.BoundingBox;
import com.microsoft.playwright.options.FilePayload;
import dev.atelier.server.inputs.Photos;
import io.vertx.core.json.JsonObject;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Pictures that begin with pictures: chosen, dropped, pasted, taken from the stage, masked. */
class StartTest {
  private static RunningStudio studio;
  @RegisterExtension final BrowserSession browser = new BrowserSession();

  @BeforeAll
  static void start(@TempDir Path data) {
    studio = RunningStudio.start(data);
  }

  @AfterAll
  static void stop() {
    studio.close();
  }

  private StudioPage openWith(BufferedImage picture) {
    StudioPage page = browser.open(studio);
    page.fill("prompt", "a photo of a robot, on a beach", "steps", "4");
    page.at("start-picture").click();
    page.at("start-file")
        .setInputFiles(new FilePayload("picture.png", "image/png", Photos.file(picture, "png")));
    assertThat(page.at("start-image")).isVisible();
    return page;
  }

  /** Waits for the job's picture on the stage. */
  private static JsonObject shown(StudioPage page, JsonObject job) {
    studio.ended(job.getString("id"));
    JsonObject image = studio.picturesOf(job.getString("id")).get(0);
    assertThat(page.loadedPicture()).hasAttribute("data-id", image.getString("id"));
    return image;
  }

  private static JsonObject start(JsonObject job) {
    return job.getJsonObject("request").getJsonObject("start");
  }

  @Test
  void pictureFromAChosenPicture() {
    StudioPage page = openWith(Photos.picture(192, 128));
    assertThat(page.at("width")).hasValue("384");
    assertThat(page.at("height")).hasValue("256");
    page.fill("width", "192", "height", "128", "start-strength", "0.5");
    JsonObject job = page.generate();
    assertEquals(0.5, start(job).getDouble("strength"));
    assertEquals(192, start(job).getJsonObject("picture").getInteger("width"));
    shown(page, job);
    assertThat(page.at("detail-start")).hasText("a picture, strength 0.5");

    // What was chosen is still there after the page was loaded again.
    page.page().reload();
    page.ready();
    assertThat(page.at("start-image")).isVisible();
    assertThat(page.at("start-strength")).hasValue("0.5");
    page.at("start-text").click();
    JsonObject fromText = page.generate();
    assertNull(fromText.getJsonObject("request").getValue("start"));
    shown(page, fromText);

    // And the first one's settings bring it back.
    page.at("history-item").nth(1).click();
    page.at("reuse").click();
    assertThat(page.at("start-picture")).hasAttribute("aria-pressed", "true");
    assertEquals(start(job), start(page.generate()));
  }

  @Test
  void pictureDroppedOrPasted() {
    StudioPage page = browser.open(studio);
    String png = Base64.getEncoder().encodeToString(Photos.file(Photos.picture(64, 64), "png"));
    page.page()
        .evaluate(
            """
            (png) => {
              const bytes = Uint8Array.from(atob(png), (c) => c.charCodeAt(0));
              const data = new DataTransfer();
              data.items.add(new File([bytes], 'a.png', {type: 'image/png'}));
              document.body.dispatchEvent(new DragEvent('drop', {dataTransfer: data, bubbles: true, cancelable: true}));
            }""",
            png);
    assertThat(page.at("start-image")).isVisible();
    page.at("start-remove").click();
    assertThat(page.at("start-choose")).isVisible();
    page.page()
        .evaluate(
            """
            (png) => {
              const bytes = Uint8Array.from(atob(png), (c) => c.charCodeAt(0));
              const data = new DataTransfer();
              data.items.add(new File([bytes], 'a.png', {type: 'image/png'}));
              document.body.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true}));
            }""",
            png);
    assertThat(page.at("start-image")).isVisible();
  }

  @Test
  void whatIsNoPictureIsSaidWhereItHappened() {
    StudioPage page = browser.open(studio);
    page.at("start-picture").click();
    page.at("start-file").setInputFiles(new FilePayload("a.txt", "text/plain", "hello".getBytes()));
    assertThat(page.at("error-start_picture"))
        .hasText("This file is no picture that the browser can read.");
    page.fill("prompt", "a fox").at("generate").click();
    assertThat(page.at("error-start_picture"))
        .hasText("Choose a picture to begin with, or begin from text.");
    assertEquals(0, page.sent("POST", "/api/v1/images"));
  }

  @Test
  void pictureOnTheStageUsedAsStart() {
    StudioPage page = browser.open(studio);
    page.fill("prompt", "a photo of a king", "steps", "2", "width", "128", "height", "128");
    shown(page, page.generate());
    page.at("use-as-start").click();
    assertThat(page.at("start-image")).isVisible();
    JsonObject job = page.fill("width", "128", "height", "128").generate();
    assertEquals(128, start(job).getJsonObject("picture").getInteger("width"));
    assertThat(page.at("detail-start")).hasText("a picture, strength 0.75");
  }

  /** What is painted changes, the rest stays to the byte. */
  @Test
  void maskPaintedWithTheMouse() throws IOException {
    BufferedImage original = Photos.picture(128, 128);
    StudioPage page = openWith(original);
    page.fill("width", "128", "height", "128").at("mask-toggle").click();
    page.at("generate").click();
    assertThat(page.at("error-mask")).containsText("The mask is empty");

    paint(page, 0.15, 0.7, 0.4, 0.9);
    JsonObject job = page.generate();
    assertEquals("original", start(job).getJsonObject("mask").getString("content"));
    JsonObject image = shown(page, job);
    BufferedImage made = studio.pixels(image);
    for (int i = 0; i < 128; i++) {
      assertEquals(original.getRGB(i, 2), made.getRGB(i, 2), "above the mask");
      assertEquals(original.getRGB(126, i), made.getRGB(126, i), "beside it");
    }
    assertTrue(original.getRGB(30, 104) != made.getRGB(30, 104), "what is painted");
    assertThat(page.at("detail-start")).containsText("its masked part");
  }

  private static void paint(StudioPage page, double x, double y, double toX, double toY) {
    BoundingBox box = page.at("mask-canvas").boundingBox();
    var mouse = page.page().mouse();
    mouse.move(box.x + x * box.width, box.y + y * box.height);
    mouse.down();
    mouse.move(box.x + toX * box.width, box.y + toY * box.height);
    mouse.up();
  }

  private static final String PAINTED =
      "canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data"
          + ".filter((value, i) => i % 4 === 3 && value > 127).length / canvas.width / canvas.height";

  private static double painted(StudioPage page) {
    return ((Number) page.at("mask-canvas").evaluate(PAINTED)).doubleValue();
  }

  @Test
  void maskToolsAndKeys() {
    StudioPage page = openWith(Photos.picture(128, 128));
    page.at("mask-toggle").click();
    Locator canvas = page.at("mask-canvas");
    assertEquals(0, painted(page));
    paint(page, 0.2, 0.5, 0.8, 0.5);
    double stroke = painted(page);
    assertTrue(stroke > 0.05 && stroke < 0.6, "painted " + stroke);
    page.at("mask-invert").click();
    assertEquals(1 - stroke, painted(page), 0.03);
    page.at("mask-undo").click();
    assertEquals(stroke, painted(page), 1e-6);
    page.at("mask-erase").click();
    paint(page, 0.2, 0.5, 0.8, 0.5);
    assertTrue(painted(page) < 0.02);
    page.at("mask-erase").click();
    page.at("mask-clear").click();
    assertEquals(0, painted(page));

    canvas.focus();
    canvas.press("]");
    canvas.press("Space");
    for (int i = 0; i < 5; i++) {
      canvas.press("ArrowRight");
    }
    canvas.press("Space");
    double byKeys = painted(page);
    assertTrue(byKeys > 0.02, "painted " + byKeys);
    canvas.press("Control+z");
    assertEquals(0, painted(page));
  }

  @Test
  void maskComesBackWithItsSettings() {
    StudioPage page = openWith(Photos.picture(128, 128));
    page.fill("width", "128", "height", "128").at("mask-toggle").click();
    paint(page, 0.2, 0.2, 0.6, 0.2);
    double before = painted(page);
    page.at("mask-area").selectOption("only");
    JsonObject job = page.generate();
    shown(page, job);
    page.page().reload();
    page.ready();
    page.await(
        "() => document.querySelector('#mask-canvas').getContext('2d')"
            + ".getImageData(0, 0, 128, 128).data.some((v, i) => i % 4 === 3 && v > 127)",
        null);
    assertEquals(before, painted(page), 0.01);
    assertEquals(start(job), start(page.generate()));
  }

  @Test
  void hiresFixAndVariation() {
    StudioPage page = browser.open(studio);
    page.fill("prompt", "a photo of a knight", "steps", "2", "width", "128", "height", "128");
    page.at("hires-upscaler").selectOption("Latent");
    page.fill("hires-scale", "1.5", "variation-strength", "0.2", "variation-seed", "9");
    page.fill("seed-resize-width", "128", "seed-resize-height", "64");
    JsonObject job = page.generate();
    JsonObject request = job.getJsonObject("request");
    assertEquals(192, request.getJsonObject("hires").getInteger("width"));
    assertEquals(9, request.getJsonObject("variation").getInteger("seed"));
    assertEquals(
        new JsonObject().put("width", 128).put("height", 64), request.getJsonObject("seed_resize"));
    assertThat(page.loadedPicture()).hasJSProperty("naturalWidth", 192);
    page.at("hires-upscaler").selectOption("");
    page.fill("seed-resize-width", "0", "seed-resize-height", "0");
    page.at("reuse").click();
    assertThat(page.at("hires-upscaler")).hasValue("Latent");
    assertThat(page.at("hires-scale")).hasValue("1.5");
    assertThat(page.at("variation-strength")).hasValue("0.2");
    assertThat(page.at("seed-resize-width")).hasValue("128");
    assertThat(page.at("seed-resize-height")).hasValue("64");
    assertThat(page.at("detail")).containsText("128 × 64");
  }
}
