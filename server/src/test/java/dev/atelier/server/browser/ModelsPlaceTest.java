package dev.atelier.server.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import dev.atelier.server.downloads.FakeHub;
import dev.atelier.server.downloads.Mischief;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The models of the studio, getting one and taking it away, as a user does it. */
class ModelsPlaceTest {
  private static FakeHub hub;
  private static RunningStudio studio;
  @RegisterExtension final BrowserSession browser = new BrowserSession();

  @BeforeAll
  static void start(@TempDir Path data) {
    hub = new FakeHub();
    JsonObject card =
        new JsonObject()
            .put(
                "cardData",
                new JsonObject().put("license", "openrail").put("base_model", "SD 1.5"));
    Map<String, byte[]> storybook = FakeHub.folder(RunningStudio.STORYBOOK);
    hub.repo("someone/fairytale", storybook, card);
    hub.repo("someone/legend", storybook, card);
    Map<String, byte[]> many = new TreeMap<>();
    many.put("one.safetensors", "no tensors".getBytes());
    many.put("two.safetensors", "none either".getBytes());
    hub.repo("someone/many", many, new JsonObject().put("tags", new JsonArray()));
    studio = RunningStudio.start(data, hub.setup(data.resolve("models"), ""));
  }

  @AfterAll
  static void stop() {
    studio.close();
    hub.close();
  }

  /**
   * What a test held back and never asked for, as it was cancelled first, is not the next one's.
   */
  @AfterEach
  void makeUp() {
    hub.mischief.clear();
  }

  private StudioPage openModels() {
    StudioPage page = browser.open(studio);
    page.at("place-models").click();
    assertThat(row(page, "storybook")).isVisible();
    return page;
  }

  private static Locator row(StudioPage page, String id) {
    return page.page().locator("[data-testid=model-row][data-id='" + id + "']");
  }

  @Test
  void aModelIsAddedAndEveryOpenPageHasItWithoutAReload() {
    StudioPage generate = browser.open(studio);
    StudioPage page = openModels();
    page.fill("address", "someone/fairytale");
    page.at("look").click();
    assertThat(page.at("offer")).containsText("fairytale");
    assertThat(page.at("license")).hasText("openrail");
    assertThat(page.at("offer")).containsText("Or the other file");
    assertThat(page.at("confirm")).isFocused();

    // It stops in the middle of the largest file, so that there is time to look.
    Mischief.Hold hold = new Mischief.Hold(1000);
    hub.mischief.add(hold);
    page.at("confirm").click();
    assertThat(page.at("download")).hasAttribute("data-state", "running");
    assertThat(page.at("download-words")).containsText("of 5");
    hold.letGo();

    assertThat(row(page, "checkpoints/fairytale")).isVisible();
    assertThat(page.at("download")).hasCount(0);
    assertThat(row(page, "checkpoints/fairytale").getByTestId("model-origin"))
        .containsText("Licence: openrail");
    generate.at("model").selectOption("checkpoints/fairytale");
    generate.fill("prompt", "a photo of a knight", "width", "64", "height", "64", "steps", "2");
    generate.generate();
    generate.loadedPicture();
    // What is in memory is told as it changes.
    assertThat(row(page, "checkpoints/fairytale").getByTestId("in-memory")).isVisible();

    row(page, "checkpoints/fairytale").getByTestId("remove").press("Enter");
    assertThat(page.at("remove-yes")).isFocused();
    page.at("remove-yes").press("Enter");
    assertThat(row(page, "checkpoints/fairytale")).hasCount(0);
    assertThat(page.page().locator("#catalog")).isFocused();
    assertThat(generate.at("model").locator("option:checked")).containsText("not available");
  }

  @Test
  void aDownloadIsPausedGoneOnWithAndCancelledWhereItStands() {
    StudioPage page = openModels();
    hub.mischief.add(new Mischief.Hold(1000));
    page.fill("address", "someone/legend");
    page.at("address").press("Enter");
    page.at("confirm").press("Enter");
    assertThat(page.at("download")).hasAttribute("data-state", "running");
    page.at("download-pause").press("Enter");
    assertThat(page.at("download")).hasAttribute("data-state", "paused");
    assertThat(page.at("download-resume")).isFocused();
    page.page().reload();
    assertThat(page.at("download")).hasAttribute("data-state", "paused");
    hub.mischief.add(new Mischief.Hold(1000));
    page.at("download-resume").press("Enter");
    assertThat(page.at("download")).hasAttribute("data-state", "running");
    assertThat(page.at("download-pause")).isFocused();
    page.at("download-cancel").press("Enter");
    assertThat(page.at("download")).hasCount(0);
    assertThat(page.page().locator("#catalog")).isFocused();
  }

  @Test
  void whatIsWrongIsToldAtTheAddress() {
    browser.expect("400");
    browser.expect("422");
    browser.expect("429");
    StudioPage page = openModels();
    page.at("look").click();
    assertThat(page.at("address-error")).hasText("Paste the address of a model first.");
    page.fill("address", "nonsense").at("look").click();
    assertThat(page.at("address-error")).containsText("is no address of a model");
    assertThat(page.at("address")).isFocused();
    page.fill("address", "nobody/nothing").at("look").click();
    assertThat(page.at("address-error")).containsText("no public repository nobody/nothing");

    hub.refusals.add(new Mischief.Status(429, Map.of("Retry-After", "30")));
    page.at("look").click();
    assertThat(page.at("address-error")).hasText("Hugging Face asks to wait 30 s; try again then.");

    page.fill("address", "someone/many").at("look").click();
    assertThat(page.at("choice")).hasCount(2);
    page.at("choice").first().click();
    page.at("confirm").click();
    assertThat(page.at("download-error")).containsText("one.safetensors");
    page.at("download-cancel").click();
    assertThat(page.at("download")).hasCount(0);
  }

  /** The row said that the download waits for its turn, and nothing ever told it otherwise. */
  @Test
  void answerThatComesBehindItsDownloadsEventsDoesNotTakeThemBack() {
    StudioPage page = openModels();
    page.page()
        .route(
            "**/api/v1/downloads",
            route -> {
              APIResponse answer = route.fetch();
              assertThat(page.at("download-error")).isVisible();
              route.fulfill(new Route.FulfillOptions().setResponse(answer));
            },
            new Page.RouteOptions().setTimes(1));
    page.fill("address", "someone/many").at("look").click();
    page.at("choice").last().click();
    page.at("confirm").click();
    // The page has the answer when it closes what it showed of the address.
    assertThat(page.at("offer")).hasCount(0);
    assertThat(page.at("download-error")).containsText("two.safetensors");
    page.at("download-cancel").click();
    assertThat(page.at("download")).hasCount(0);
  }

  @Test
  void modelsAreFoundByKindAndWords() {
    StudioPage page = openModels();
    page.fill("model-search", "no such thing");
    assertThat(page.at("models-empty")).containsText("no such thing");
    page.fill("model-search", "storyb");
    assertThat(row(page, "storybook")).isVisible();
    page.at("kind-lora").click();
    assertThat(page.at("models-empty")).isVisible();
    page.at("kind-checkpoint").click();
    assertThat(row(page, "storybook")).isVisible();
    assertEquals(0, page.page().locator("[data-testid=remove]").count(), "not Atelier's to remove");
  }
}
