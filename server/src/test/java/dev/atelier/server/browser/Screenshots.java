package dev.atelier.server.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.Page.GetByLabelOptions;
import com.microsoft.playwright.Page.ScreenshotOptions;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import dev.atelier.server.downloads.DownloadSetup;
import dev.atelier.server.downloads.FakeHub;
import dev.atelier.server.downloads.Mischief;
import dev.atelier.server.plugins.LoraFiles;
import dev.atelier.server.plugins.LoraJar;
import dev.atelier.server.plugins.PluginJar;
import dev.atelier.server.plugins.SheetJar;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Takes pictures of the page: {@code generate.png} is the README's, the others are for whoever
 * changes the page to look at. No test, and run by name only; CONTRIBUTING says how.
 */
class Screenshots {
  private static final List<String> PROMPTS =
      List.of(
          "a photo of an astronaut, waving, on the moon in space",
          "a photo of a princess with blonde long hair, wearing a pink dress, in a flower meadow",
          "a cartoon of a pirate with a beard, wearing a red shirt, running, on a beach",
          "a photo of a blue robot, with arms raised, in snowy mountains",
          "portrait of a wizard with a beard, wearing a purple robe, on a city street at night",
          "a photo of a king, wearing blue clothes and a red cape, in the desert with pyramids",
          "a photo of a knight, holding a sword, in front of a castle with a rainbow");

  @TempDir private Path data;
  @RegisterExtension final BrowserSession browser = new BrowserSession();
  private Path folder;

  @BeforeEach
  void choose() {
    folder =
        Path.of(
            Objects.requireNonNull(
                System.getProperty("atelier.screenshots"), "-Datelier.screenshots=FOLDER"));
  }

  /** Plugins in every state, and the cards of those that run. */
  @Test
  void takePlugins() throws IOException {
    browser.expect("ERR_CONNECTION_REFUSED");
    try (RunningStudio studio = RunningStudio.start(data.resolve("studio"))) {
      places(studio, "plugins-empty");
      Path jars = data.resolve("studio").resolve("plugins");
      card("vignette", "Vignette").write(jars.resolve("vignette.jar"));
      card("film-grain", "Film grain").write(jars.resolve("film-grain.jar"));
      card("broken", "Broken")
          .manifest("Plugin-Requires", "2.0")
          .write(jars.resolve("broken-3.0.jar"));
      card("palette", "Palette")
          .manifest("Plugin-Dependencies", "colours@2.1")
          .write(jars.resolve("palette.jar"));
      Files.writeString(jars.resolve("half.jar"), "half");
      StudioPage page = browser.open(studio, screen(1440, 900, ColorScheme.DARK));
      page.at("panel-switch").nth(0).check();
      page.at("panels").scrollIntoViewIfNeeded();
      take(page, "panels");
      page.at("place-plugins").click();
      assertThat(page.at("plugin-row")).hasCount(5);
      page.at("plugin-switch").nth(2).uncheck();
      assertThat(page.page().locator("[data-state=disabled]").first()).isVisible();
      page.at("plugin-remove").nth(0).click();
      take(page, "plugins");
      places(studio, "plugins");
      StudioPage phone = browser.open(studio, screen(390, 844, ColorScheme.LIGHT));
      phone.at("panel-switch").nth(0).check();
      phone.at("panels").scrollIntoViewIfNeeded();
      take(phone, "panels-phone-light");
    }
  }

  private void places(RunningStudio studio, String name) {
    StudioPage light = browser.open(studio, screen(1440, 900, ColorScheme.LIGHT));
    light.page().navigate(studio.url() + "/plugins");
    assertThat(light.page().locator(".plugin-folder")).isVisible();
    take(light, name + "-light");
    StudioPage phone = browser.open(studio, screen(390, 844, ColorScheme.DARK));
    phone.page().navigate(studio.url() + "/plugins");
    assertThat(phone.page().locator(".plugin-folder")).isVisible();
    take(phone, name + "-phone");
  }

  private static PluginJar card(String id, String title) {
    return PluginJar.of(id, "1.2.0")
        .plugin(
            """
            public class Main implements AtelierPlugin {
              public Contributions start(PluginContext context) {
                return Contributions.builder()
                    .add(Panel.of(Panel.Place.GENERATE, "TITLE", "schema.json")).build();
              }
              public long memoryBytes() { return 12L << 20; }
            }
            """
                .replace("TITLE", title))
        .manifest("Plugin-Description", title + " for finished pictures.")
        .file(
            "panel/schema.json",
            """
            {"properties": {
              "strength": {"type": "number", "title": "Strength", "minimum": 0, "maximum": 1, "default": 0.5,
                "description": "How much of it."},
              "mode": {"type": "string", "title": "Mode", "enum": ["Soft", "Hard"], "default": "Soft"},
              "colour": {"type": "boolean", "title": "In colour", "default": true},
              "words": {"type": "string", "title": "Words", "default": ""}}}
            """);
  }

  /** Jobs of plugins in every state, and the form for one more. */
  @Test
  void takeJobs() throws IOException {
    browser.expect("ERR_CONNECTION_REFUSED");
    browser.expect("400");
    Path own = data.resolve("studio");
    Path hold = own.resolve("plugins-data").resolve("maker").resolve("hold");
    try (RunningStudio studio = RunningStudio.start(own)) {
      Path jars = own.resolve("plugins");
      SheetJar.dropInto(own, "1.0.0", PluginJobsPageTest.HOLD);
      SheetJar.of("printer", "1.0.0", "").write(jars.resolve("printer.jar"));
      StudioPage page = browser.open(studio, screen(1440, 900, ColorScheme.DARK));
      page.at("place-plugins").click();
      assertThat(page.at("job-new")).hasCount(2);
      jobs(page, 0, "8", "done");
      jobs(page, 0, "99", "failed");
      Files.createFile(hold);
      jobs(page, 0, "4", "running");
      assertThat(page.at("plugin-job").first().getByTestId("plugin-job-result")).hasCount(1);
      jobs(page, 1, "3", "queued");
      jobs(page, 0, "2", "queued");
      page.at("plugin-job-cancel").first().click();
      jobs(page, 0, "5", "queued");
      page.at("plugin-switch").nth(1).uncheck();
      assertThat(page.at("job-new")).hasCount(1);
      page.at("job-new").click();
      page.page().getByLabel("Words", new GetByLabelOptions().setExact(true)).fill("");
      page.at("job-start").click();
      assertThat(page.at("job-form-problem")).isVisible();
      take(page, "jobs");
      places(studio, "jobs");
      StudioPage phone = browser.open(studio, screen(390, 844, ColorScheme.LIGHT));
      phone.page().navigate(studio.url() + "/plugins");
      phone.at("job-new").click();
      take(phone, "jobs-phone-light");
      page.at("plugin-job-remove").last().click();
      page.at("plugin-job-remove-yes").scrollIntoViewIfNeeded();
      take(page, "jobs-remove");
      Files.delete(hold);
    }
  }

  private static void jobs(StudioPage page, int type, String count, String state) {
    page.at("job-new").nth(type).click();
    page.page().getByLabel("Pictures", new GetByLabelOptions().setExact(true)).fill(count);
    page.at("job-start").click();
    assertThat(page.at("job-form")).hasCount(0);
    assertThat(page.at("plugin-job").first()).hasAttribute("data-state", state);
  }

  /** The card of the LoRAs: one in use, one broken, one with a picture. */
  @Test
  void takeLoras() throws IOException {
    Path models = data.resolve("mine");
    LoraFiles.ofSeed(1)
        .metadata("ss_base_model_version", "sd_v1")
        .words("ink drawing", "paper texture", "black and white", "brush strokes", "calligraphy")
        .tensor("lora_unet_up_blocks_9_attn.lora_down.weight", 4, 8)
        .write(models, "ink-drawing-style-v2");
    LoraFiles.ofSeed(2).metadata("ss_base_model_version", "sd_v1").write(models, "watercolor");
    LoraFiles.ofSeed(3)
        .write(models, "a name that is far too long to fit into one line of the card");
    LoraFiles.ofSeed(4).words("knight").write(models, "knight");
    LoraFiles.write(models, "half.safetensors", new byte[100]);
    Files.copy(
        Path.of("..", "docs", "images", "generate.png"),
        models.resolve("loras").resolve("watercolor.preview.png"));
    LoraJar.dropInto(data.resolve("studio"));
    browser.expect("ERR_CONNECTION_REFUSED");
    try (RunningStudio studio = RunningStudio.start(data.resolve("studio"), models)) {
      loras(studio, 1440, 900, ColorScheme.DARK, "loras");
      loras(studio, 1440, 900, ColorScheme.LIGHT, "loras-light");
      loras(studio, 390, 844, ColorScheme.DARK, "loras-phone");
      loras(studio, 390, 844, ColorScheme.LIGHT, "loras-phone-light");
    }
  }

  private void loras(RunningStudio studio, int width, int height, ColorScheme scheme, String name) {
    StudioPage page = browser.open(studio, screen(width, height, scheme));
    page.at("panel-toggle").click();
    assertThat(page.at("lora-card")).hasCount(5);
    page.at("lora-switch").nth(1).check();
    page.at("lora-switch").nth(2).check();
    page.at("lora-unet").first().fill("0.65");
    page.at("panel").first().evaluate("card => card.scrollIntoView()");
    take(page, name);
    page.at("lora-card").nth(2).getByTestId("lora-details").locator("summary").click();
    page.at("lora-card").nth(2).evaluate("card => card.scrollIntoView()");
    take(page, name + "-details");
  }

  /** The place of the models, with an offer and a download under way. */
  @Test
  void takeModels() {
    try (FakeHub hub = new FakeHub()) {
      Map<String, byte[]> files = FakeHub.folder(RunningStudio.STORYBOOK);
      JsonObject card =
          new JsonObject().put("license", "creativeml-openrail-m").put("base_model", "SD 1.5");
      for (String name : List.of("someone/fairytale", "someone/legend", "someone/saga")) {
        hub.repo(name, files, new JsonObject().put("cardData", card));
      }
      DownloadSetup setup = hub.setup(data.resolve("models"), "");
      browser.expect("422");
      try (RunningStudio studio = RunningStudio.start(data.resolve("studio"), setup)) {
        models(browser.open(studio, screen(1440, 900, ColorScheme.DARK)), hub, "models");
        models(browser.open(studio, screen(390, 844, ColorScheme.LIGHT)), hub, "models-phone");
      }
    }
  }

  private void models(StudioPage page, FakeHub hub, String name) {
    page.page().navigate(page.page().url() + "models");
    assertThat(page.at("model-row").first()).isVisible();
    take(page, name + "-empty");
    if (name.equals("models")) {
      page.fill("address", "someone/fairytale").at("look").click();
      page.at("confirm").click();
      assertThat(page.at("model-row")).hasCount(2);
      hub.mischief.add(new Mischief.Hold(3_000_000));
      page.fill("address", "someone/legend").at("look").click();
      page.at("confirm").click();
      assertThat(page.at("download-words")).containsText("of 5");
      page.page().locator("[data-testid=remove]").first().click();
    }
    page.fill("address", "someone/saga").at("look").click();
    assertThat(page.at("offer")).isVisible();
    page.page().locator(".offer-files summary").first().click();
    take(page, name);
    page.fill("address", "nobody/nothing").at("look").click();
    assertThat(page.at("address-error")).isVisible();
    take(page, name + "-error");
  }

  /** The model folders: one of each kind, one that is away, one that is asked about. */
  @Test
  void takeFolders() throws IOException {
    Path webui = data.resolve("stable-diffusion-webui");
    Path away = data.resolve("external disk").resolve("ComfyUI");
    LoraFiles.ofSeed(1).write(webui, "ink-drawing");
    Files.createDirectories(webui.resolve("models").resolve("Stable-diffusion"));
    Files.createDirectories(away.resolve("models").resolve("checkpoints"));
    browser.expect("404");
    browser.expect("ERR_CONNECTION_REFUSED");
    try (RunningStudio studio = RunningStudio.start(data.resolve("studio"), data.resolve("gone"))) {
      folders(studio, 1440, 900, ColorScheme.DARK, "folders", webui, away);
      folders(studio, 1440, 900, ColorScheme.LIGHT, "folders-light");
      folders(studio, 390, 844, ColorScheme.DARK, "folders-phone");
      folders(studio, 390, 844, ColorScheme.LIGHT, "folders-phone-light");
    }
    try (RunningStudio studio =
        RunningStudio.startKnownAs("studio.example", data.resolve("studio"))) {
      StudioPage page = browser.open(studio, screen(1440, 900, ColorScheme.DARK));
      page.page().navigate(studio.url() + "/models#folders");
      assertThat(page.at("folders-fixed")).isVisible();
      take(page, "folders-fixed");
    }
  }

  private void folders(
      RunningStudio studio, int width, int height, ColorScheme scheme, String name, Path... add)
      throws IOException {
    StudioPage page = browser.open(studio, screen(width, height, scheme));
    page.page().navigate(studio.url() + "/models");
    assertThat(page.at("folder-row").first()).isVisible();
    for (Path folder : add) {
      page.fill("folder", folder.toString()).at("folder-add").click();
      assertThat(page.at("folder-said")).containsText("is in the list");
      page.at("folder").evaluate("field => field.scrollIntoView()");
      take(page, name + "-added");
    }
    Files.deleteIfExists(data.resolve("external disk/ComfyUI/models/checkpoints"));
    Files.deleteIfExists(data.resolve("external disk/ComfyUI/models"));
    Files.deleteIfExists(data.resolve("external disk/ComfyUI"));
    page.at("rescan").click();
    assertThat(page.at("folder-problem")).hasCount(2);
    page.at("folder-remove").first().click();
    page.fill("folder", "/home/me/comfy").at("folder-add").click();
    assertThat(page.at("folder-error")).isVisible();
    page.at("folders").evaluate("section => section.scrollIntoView()");
    take(page, name);
    page.at("to-folders").evaluate("link => link.scrollIntoView({block: 'center'})");
    take(page, name + "-link");
  }

  @Test
  void take() {
    Path nothing = data.resolve("no-models");
    // The pages outlive the studios.
    browser.expect("ERR_CONNECTION_REFUSED");
    try (RunningStudio studio = RunningStudio.start(data.resolve("studio"), nothing)) {
      take(browser.open(studio, screen(1440, 900, ColorScheme.DARK)), "problem");
    }
    try (RunningStudio studio = RunningStudio.start(data.resolve("studio"))) {
      take(browser.open(studio, screen(1440, 900, ColorScheme.DARK)), "empty");
      take(browser.open(studio, screen(390, 844, ColorScheme.DARK)), "empty-phone");
      for (int i = 0; i < PROMPTS.size(); i++) {
        studio.make(
            new JsonObject()
                .put("prompt", PROMPTS.get(i))
                .put("guidance_scale", 5)
                .put("seed", 39 + i));
      }
      finished(studio, 1440, 900, ColorScheme.DARK, "generate");
      finished(studio, 1440, 900, ColorScheme.LIGHT, "generate-light");
      finished(studio, 1000, 800, ColorScheme.DARK, "generate-tablet");
      finished(studio, 390, 844, ColorScheme.DARK, "generate-phone");
      finished(studio, 390, 844, ColorScheme.LIGHT, "generate-phone-light");
      working(studio);
    }
  }

  private static NewContextOptions screen(int width, int height, ColorScheme scheme) {
    return new NewContextOptions()
        .setViewportSize(width, height)
        .setColorScheme(scheme)
        .setDeviceScaleFactor(width < 500 ? 2 : 1)
        .setReducedMotion(ReducedMotion.REDUCE);
  }

  /** The newest picture, with its settings in the form. */
  private void finished(
      RunningStudio studio, int width, int height, ColorScheme scheme, String name) {
    StudioPage page = browser.open(studio, screen(width, height, scheme));
    page.loadedPicture();
    page.at("reuse").click();
    assertThat(page.at("prompt-tokens")).not().hasText("0/75");
    page.stage()
        .evaluate("stage => { stage.scrollIntoView(); stage.focus({preventScroll: true}) }");
    take(page, name);
  }

  /** A batch that is half done, a job that waits, one that was cancelled. */
  private void working(RunningStudio studio) {
    StudioPage page = browser.open(studio, screen(1440, 900, ColorScheme.DARK));
    page.fill("prompt", PROMPTS.get(3), "batch-size", "4", "steps", "12").generate();
    page.fill("prompt", PROMPTS.get(4), "batch-size", "1").generate();
    page.awaitStep(6);
    take(page, "working");
    page.cancelling(() -> page.at("job-cancel").click());
    page.awaitStage("done");
    page.page().waitForFunction("() => document.querySelectorAll('.picture.loaded').length === 4");
    take(page, "batch");
    page.generate();
    page.awaitStep(2);
    page.cancelling(() -> page.at("cancel").click());
    page.awaitStage("cancelled");
    take(page, "cancelled");
  }

  private void take(StudioPage page, String name) {
    // The thumbnails too.
    page.page()
        .waitForFunction(
            "() => [...document.images].every((i) => i.complete || i.loading == 'lazy')");
    page.page().screenshot(new ScreenshotOptions().setPath(folder.resolve(name + ".png")));
  }
}
