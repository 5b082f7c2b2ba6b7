package dev.atelier.server.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.microsoft.playwright.Locator;
import io.vertx.core.json.JsonObject;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What can be done with pictures made before. */
class HistoryTest {
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

  /** A picture that is made in no time. */
  private static JsonObject sketch(String prompt) {
    return studio.make(
        new JsonObject().put("prompt", prompt).put("steps", 2).put("width", 64).put("height", 64));
  }

  private static Locator thumb(StudioPage page, JsonObject image) {
    return page.page().locator("[data-testid=history-item][data-id='%s']".formatted(id(image)));
  }

  private static String id(JsonObject image) {
    return image.getString("id");
  }

  @Test
  void reusedSettingsMakeTheIdenticalPicture() throws IOException {
    StudioPage page = browser.open(studio);
    page.fill("prompt", "a photo of a girl, holding a balloon, on a beach")
        .fill("negative-prompt", "a beard", "width", "256", "height", "192")
        .fill("steps", "9", "guidance", "5.5", "seed", "20250417");
    page.at("sampler").selectOption("Euler a");
    String first = page.generate().getString("id");
    page.loadedPicture();
    JsonObject old = studio.picturesOf(first).get(0);

    page.fill("prompt", "a pencil sketch of a man, in a forest", "negative-prompt", "")
        .fill("width", "192", "height", "256", "steps", "6", "guidance", "9", "batch-size", "2");
    page.at("sampler").selectOption("DDIM");
    page.at("seed-random").click();
    String second = page.generate().getString("id");
    page.awaitStage("done");

    thumb(page, old).click();
    page.at("reuse").click();
    assertThat(page.at("prompt")).hasValue("a photo of a girl, holding a balloon, on a beach");
    assertThat(page.at("negative-prompt")).hasValue("a beard");
    assertThat(page.at("width")).hasValue("256");
    assertThat(page.at("height")).hasValue("192");
    assertThat(page.at("steps")).hasValue("9");
    assertThat(page.at("guidance")).hasValue("5.5");
    assertThat(page.at("sampler")).hasValue("Euler a");
    assertThat(page.at("batch-size")).hasValue("1");
    assertThat(page.at("seed")).hasValue("20250417");

    String third = page.generate().getString("id");
    page.awaitStage("image");
    assertThat(page.loadedPicture()).not().hasAttribute("data-id", id(old));
    JsonObject again = studio.picturesOf(third).get(0);
    assertNotEquals(id(old), id(again));
    assertArrayEquals(pixels(old), pixels(again));
    assertFalse(Arrays.equals(pixels(old), pixels(studio.picturesOf(second).get(0))));
  }

  private static int[] pixels(JsonObject picture) throws IOException {
    BufferedImage image = studio.pixels(picture);
    return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
  }

  @Test
  void oldPictureIsSeenWithItsSettingsAndArrowsGoOn() {
    JsonObject oldest = sketch("the oldest");
    JsonObject middle = sketch("the middle one");
    JsonObject newest = sketch("the newest");
    StudioPage page = browser.open(studio);
    assertThat(page.loadedPicture()).hasAttribute("data-id", id(newest));

    thumb(page, oldest).click();
    assertThat(page.at("picture")).hasAttribute("data-id", id(oldest));
    assertThat(thumb(page, oldest)).hasAttribute("aria-current", "true");
    assertThat(page.at("detail")).containsText("the oldest");
    assertThat(page.at("detail")).containsText("64 × 64");
    assertThat(page.at("detail-seed")).hasText(String.valueOf(oldest.getLong("seed")));

    page.page().keyboard().press("ArrowLeft");
    assertThat(page.at("picture")).hasAttribute("data-id", id(middle));
    assertThat(thumb(page, middle)).isFocused();
    page.page().keyboard().press("ArrowUp");
    assertThat(page.at("picture")).hasAttribute("data-id", id(newest));
    page.page().keyboard().press("ArrowRight");
    assertThat(page.at("detail")).containsText("the middle one");
  }

  @Test
  void deletingTakesTwoClicks() {
    JsonObject kept = sketch("to keep");
    JsonObject doomed = sketch("to delete");
    StudioPage page = browser.open(studio);
    thumb(page, doomed).click();
    page.at("delete").click();
    page.at("delete-keep").click();
    assertThat(page.at("delete")).isVisible();
    assertEquals(200, studio.status("/api/v1/images/" + id(doomed)));

    page.at("delete").click();
    assertThat(page.at("delete-confirm")).isFocused();
    page.at("delete-confirm").click();
    assertThat(thumb(page, doomed)).hasCount(0);
    // Its neighbour takes its place.
    assertThat(page.loadedPicture()).hasAttribute("data-id", id(kept));
    assertEquals(404, studio.status("/api/v1/images/" + id(doomed)));
    assertEquals(404, studio.status(doomed.getString("url")));
  }

  @Test
  void promptIsTextWhereverItIsShown() {
    String hostile =
        "<img src=x onerror=\"window.hacked=1\"><script>window.hacked=2</script>\"'><b>bold</b>";
    JsonObject image = sketch(hostile);
    StudioPage page = browser.open(studio);
    thumb(page, image).click();
    assertThat(page.at("detail").getByText(hostile)).isVisible();
    assertThat(page.loadedPicture()).hasAttribute("alt", hostile);
    assertThat(thumb(page, image)).hasAttribute("aria-label", hostile);
    page.at("reuse").click();
    page.fill("steps", "30", "width", "128", "height", "128").generate();
    page.fill("steps", "2").generate();
    assertThat(page.at("queue-item").first()).containsText(hostile);
    page.awaitStage("image");
    assertThat(page.page().locator("[src=x], body b, body script")).hasCount(0);
    assertNull(page.evaluate("window.hacked ?? null"));
  }
}
