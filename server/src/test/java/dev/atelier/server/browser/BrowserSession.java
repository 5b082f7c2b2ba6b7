package dev.atelier.server.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * One test's visit to the studio, with nothing left from a visit before. Whatever the browser
 * complains of on the way (errors in scripts, files that are missing, a breach of the content
 * security policy) fails the test in the end. The page of a test that failed is kept as a picture
 * in {@code target/browser/}.
 */
final class BrowserSession implements BeforeEachCallback, AfterTestExecutionCallback {
  /** Long, for machines that are busy: what is waited for usually comes at once. */
  private static final double PATIENCE = 30_000;

  /** Breaches of the policy are events; this makes them complaints like the others. */
  private static final String TELL_BREACHES =
      "document.addEventListener('securitypolicyviolation', (e) => console.error("
          + "`Content security policy: ${e.violatedDirective} forbids ${e.blockedURI}`))";

  private final List<BrowserContext> contexts = new ArrayList<>();
  private final List<String> complaints = new ArrayList<>();
  private Predicate<String> expected = complaint -> false;
  private Chromium chromium;

  @Override
  public void beforeEach(ExtensionContext test) {
    chromium =
        test.getRoot()
            .getStore(ExtensionContext.Namespace.create(Chromium.class))
            .getOrComputeIfAbsent(Chromium.class, key -> new Chromium(), Chromium.class);
    PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE);
  }

  /** Opens the studio on a screen of 1440×900. */
  StudioPage open(RunningStudio studio) {
    return open(studio, new NewContextOptions().setViewportSize(1440, 900));
  }

  /** Opens the studio in a browser of its own: its storage is empty. */
  StudioPage open(RunningStudio studio, NewContextOptions options) {
    BrowserContext context = chromium.browser().newContext(options.setLocale("en-GB"));
    contexts.add(context);
    context.setDefaultTimeout(PATIENCE);
    context.addInitScript(TELL_BREACHES);
    context.onWebError(error -> complaints.add(error.error()));
    context.onConsoleMessage(
        message -> {
          if (message.type().equals("error")) {
            complaints.add(message.text() + " " + message.location());
          }
        });
    return StudioPage.open(context.newPage(), studio.url());
  }

  /** Complaints with these words are what the test is about. */
  void expect(String words) {
    expected = expected.or(complaint -> complaint.contains(words));
  }

  /** Before the test stops its studio, of which an open page would complain. */
  @Override
  public void afterTestExecution(ExtensionContext test) {
    if (test.getExecutionException().isPresent()) {
      keepPictures(test.getRequiredTestClass().getSimpleName() + "." + test.getDisplayName());
    }
    contexts.forEach(BrowserContext::close);
    List<String> unexpected = complaints.stream().filter(expected.negate()).toList();
    assertEquals(List.of(), unexpected, "what the browser complained of");
  }

  private void keepPictures(String name) {
    List<Page> pages = contexts.stream().flatMap(context -> context.pages().stream()).toList();
    for (int i = 0; i < pages.size(); i++) {
      String file = name.replaceAll("[^A-Za-z0-9.]", "") + (i == 0 ? "" : "-" + (i + 1)) + ".png";
      pages
          .get(i)
          .screenshot(new Page.ScreenshotOptions().setPath(Path.of("target", "browser", file)));
    }
  }
}
