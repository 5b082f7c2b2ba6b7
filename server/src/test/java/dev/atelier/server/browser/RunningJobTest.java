package dev.atelier.server.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Route;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What can be done while a picture is being made. */
class RunningJobTest {
  /** Enough steps to do something in between. */
  private static final String MANY = "40";

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
  void cancelStopsWithinAStep() {
    StudioPage page = browser.open(studio);
    page.fill("prompt", "a photo of a wizard, in a forest", "steps", MANY);
    String id = page.generate().getString("id");
    page.awaitStep(3);
    page.evaluate(
        "document.querySelector('[data-testid=cancel]').addEventListener('click', () => {"
            + "window.stepSeen = Number(document.querySelector('[data-testid=progress]').dataset.step)"
            + "}, {capture: true})");
    JsonObject asked = page.cancelling(() -> page.at("cancel").click());
    page.awaitStage("cancelled");
    page.page().waitForCondition(() -> told(page, id).equals("cancelled"));

    int last = page.socket().lastStep(id);
    int whenAsked = asked.getJsonObject("progress").getInteger("step");
    assertTrue(last <= whenAsked + 1, "asked at step " + whenAsked + ", went on to " + last);
    // The page may be a step behind the studio when the click comes.
    int seen = (Integer) page.evaluate("window.stepSeen");
    assertTrue(last <= seen + 2, "clicked at step " + seen + ", went on to " + last);

    assertEquals("cancelled", studio.get("/api/v1/jobs/" + id).getString("state"));
    assertEquals(List.of(), studio.picturesOf(id));
    assertThat(page.at("cancel")).isDisabled();
    assertThat(page.at("generate")).containsText("Generate");
    page.fill("steps", "4").generate();
    page.loadedPicture();
  }

  private static String told(StudioPage page, String job) {
    return page.socket().lastState(job).orElse("");
  }

  @Test
  void reloadedPageFindsItsJobAndReceivesTheResult() {
    StudioPage page = browser.open(studio);
    page.fill("prompt", "a photo of a pirate, running, on a beach", "steps", MANY);
    String id = page.generate().getString("id");
    int before = page.awaitStep(4);
    page.page().reload();
    page.ready();
    int after = page.awaitStep(before + 1);
    assertThat(page.at("preview")).hasClass(Pattern.compile("\\bpainted\\b"));
    assertThat(page.at("prompt")).hasValue("a photo of a pirate, running, on a beach");
    page.awaitStep(after + 1);

    JsonObject image = result(page, id);
    assertEquals(40, image.getJsonObject("request").getInteger("steps"));
  }

  private static JsonObject result(StudioPage page, String job) {
    Locator picture = page.loadedPicture();
    List<JsonObject> made = studio.picturesOf(job);
    assertEquals(1, made.size());
    assertThat(picture).hasAttribute("data-id", made.get(0).getString("id"));
    return made.get(0);
  }

  @Test
  void pageThatWasAwayWhenItsJobEndedShowsTheResult() {
    StudioPage page = browser.open(studio);
    page.fill("prompt", "a photo of a ninja, jumping, on the moon in space", "steps", "10");
    String id = page.generate().getString("id");
    page.page().navigate("about:blank");
    assertEquals("done", studio.ended(id).getString("state"));
    page.page().goBack();
    page.ready();
    result(page, id);
  }

  /** The stage went back to “waiting” and stayed there until the picture was done. */
  @Test
  void answerThatComesBehindItsJobsEventsDoesNotTakeThemBack() {
    StudioPage page = browser.open(studio);
    page.page()
        .route(
            "**/api/v1/images",
            route -> {
              APIResponse answer = route.fetch();
              String id = new JsonObject(answer.text()).getString("id");
              page.page().waitForCondition(() -> told(page, id).equals("running"));
              route.fulfill(new Route.FulfillOptions().setResponse(answer));
            });
    page.fill("prompt", "a photo of a robot, in snowy mountains", "steps", MANY);
    String id = page.generate().getString("id");
    page.awaitStep(1);
    assertThat(page.stage()).hasAttribute("data-state", "running");
    page.cancelling(() -> page.at("cancel").click());
    page.awaitStage("cancelled");
    assertEquals("cancelled", told(page, id));
  }

  @Test
  void queuedJobIsCancelledWhereItWaits() {
    StudioPage page = browser.open(studio);
    page.fill("prompt", "a photo of a king, in the desert with pyramids", "steps", MANY);
    String first = page.generate().getString("id");
    page.awaitStep(1);
    assertThat(page.at("generate")).containsText("Add to queue");
    String second = page.fill("prompt", "a photo of a queen").generate().getString("id");
    Locator waiting = page.at("queue-item");
    assertThat(waiting).hasCount(1);
    assertThat(waiting).hasAttribute("data-state", "queued");
    assertThat(waiting).containsText("a photo of a queen");
    assertThat(page.at("queue-length")).hasAttribute("data-queued", "1");

    page.cancelling(() -> waiting.getByTestId("job-cancel").click());
    assertThat(waiting).hasCount(0);
    assertEquals("cancelled", studio.get("/api/v1/jobs/" + second).getString("state"));
    page.awaitStage("running");
    page.cancelling(() -> page.at("cancel").click());
    page.awaitStage("cancelled");
    assertEquals(Optional.of("cancelled"), page.socket().lastState(first));
  }

  /** A keyboard would have to begin at the page's first link again. */
  @Test
  void focusStaysNearAJobThatEnds() {
    StudioPage page = browser.open(studio);
    page.fill("prompt", "a photo of a knight, holding a sword", "steps", MANY);
    page.generate();
    page.awaitStep(1);
    page.fill("prompt", "a photo of a queen").generate();
    String last = page.fill("prompt", "a photo of a princess").generate().getString("id");
    Locator waiting = page.at("queue-item");
    assertThat(waiting).hasCount(2);
    page.cancelling(() -> waiting.first().getByTestId("job-cancel").press("Enter"));
    assertThat(waiting).hasCount(1);
    assertThat(waiting.locator(".queue-show")).isFocused();
    page.at("prompt").focus();
    page.evaluate("import('/static/js/api.js').then(({api}) => api.cancel('" + last + "'))");
    assertThat(waiting).hasCount(0);
    assertThat(page.at("prompt")).isFocused();

    Locator cancel = page.at("cancel");
    page.cancelling(() -> cancel.press("Enter"));
    page.awaitStage("cancelled");
    assertThat(cancel).isDisabled();
    drawn(page);
    assertThat(cancel).isFocused();
    page.page().keyboard().press("Tab");
    assertThat(page.page().locator("#cancel:disabled")).hasCount(1);

    page.at("retry").press("Enter");
    page.awaitStep(1);
    assertThat(page.stage()).isFocused();
    page.fill("prompt", "a photo of a king").generate();
    page.cancelling(() -> waiting.getByTestId("job-cancel").press("Enter"));
    assertThat(waiting).hasCount(0);
    assertThat(page.stage()).isFocused();
    page.cancelling(() -> page.page().keyboard().press("Escape"));
    page.awaitStage("cancelled");
    assertThat(page.stage()).isFocused();
  }

  /** Browsers take the focus from what is disabled when they next draw. */
  private static void drawn(StudioPage page) {
    page.evaluate(
        "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
  }
}
