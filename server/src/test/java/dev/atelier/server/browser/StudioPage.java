package dev.atelier.server.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.LoadState;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** The studio's page in a browser, and what a user does with it. */
final class StudioPage {
  /** For what waits for the model: long, for machines that are busy. */
  private static final double WORK = 180_000;

  private final Page page;
  private final SocketLog socket;
  private final List<String> sent = new ArrayList<>();

  private StudioPage(Page page) {
    this.page = page;
    this.socket = new SocketLog(page);
    page.onRequest(request -> sent.add(request.method() + " " + request.url()));
  }

  /** Opens it, and waits until it knows the studio's models. */
  static StudioPage open(Page page, String url) {
    StudioPage studio = new StudioPage(page);
    page.navigate(url);
    studio.ready();
    return studio;
  }

  /** Waits until it is connected and knows the studio's models. */
  StudioPage ready() {
    page.waitForLoadState(LoadState.DOMCONTENTLOADED);
    assertThat(at("connection")).hasAttribute("data-state", "connected");
    assertThat(at("model")).not().hasValue("");
    return this;
  }

  /** The browser's page. */
  Page page() {
    return page;
  }

  /** What came over the page's WebSockets. */
  SocketLog socket() {
    return socket;
  }

  /** The element of that test id. */
  Locator at(String testId) {
    return page.getByTestId(testId);
  }

  /** The stage, whose {@code data-state} is its job's state, or {@code image} or {@code empty}. */
  Locator stage() {
    return page.locator("#stage");
  }

  /** Waits until the stage shows that state. */
  void awaitStage(String state) {
    assertThat(stage())
        .hasAttribute(
            "data-state", state, new LocatorAssertions.HasAttributeOptions().setTimeout(WORK));
  }

  /** The finished picture on the stage, loaded. */
  Locator loadedPicture() {
    Locator picture = at("picture");
    assertThat(picture)
        .hasClass(
            Pattern.compile("\\bloaded\\b"),
            new LocatorAssertions.HasClassOptions().setTimeout(WORK));
    return picture;
  }

  /** Fills in fields: test ids and values in turn. */
  StudioPage fill(String... fields) {
    for (int i = 0; i < fields.length; i += 2) {
      at(fields[i]).fill(fields[i + 1]);
    }
    return this;
  }

  /** Presses Ctrl+Enter in the prompt; returns the job that the studio answers with. */
  JsonObject generate() {
    return answer(
        page.waitForResponse(
            answers("POST", "/api/v1/images"), () -> at("prompt").press("Control+Enter")));
  }

  /** Does something that cancels a job; returns the job as the studio answers with it. */
  JsonObject cancelling(Runnable action) {
    return answer(page.waitForResponse(answers("DELETE", "/api/v1/jobs/"), action));
  }

  private static Predicate<Response> answers(String method, String path) {
    return response -> response.request().method().equals(method) && response.url().contains(path);
  }

  private static JsonObject answer(Response response) {
    return new JsonObject(response.text());
  }

  /** Waits until the job on the stage has done that many steps, or more. */
  int awaitStep(int step) {
    await(
        "step => Number(document.querySelector('[data-testid=progress]')?.dataset.step) >= step",
        step);
    return Integer.parseInt(at("progress").getAttribute("data-step"));
  }

  /** Waits until a function of the page, given {@code argument}, returns something true. */
  void await(String function, Object argument) {
    page.waitForFunction(function, argument, new Page.WaitForFunctionOptions().setTimeout(WORK));
  }

  /** How many requests of that method and path the page has sent so far. */
  long sent(String method, String path) {
    return sent.stream().filter(s -> s.startsWith(method + " ") && s.endsWith(path)).count();
  }

  /** The value of an expression in the page. */
  Object evaluate(String expression) {
    return page.evaluate(expression);
  }
}
