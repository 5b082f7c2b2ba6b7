package dev.atelier.server.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import io.vertx.core.json.JsonObject;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** From a prompt to a picture. */
class GenerateTest {
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

  @Test
  void pictureFormsBeforeItIsDone() throws IOException {
    StudioPage page = browser.open(studio);
    page.fill("prompt", "a photo of a knight, in front of a castle with a rainbow", "steps", "60");
    assertThat(page.at("width")).hasValue("256"); // what the built-in model was trained on

    JsonObject job = page.generate();
    page.await(
        "frames => document.querySelector('[data-testid=preview]')?.dataset.frames >= frames"
            + " && !document.querySelector('[data-testid=picture]')",
        3);

    Locator picture = page.loadedPicture();
    String id = job.getString("id");
    assertTrue(page.socket().previewsBeforeTheEnd(id) >= 3);
    JsonObject image = studio.picturesOf(id).get(0);
    assertThat(picture).hasAttribute("src", image.getString("url"));
    assertThat(picture).hasAttribute("data-id", image.getString("id"));
    assertThat(picture).hasJSProperty("naturalWidth", 256);
    BufferedImage pixels = studio.pixels(image);
    assertEquals(256, pixels.getWidth());
    assertTrue(colours(pixels) > 1000, "one in many colours");
    assertThat(page.at("history-item").first()).hasAttribute("data-id", image.getString("id"));
    lookAtItByItself(page, image);
  }

  /** In a tab of its own, of which the browser does not complain either. */
  private static void lookAtItByItself(StudioPage page, JsonObject image) {
    Page tab = page.page().context().newPage();
    tab.navigate(studio.url() + image.getString("url"));
    assertThat(tab.locator("img")).hasJSProperty("naturalWidth", 256);
    tab.close();
  }

  private static long colours(BufferedImage image) {
    int[] pixels = image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, 256);
    return Arrays.stream(pixels).distinct().count();
  }

  @Test
  void batchIsAGridOfPicturesThatCanBeSeenLarge() {
    StudioPage page = browser.open(studio);
    page.fill("prompt", "a photo of a robot, on a beach", "steps", "4", "batch-size", "4")
        .fill("width", "128", "height", "128");
    JsonObject job = page.generate();
    page.awaitStage("done");
    Locator items = page.at("batch-item");
    assertThat(items).hasCount(4);
    assertThat(page.page().locator(".picture.loaded")).hasCount(4);
    List<JsonObject> made = studio.picturesOf(job.getString("id"));
    assertEquals(4, made.stream().map(image -> image.getLong("seed")).distinct().count());

    items.nth(2).click();
    page.awaitStage("image");
    String third =
        made.stream()
            .filter(image -> image.getInteger("index") == 2)
            .findFirst()
            .orElseThrow()
            .getString("id");
    assertThat(page.loadedPicture()).hasAttribute("data-id", third);
    page.at("show-batch").click();
    assertThat(items).hasCount(4);
  }
}
