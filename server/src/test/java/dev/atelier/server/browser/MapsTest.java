package dev.atelier.server.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.FilePayload;
import dev.atelier.server.inputs.Photos;
import dev.atelier.server.plugins.LevelAnnotator;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Control maps of the picture to begin with. */
class MapsTest {
  @TempDir private Path data;
  @RegisterExtension final BrowserSession browser = new BrowserSession();
  private RunningStudio studio;

  @BeforeEach
  void start() {
    studio = RunningStudio.start(data);
  }

  @AfterEach
  void stop() {
    studio.close();
  }

  private Path drop() {
    String boom = "if (level == 13) throw new IllegalStateException(\"boom\");";
    return LevelAnnotator.jar("level", boom).write(data.resolve("plugins").resolve("maps.jar"));
  }

  /** What the annotator wrote into the map that the page offers as a file. */
  private static int level(StudioPage page) throws IOException {
    assertThat(page.at("map-image")).isVisible();
    Download file = page.page().waitForDownload(() -> page.at("map-download").click());
    assertEquals("maps.level.png", file.suggestedFilename());
    BufferedImage map = ImageIO.read(file.path().toFile());
    assertEquals(64, map.getWidth());
    assertEquals(48, map.getHeight());
    return map.getRGB(63, 0) & 0xFFFFFF;
  }

  @Test
  void aMapIsMadeKeptBegunWithAndGoesWithItsPlugin() throws IOException {
    browser.expect("400");
    browser.expect("500");
    StudioPage page = browser.open(studio);
    Locator field = page.page().locator("input[type=number][data-parameter=level]");
    page.at("start-picture").click();
    page.at("start-file")
        .setInputFiles(
            new FilePayload(
                "picture.png", "image/png", Photos.file(Photos.picture(64, 48), "png")));
    assertThat(page.at("start-image")).isVisible();
    assertThat(page.at("maps")).isHidden();

    Path jar = drop();
    page.at("map-make").click();
    assertEquals(200, level(page));
    field.fill("7");
    field.press("Enter");
    assertThat(page.at("map-make")).isEnabled();
    assertEquals(7, level(page));
    assertEquals(0, page.sent("POST", "/api/v1/images"));

    String before = page.at("start-image").getAttribute("src");
    page.at("map-use").click();
    assertThat(page.at("start-image")).not().hasAttribute("src", before);
    assertThat(page.at("map-image")).hasCount(0);

    field.fill("251");
    page.at("map-make").click();
    assertThat(page.at("map-problem")).hasText("Too bright; take less.");
    field.fill("7");
    page.at("map-make").click();
    assertThat(page.at("map-image")).isVisible();
    Files.delete(jar);
    assertThat(page.at("maps")).isHidden();

    // What is wrong with an annotator outlives it.
    drop();
    field.fill("13");
    page.at("map-make").click();
    assertThat(page.at("map-problem")).containsText("boom");
    assertThat(page.at("map-make")).hasCount(0);
  }
}
