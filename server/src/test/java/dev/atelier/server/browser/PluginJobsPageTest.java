package dev.atelier.server.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import dev.atelier.server.plugins.SheetJar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Long work of a plugin as users start, follow and end it, in two pages at once. */
class PluginJobsPageTest {
  /** Stays at a picture, without a word, for as long as there is a file. */
  static final String HOLD =
      "while (Files.exists(folder.resolve(\"hold\"))) { job.save(\"\" + (i + 1)); Thread.sleep(20); }";

  @TempDir private Path data;
  private RunningStudio studio;
  private Path hold;
  @RegisterExtension final BrowserSession browser = new BrowserSession();

  @BeforeEach
  void start() throws IOException {
    studio = RunningStudio.start(data);
    hold = Files.createDirectories(data.resolve("plugins-data").resolve("maker")).resolve("hold");
    Files.createFile(hold);
  }

  @AfterEach
  void stop() {
    studio.close();
  }

  private StudioPage open(int width) {
    StudioPage page = browser.open(studio, new NewContextOptions().setViewportSize(width, 900));
    page.page().navigate(studio.url() + "/plugins");
    assertThat(page.page().locator(".plugin-folder")).isVisible();
    return page;
  }

  /** The field of the form with that label. */
  private static Locator field(StudioPage page, String label) {
    return page.at("job-form").getByLabel(label, new Locator.GetByLabelOptions().setExact(true));
  }

  /** Whatever job is the newest, in both pages. */
  private static void assertNewest(List<StudioPage> pages, String state, int results) {
    for (StudioPage page : pages) {
      Locator job = page.at("plugin-job").first();
      assertThat(job).hasAttribute("data-state", state);
      assertThat(job.getByTestId("plugin-job-result")).hasCount(results);
    }
  }

  /** What screen readers tell of, in both pages. */
  private static void assertHeard(List<StudioPage> pages, String words) {
    for (StudioPage page : pages) {
      assertThat(page.page().locator("#announcer")).containsText(words);
    }
  }

  private static void assertJobs(List<StudioPage> pages, int count) {
    for (StudioPage page : pages) {
      assertThat(page.at("plugin-job")).hasCount(count);
    }
  }

  @Test
  void aJobIsStartedFollowedAndEndedInEveryPage() throws IOException {
    browser.expect("400");
    browser.expect("404");
    StudioPage one = open(1440);
    StudioPage other = open(390);
    List<StudioPage> both = List.of(one, other);
    assertThat(one.page().locator("#jobs")).isHidden();
    SheetJar.dropInto(data, "1.0.0", HOLD);
    assertThat(other.at("job-new")).hasText("New: Sheet…");

    startWithMistakes(one);
    assertNewest(both, "running", 1);
    follow(other);
    keepTheNewest(other);
    cancelAnother(one, other);
    switchThePluginOffAndOn(one, other);

    Files.delete(hold);
    assertNewest(both, "done", 3);
    assertHeard(both, "Sheet: done");
    look(one);
    one.page().reload();
    assertNewest(both, "done", 3);
    remove(other);
    assertJobs(both, 0);

    Files.createFile(hold);
    one.at("job-new").click();
    one.at("job-start").click();
    assertNewest(both, "running", 1);
    other.at("plugin-job-cancel").click();
    assertNewest(both, "cancelled", 1);
    assertHeard(both, "Sheet: cancelled");
    Files.delete(hold);
    runAgain(both);
    fail(both);
    assertThat(one.at("job-new")).isVisible();
    switchOffWhileTheListIsAskedFor(other);
    runAgainWithoutItsPlugin(one);
    remove(one);
    assertJobs(both, 0);
  }

  /** It goes to what can be done next, and stays where somebody has taken it meanwhile. */
  @Test
  void focusStaysInTheRowOfAJobThatEnds() throws IOException {
    StudioPage page = open(1440);
    SheetJar.dropInto(data, "1.0.0", HOLD);
    startOne(page);
    page.at("plugin-job-cancel").press("Enter");
    assertNewest(List.of(page), "cancelled", 1);
    assertThat(page.at("plugin-job-repeat")).isFocused();

    startOne(page);
    page.at("plugin-job-cancel").focus();
    Files.delete(hold);
    assertNewest(List.of(page), "done", 2);
    assertThat(page.at("plugin-job-result").first()).isFocused();

    Files.createFile(hold);
    startOne(page);
    page.at("job-new").focus();
    Files.delete(hold);
    assertNewest(List.of(page), "done", 2);
    assertThat(page.at("job-new")).isFocused();
  }

  private static void startOne(StudioPage page) {
    page.at("job-new").click();
    page.at("job-start").click();
    assertNewest(List.of(page), "running", 1);
  }

  /** What the page sees itself, what only the studio sees, and then a job. */
  private static void startWithMistakes(StudioPage page) {
    page.at("job-new").click();
    assertThat(field(page, "Pictures")).isFocused();
    assertThat(field(page, "Pictures")).hasValue("2");
    field(page, "Pictures").fill("100");
    page.at("job-start").click();
    assertThat(page.at("job-form")).containsText("Pictures must be between 1 and 99, not 100.");
    assertThat(field(page, "Pictures")).isFocused();
    assertEquals(0, page.sent("POST", "/api/v1/plugin-jobs"));

    field(page, "Pictures").fill("3");
    field(page, "Words").fill("");
    page.at("job-start").click();
    assertThat(page.at("job-form-problem"))
        .hasText("The parameter words of the plugin maker must be a text of 1 to 60 characters.");
    assertThat(field(page, "Pictures")).hasValue("3");
    field(page, "Words").fill("owl");
    field(page, "Words").press("Enter");
    assertThat(page.at("job-form")).hasCount(0);
    assertThat(page.at("job-new")).isFocused();
  }

  private static void follow(StudioPage page) {
    Locator words = page.at("plugin-job-words");
    assertThat(words).containsText(Pattern.compile("picture 1 · 0 of 3 · [\\d.]+ s"));
    assertThat(page.at("plugin-job-bar")).hasAttribute("aria-valuemax", "3");
    assertThat(page.at("plugin-job-bar")).hasAttribute("aria-valuetext", "picture 1, 0 of 3");
    assertThat(page.at("plugin-job-parameters")).hasText("count 3 · words owl");
    // No event comes, and its time goes on.
    assertThat(words).not().hasText(words.textContent());
    assertEquals(390, page.evaluate("document.documentElement.scrollWidth"));
  }

  /**
   * Nothing is taken back by what is late: revisions, and the seconds that they have gone on for.
   */
  private static void keepTheNewest(StudioPage page) {
    Object kept =
        page.evaluate(
            """
            async () => {
              const {newer} = await import('/static/js/model/rows.js');
              const job = (revision, seconds) =>
                ({revision, progress: seconds === null ? null : {elapsed_seconds: seconds}});
              return [job(1, 9), job(2, null), job(2, 4), job(2, 6), job(3, null)]
                .map((heard) => newer(job(2, 5), heard))
                .map(({revision, progress}) => `${revision}: ${progress?.elapsed_seconds}`);
            }
            """);
    assertEquals(List.of("2: 5", "2: 5", "2: 5", "2: 6", "3: undefined"), kept);
    keepWhatIsHeardWhileTheListIsOnItsWay(page);
  }

  /** Two answers that were asked for one after the other come the other way round, and late. */
  private static void keepWhatIsHeardWhileTheListIsOnItsWay(StudioPage page) {
    Object rows =
        page.evaluate(
            """
            async () => {
              const {createStore} = await import('/static/js/store.js');
              const {LiveList} = await import('/static/js/live-list.js');
              const row = (id, revision = 0) => ({id, revision, progress: null});
              const store = createStore({downloads: []});
              const answers = [];
              const list = new LiveList(store, 'downloads', () => new Promise((r) => answers.push(r)));
              list.put(row('a'));
              const loads = [list.load(), list.load()];
              list.put(row('d'));
              list.put(row('c', 2));
              list.forget('b');
              answers[1]([row('c', 1), row('b')]);
              answers[0]([row('a'), row('c')]);
              await Promise.all(loads);
              return store.state.downloads.map(({id, revision}) => id + revision);
            }
            """);
    assertEquals(List.of("d0", "c2"), rows);
  }

  /** One that waits is started and removed in one page and cancelled in the other. */
  private static void cancelAnother(StudioPage one, StudioPage other) {
    one.at("job-new").click();
    assertThat(field(one, "Words")).hasValue("owl");
    one.at("job-start").click();
    assertThat(other.at("plugin-job-words").first()).hasText("Waits for its turn");
    other.at("plugin-job-cancel").first().click();
    assertNewest(List.of(one, other), "cancelled", 0);
    one.at("plugin-job-remove").click();
    assertJobs(List.of(one, other), 1);
  }

  /** The job in hand waits for its plugin, and goes on with its second picture. */
  private static void switchThePluginOffAndOn(StudioPage one, StudioPage other) {
    List<StudioPage> both = List.of(one, other);
    other.at("job-new").click();
    assertThat(field(other, "Pictures")).isVisible();
    one.at("plugin-switch").uncheck();
    for (StudioPage page : both) {
      assertThat(page.at("job-new")).hasCount(0);
      assertThat(page.at("job-form")).hasCount(0);
      assertThat(page.at("plugin-job-words"))
          .hasText("Waits for the plugin maker, which does not run");
    }
    one.at("plugin-switch").check();
    assertNewest(both, "running", 2);
  }

  /** The cancelled job's settings make another one, whole, which is removed. */
  private static void runAgain(List<StudioPage> pages) {
    StudioPage page = pages.get(1);
    page.at("plugin-job-repeat").click();
    assertJobs(pages, 2);
    assertNewest(pages, "done", 3);
    assertThat(page.at("plugin-job-parameters").first()).hasText("count 3 · words owl");
    assertHeard(pages, "Sheet: done");
    assertThat(page.at("plugin-job-repeat")).hasCount(1);
    page.at("plugin-job-remove").first().click();
    page.at("plugin-job-remove-yes").click();
    assertJobs(pages, 1);
  }

  /** What failed says why, and is no better when it runs again. */
  private static void fail(List<StudioPage> pages) {
    StudioPage page = pages.get(0);
    page.at("job-new").click();
    field(page, "Pictures").fill("99");
    page.at("job-start").click();
    assertNewest(pages, "failed", 0);
    assertHeard(pages, "Sheet: failed. " + page.at("plugin-job-error").textContent());
    page.at("plugin-job-repeat").first().click();
    assertJobs(pages, 3);
    assertNewest(pages, "failed", 0);
    assertThat(page.at("plugin-job-error")).hasCount(2);
    for (int left = 2; left > 0; left--) {
      page.at("plugin-job-remove").first().click();
      assertJobs(pages, left);
    }
  }

  /** It is told at the job that cannot be run again. */
  private static void runAgainWithoutItsPlugin(StudioPage page) {
    page.at("plugin-job-repeat").click();
    assertThat(page.at("plugin-job-problem"))
        .hasText(
            "No plugin that runs does “maker.sheet”; switch its plugin on, or start another job.");
    assertThat(page.at("plugin-job-repeat")).isFocused();
    assertThat(page.at("plugin-job")).hasCount(1);
  }

  /** The list that was asked for meanwhile is from before, and comes first. */
  private static void switchOffWhileTheListIsAskedFor(StudioPage page) {
    page.page()
        .route(
            "**/plugins/maker/disable",
            route -> {
              page.await("() => window.listed", null);
              route.resume();
            });
    Object states =
        page.evaluate(
            """
            async () => {
              const {createStore, emptyState} = await import('/static/js/store.js');
              const {Plugins} = await import('/static/js/plugins.js');
              const store = createStore(emptyState());
              const plugins = new Plugins(store);
              const state = () => store.state.plugins[0].state;
              const changed = plugins.change('disable', 'maker');
              await plugins.load();
              const before = state();
              window.listed = true;
              await changed;
              return [before, state()];
            }
            """);
    assertEquals(List.of("running", "disabled"), states);
  }

  /** Asks first, since there are results. */
  private static void remove(StudioPage page) {
    page.at("plugin-job-remove").click();
    page.at("plugin-job-remove-yes").click();
  }

  /** The pictures have come, and one opens by itself. */
  private static void look(StudioPage page) {
    page.await(
        "() => [...document.querySelectorAll('.job-results img')]"
            + ".filter((i) => i.naturalWidth === 64).length === 3",
        null);
    Page picture = page.page().waitForPopup(() -> page.at("plugin-job-result").nth(2).click());
    assertTrue(picture.url().contains("/results/fox-2?v="), picture.url());
    picture.waitForLoadState();
    picture.close();
  }
}
