package dev.atelier.server.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.Keyboard;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** On a phone, without a mouse, by day and by night, and while the studio is away. */
class EverywhereTest {
  /** The name of the bar that lies over some of what has the focus. */
  private static final String COVERED =
      """
      (() => {
        const {top, bottom} = document.activeElement.getBoundingClientRect();
        const bar = (name) => document.querySelector(name).getBoundingClientRect();
        if (top < bar('.topbar').bottom) return 'topbar';
        return bottom > bar('.generate-bar').top ? 'generate-bar' : '';
      })()
      """;

  @TempDir private Path data;
  private RunningStudio studio;
  @RegisterExtension final BrowserSession browser = new BrowserSession();

  @BeforeEach
  void start() {
    studio = RunningStudio.start(data);
  }

  @AfterEach
  void stop() {
    studio.close();
  }

  @Test
  void phone() {
    StudioPage page =
        browser.open(
            studio,
            new NewContextOptions()
                .setViewportSize(390, 844)
                .setDeviceScaleFactor(2)
                .setIsMobile(true)
                .setHasTouch(true));
    assertThat(page.at("steps")).isHidden();
    page.at("settings-toggle").tap();
    assertThat(page.at("steps")).isVisible();
    page.fill("steps", "8", "width", "128", "height", "128");
    page.at("settings-toggle").tap();
    assertThat(page.at("steps")).isHidden();
    assertThat(page.at("settings-toggle")).containsText("128 × 128 · 8 steps");
    page.fill("prompt", "a photo of a princess, in a flower meadow");
    page.at("generate").tap();
    page.loadedPicture();
    assertThat(page.at("picture")).isInViewport();
    assertEquals(390, page.evaluate("document.documentElement.scrollWidth"));

    // What is wrong in a folded setting unfolds it.
    page.at("settings-toggle").tap();
    page.fill("width", "100");
    page.at("settings-toggle").tap();
    page.at("generate").tap();
    assertThat(page.at("error-width")).isVisible();
    assertThat(page.at("width")).isFocused();
  }

  /** The page scrolls under its top bar and under the bar with Generate. */
  @Test
  void whatHasTheFocusOnAPhoneIsUnderNeitherBar() {
    StudioPage page =
        browser.open(
            studio,
            new NewContextOptions()
                .setViewportSize(390, 844)
                .setReducedMotion(ReducedMotion.REDUCE));
    Locator examples = page.page().locator(".empty-examples button");
    assertThat(examples.last()).isVisible();
    page.page().locator(".stage").focus();
    for (int i = 0; i < examples.count(); i++) {
      page.page().keyboard().press("Tab");
      assertEquals("", page.evaluate(COVERED), "Tab " + i);
    }
    assertThat(examples.last()).isFocused();
    for (int i = examples.count() - 1; i > 0; i--) {
      page.page().keyboard().press("Shift+Tab");
      assertEquals("", page.evaluate(COVERED), "Shift+Tab " + i);
    }
  }

  @Test
  void keyboardAlone() {
    studio.make(new JsonObject().put("prompt", "made before").put("steps", 2));
    StudioPage page = browser.open(studio);
    Keyboard keys = page.page().keyboard();
    tabTo(page, "prompt");
    keys.type("a photo of an astronaut, on the moon in space");
    tabTo(page, "steps");
    keys.press("Control+A");
    keys.type("6");
    tabTo(page, "generate");
    keys.press("Enter");
    assertThat(page.at("history-item")).hasCount(2);
    assertThat(page.loadedPicture())
        .hasAttribute("alt", "a photo of an astronaut, on the moon in space");
    tabTo(page, "download");
    tabTo(page, "history-item");
    keys.press("ArrowDown");
    assertThat(page.at("picture")).hasAttribute("alt", "made before");
    keys.press("Enter");
    assertThat(page.at("detail")).containsText("made before");
  }

  /** Presses Tab until the focus is there, which it must be before the page's end. */
  private static void tabTo(StudioPage page, String testId) {
    for (int i = 0; i < 60; i++) {
      page.page().keyboard().press("Tab");
      if (testId.equals(page.evaluate("document.activeElement.dataset.testid ?? ''"))) {
        return;
      }
    }
    throw new AssertionError("Tab does not get to " + testId);
  }

  @Test
  void themeIsRemembered() {
    StudioPage page =
        browser.open(studio, new NewContextOptions().setColorScheme(ColorScheme.LIGHT));
    String bySystem = background(page);
    page.at("theme").click();
    assertThat(page.page().locator("html")).hasAttribute("data-theme", "dark");
    assertNotEquals(bySystem, background(page));
    String dark = background(page);
    page.page().reload();
    page.ready();
    assertThat(page.page().locator("html")).hasAttribute("data-theme", "dark");
    assertEquals(dark, background(page));
    page.at("theme").click();
    assertThat(page.page().locator("html")).hasAttribute("data-theme", "light");
    assertEquals(bySystem, background(page));
  }

  private static String background(StudioPage page) {
    return (String) page.evaluate("getComputedStyle(document.documentElement).backgroundColor");
  }

  @Test
  void pageWaitsForAStudioThatIsAwayAndGoesOn() {
    browser.expect("ERR_CONNECTION_REFUSED");
    StudioPage page = browser.open(studio);
    page.fill("prompt", "a photo of a robot, in snowy mountains", "steps", "4");
    int port = studio.port();
    studio.close();
    assertThat(page.at("banner")).containsText("The studio does not answer.");
    assertThat(page.at("connection")).hasAttribute("data-state", "offline");
    page.at("generate").click();
    assertThat(page.at("form-error")).containsText("Nothing is lost");

    studio = RunningStudio.startOn(port, data);
    assertThat(page.at("connection")).hasAttribute("data-state", "connected");
    assertThat(page.at("banner")).hasCount(0);
    assertThat(page.at("prompt")).hasValue("a photo of a robot, in snowy mountains");
    page.generate();
    page.loadedPicture();
    assertTrue(page.at("form-error").isHidden());
  }
}
