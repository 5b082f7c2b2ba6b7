package dev.atelier.server.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import dev.atelier.server.plugins.PluginJar;
import dev.atelier.server.plugins.PluginSetup;
import dev.atelier.server.security.UploadToken;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The place where a jar is dropped: there only where it works, and only with the token. */
class PluginInstallPageTest {
  private static final String TOKEN = "correct-horse-battery-staple";

  @TempDir private Path data;
  @RegisterExtension final BrowserSession browser = new BrowserSession();
  private RunningStudio studio;

  @AfterEach
  void stop() {
    studio.close();
  }

  private StudioPage plugins() {
    StudioPage page = browser.open(studio);
    page.at("place-plugins").click();
    assertThat(page.at("plugins-empty")).isVisible();
    return page;
  }

  @Test
  void aJarIsInstalledWithTheTokenAlone() {
    Path jar =
        PluginJar.step("tint", "1.0.0", "")
            .manifest("Plugin-Description", "Tints.")
            .write(data.resolve("made").resolve("tint.jar"));
    PluginSetup setup = new PluginSetup(Optional.empty(), Optional.of(UploadToken.of(TOKEN)));
    studio = RunningStudio.start(data.resolve("studio"), setup);
    StudioPage page = plugins();
    page.at("plugin-file").setInputFiles(jar);
    assertThat(page.at("plugin-install-problem")).containsText("Type the token first");
    browser.expect("401");
    page.fill("plugin-token", TOKEN + "x").at("plugin-file").setInputFiles(jar);
    assertThat(page.at("plugin-install-problem")).hasText("This is not the studio's token.");
    page.fill("plugin-token", TOKEN).at("plugin-file").setInputFiles(jar);
    assertThat(page.at("plugin-install-done")).hasText("tint.jar is installed as tint.");
    assertThat(page.at("plugin-row")).hasAttribute("data-state", "running");
  }

  @Test
  void withoutATokenThereIsNoSuchPlace() {
    studio = RunningStudio.start(data.resolve("studio"));
    assertThat(plugins().at("plugin-install")).hasCount(0);
  }
}
