package dev.atelier.server.browser;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The browser of all tests of the page, started once. */
final class Chromium implements AutoCloseable {
  private static final List<String> COMMANDS =
      List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");

  /** It runs as whoever builds, without a GPU, and talks to nobody but the studio. */
  private static final List<String> ARGUMENTS =
      List.of(
          "--no-sandbox",
          "--disable-gpu",
          "--disable-quic",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync");

  private final Playwright playwright;
  private final Browser browser;

  /**
   * Starts it.
   *
   * @throws IllegalStateException when there is no browser; says how to get one
   */
  Chromium() {
    Path executable = executable();
    playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    browser =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setExecutablePath(executable)
                    .setArgs(ARGUMENTS)
                    .setHeadless(true));
  }

  Browser browser() {
    return browser;
  }

  @Override
  public void close() {
    playwright.close();
  }

  private static Path executable() {
    return Stream.of(System.getProperty("atelier.browser"), System.getenv("ATELIER_BROWSER"))
        .filter(named -> named != null && !named.isBlank())
        .map(Path::of)
        .findFirst()
        .or(Chromium::installed)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "There is no browser to test the page with: run ./atelier test, which finds or"
                        + " gets one, or name one with -Datelier.browser=PATH."));
  }

  private static Optional<Path> installed() {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return COMMANDS.stream()
        .flatMap(name -> Arrays.stream(path.split(File.pathSeparator)).map(p -> Path.of(p, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
