package dev.atelier.server.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The browser that the tests would use; the launcher's own script knows where to look. */
final class BrowserCheck {
  private static final int SECONDS = 60;

  private BrowserCheck() {}

  static List<Finding> findings(Path home) {
    Path script = home.resolve("launcher").resolve("find-browser").toAbsolutePath();
    if (!Files.isExecutable(script)) {
      return List.of();
    }
    try {
      Process process =
          new ProcessBuilder(script.toString(), "--installed")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String browser;
      try (var answer = process.inputReader()) {
        browser = answer.readLine();
      }
      boolean found =
          process.waitFor(SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0 && browser != null;
      return List.of(
          found
              ? Finding.good("Browser for tests", browser)
              : Finding.lacking("Browser for tests", "none; './atelier test' gets one"));
    } catch (IOException e) {
      return List.of(Finding.lacking("Browser for tests", e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }
}
