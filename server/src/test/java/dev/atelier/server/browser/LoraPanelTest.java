package dev.atelier.server.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.Locator;
import dev.atelier.server.plugins.LoraFiles;
import dev.atelier.server.plugins.LoraJar;
import io.vertx.core.json.JsonObject;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** LoRAs in the page and in pictures, on the real studio and model. */
class LoraPanelTest {
  @TempDir private Path data;
  private Path models;
  private RunningStudio studio;
  @RegisterExtension final BrowserSession browser = new BrowserSession();

  @BeforeEach
  void start() {
    models = data.resolve("mine");
    LoraFiles.ofSeed(1)
        .metadata("ss_base_model_version", "sd_v1")
        .words("ink drawing", "paper")
        .write(models, "ink");
    LoraFiles.ofSeed(2).write(models, "watercolor");
    LoraFiles.write(
        models, "broken.safetensors", "no safetensors".getBytes(StandardCharsets.UTF_8));
    LoraJar.dropInto(data);
    studio = RunningStudio.start(data, models);
  }

  @AfterEach
  void stop() {
    studio.close();
  }

  /** The page with the panel unfolded. */
  private StudioPage open() {
    StudioPage page = browser.open(studio);
    page.at("panel-toggle").click();
    assertThat(page.at("lora-card")).hasCount(3);
    page.fill("prompt", "a photo of a fox, in a forest", "steps", "2", "seed", "7");
    return page.fill("width", "64", "height", "64");
  }

  private static Locator card(StudioPage page, String name) {
    return page.page().locator("[data-testid=lora-card][data-id='loras/" + name + "']");
  }

  private static Locator in(Locator card, String testId) {
    return card.getByTestId(testId);
  }

  private int[] make(StudioPage page) throws IOException {
    String job = page.generate().getString("id");
    JsonObject ended = studio.ended(job);
    assertEquals("done", ended.getString("state"), ended::encodePrettily);
    return pixels(studio.picturesOf(job).get(0));
  }

  private int[] pixels(JsonObject image) throws IOException {
    BufferedImage picture = studio.pixels(image);
    return picture.getRGB(
        0, 0, picture.getWidth(), picture.getHeight(), null, 0, picture.getWidth());
  }

  @Test
  void weightsChangeThePictureAndNoneLeavesItAsItWas() throws IOException {
    StudioPage page = open();
    int[] plain = make(page);
    in(card(page, "ink"), "lora-switch").check();
    assertThat(page.at("panel-switch")).isChecked();
    int[] whole = make(page);
    in(card(page, "ink"), "lora-unet").fill("0.5");
    assertThat(in(card(page, "ink"), "lora-text_encoder")).hasValue("0.5");
    int[] half = make(page);
    in(card(page, "ink"), "lora-unet").fill("0");
    int[] none = make(page);
    assertArrayEquals(plain, none, "a weight of 0 is no LoRA");
    assertFalse(Arrays.equals(plain, whole));
    assertFalse(Arrays.equals(plain, half));
    assertFalse(Arrays.equals(half, whole));
    in(card(page, "ink"), "lora-unet").fill("1");
    page.at("panel-switch").uncheck();
    assertArrayEquals(plain, make(page), "a picture behind one with a LoRA is the base's");
  }

  @Test
  void slidersLeaveAndReturnWithTheirValues() {
    StudioPage page = open();
    Locator ink = card(page, "ink");
    in(ink, "lora-switch").check();
    in(ink, "lora-link").click();
    in(ink, "lora-unet").fill("0.8");
    in(ink, "lora-text_encoder").fill("-0.25");
    in(ink, "lora-switch").uncheck();
    assertThat(in(ink, "lora-unet")).hasCount(0);
    in(ink, "lora-switch").check();
    shows(page, "0.8", "-0.25");

    StudioPage list = browser.open(studio);
    list.at("place-plugins").click();
    list.at("plugin-switch").uncheck();
    assertThat(list.at("plugin-row")).hasAttribute("data-state", "disabled");
    assertThat(page.at("panel")).hasCount(0);
    list.at("plugin-switch").check();
    assertThat(list.at("plugin-row")).hasAttribute("data-state", "running");
    shows(page, "0.8", "-0.25");
    page.page().reload();
    shows(page, "0.8", "-0.25");
    assertThat(in(card(page, "ink"), "lora-link")).hasAttribute("aria-pressed", "false");
  }

  private static void shows(StudioPage page, String unet, String textEncoder) {
    assertThat(in(card(page, "ink"), "lora-unet")).hasValue(unet);
    assertThat(in(card(page, "ink"), "lora-unet-range")).hasValue(unet);
    assertThat(in(card(page, "ink"), "lora-text_encoder")).hasValue(textEncoder);
  }

  @Test
  void aBrokenFileIsExplainedInItsCard() {
    StudioPage page = open();
    Locator broken = card(page, "broken");
    assertThat(in(broken, "lora-problem")).containsText("broken.safetensors");
    assertThat(in(broken, "lora-switch")).hasCount(0);
  }

  @Test
  void triggerWordsGoIntoThePromptAndTagsIntoThePicture() throws IOException {
    StudioPage page = open();
    Locator ink = card(page, "ink");
    in(ink, "lora-switch").check();
    in(ink, "lora-word").first().click();
    assertThat(page.at("prompt")).hasValue(Pattern.compile("ink drawing"));
    int[] byCard = make(page);
    in(ink, "lora-switch").uncheck();
    in(ink, "lora-details").locator("summary").click();
    in(ink, "lora-tag").click();
    assertThat(page.at("prompt")).hasValue(Pattern.compile("<lora:ink:1>"));
    // The comma that sets the tag off is a word of the prompt.
    String prompt = page.at("prompt").inputValue().replace(", <lora:ink:1>", "<lora:ink:1>");
    page.fill("prompt", prompt.replace("<lora:ink:1>, ", "<lora:ink:1>"));
    String without = page.at("prompt").inputValue().replace("<lora:ink:1>", "");
    int[] byTag = make(page);
    page.fill("prompt", without);
    in(ink, "lora-switch").check();
    assertArrayEquals(byTag, make(page), "a tag is a card");
    assertEquals(byCard.length, byTag.length);

    page.fill("prompt", "a fox <lora:watercolour:1>");
    browser.expect("400");
    page.at("prompt").press("Control+Enter");
    assertThat(page.page().locator("#prompt-error"))
        .hasText("There is no LoRA “watercolour”; did you mean watercolor?");
  }

  @Test
  void aNewFileAppearsAndManyAreSearched() {
    StudioPage page = open();
    for (int i = 0; i < 3; i++) {
      LoraFiles.ofSeed(10 + i).words("word" + i).write(models, "more-" + i);
    }
    page.at("lora-rescan").click();
    assertThat(page.at("lora-card")).hasCount(6);
    page.at("lora-search").fill("word1");
    assertThat(page.at("lora-card")).hasCount(1);
    page.at("lora-search").fill("nothing of the kind");
    assertThat(page.at("lora-none")).isVisible();
    page.at("lora-search").fill("");
    // A rescan from elsewhere shows, too.
    LoraFiles.ofSeed(20).write(models, "from-elsewhere");
    page.evaluate("fetch('/api/v1/models/rescan', {method: 'POST'}).then((r) => r.status)");
    assertThat(page.at("lora-card")).hasCount(7);
  }

  @Test
  void thePictureOnTheStageBecomesAThumbnail() throws IOException {
    StudioPage page = open();
    Locator ink = card(page, "ink");
    assertThat(ink.locator("img")).hasCount(0);
    make(page);
    page.loadedPicture();
    in(ink, "lora-details").locator("summary").click();
    in(ink, "lora-use-picture").click();
    assertThat(ink.locator("img")).hasCount(1);
    page.await(
        "() => document.querySelector('[data-testid=lora-card] img')?.naturalWidth > 0", null);
    in(ink, "lora-drop-picture").click();
    assertThat(ink.locator("img")).hasCount(0);
  }

  @Test
  void aPictureIsMadeAgainWithItsLoras() throws IOException {
    StudioPage page = open();
    Locator ink = card(page, "ink");
    in(ink, "lora-switch").check();
    in(ink, "lora-unet").fill("0.75");
    int[] first = make(page);
    page.loadedPicture();
    in(ink, "lora-unet").fill("-1");
    page.at("panel-switch").uncheck();
    page.at("reuse").click();
    assertThat(page.at("panel-switch")).isChecked();
    assertThat(in(ink, "lora-unet")).hasValue("0.75");
    assertArrayEquals(first, make(page));
  }

  @Test
  void thePanelFitsOnAPhone() {
    StudioPage page =
        browser.open(
            studio,
            new NewContextOptions().setViewportSize(390, 844).setIsMobile(true).setHasTouch(true));
    page.at("panel-toggle").click();
    in(card(page, "ink"), "lora-switch").check();
    assertEquals(390, page.evaluate("document.documentElement.scrollWidth"));
    assertTrue(in(card(page, "ink"), "lora-unet").isVisible());
  }
}
