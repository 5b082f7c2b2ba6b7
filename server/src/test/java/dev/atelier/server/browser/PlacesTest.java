package dev.atelier.server.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Browser.NewContextOptions;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** From place to place, and nothing is lost on the way. */
class PlacesTest {
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
  void runningJobAndSettingsAreThereOnTheWayBack() {
    StudioPage page = browser.open(studio);
    page.fill("prompt", "a photo of a wizard, in a forest", "steps", "40", "guidance", "5.5");
    page.generate();
    page.awaitStep(2);

    page.at("place-models").click();
    assertThat(page.at("place-models")).hasAttribute("aria-current", "page");
    assertThat(page.at("queue-length")).hasAttribute("data-running", "1");
    assertThat(page.page()).hasTitle(Pattern.compile("% · Models · Atelier"));

    page.at("place-generate").click();
    page.ready();
    page.awaitStage("running");
    assertThat(page.at("prompt")).hasValue("a photo of a wizard, in a forest");
    assertThat(page.at("guidance")).hasValue("5.5");
    page.awaitStep(5);
    page.cancelling(() -> page.at("cancel").click());
    page.awaitStage("cancelled");
  }

  @Test
  void onAPhoneThePlacesAreAMenu() {
    StudioPage page =
        browser.open(
            studio,
            new NewContextOptions().setViewportSize(390, 844).setIsMobile(true).setHasTouch(true));
    assertThat(page.at("place-models")).isHidden();
    page.page().locator(".places-button").tap();
    page.at("place-models").tap();
    assertThat(page.page()).hasTitle("Models · Atelier");
    assertThat(page.at("place-models")).isHidden();
    assertEquals(390, page.evaluate("document.documentElement.scrollWidth"));
    assertTrue(page.page().locator(".places-button").innerText().contains("Models"));
  }
}
