package dev.atelier.server.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Locator;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong is told where it went wrong, and nothing is lost by it. */
class ErrorsTest {
  private static final String UNET = "unet/diffusion_pytorch_model.safetensors";
  private static Path empty;
  private static Path models;
  private static RunningStudio studio;
  @RegisterExtension final BrowserSession browser = new BrowserSession();

  @BeforeAll
  static void start(@TempDir Path folder) throws IOException {
    empty = Files.createDirectories(folder.resolve("nothing-here"));
    models = Files.createDirectories(folder.resolve("models"));
    truncate(copyStorybook("broken").resolve(UNET));
    copyStorybook("breaks-later");
    copyStorybook("breaks-unseen");
    studio = RunningStudio.start(folder.resolve("data"), models, empty);
  }

  @AfterAll
  static void stop() {
    studio.close();
  }

  private static Path copyStorybook(String name) throws IOException {
    Path to = models.resolve("checkpoints").resolve(name);
    try (Stream<Path> files = Files.walk(RunningStudio.STORYBOOK)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = to.resolve(RunningStudio.STORYBOOK.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
    return to;
  }

  /** As a download that was broken off leaves it. */
  private static void truncate(Path file) throws IOException {
    try (RandomAccessFile weights = new RandomAccessFile(file.toFile(), "rw")) {
      weights.setLength(weights.length() / 2);
    }
  }

  @Test
  void badSizeIsToldAtItsFieldAndNothingIsSent() {
    StudioPage page = browser.open(studio);
    page.fill("prompt", "a photo of a knight", "width", "100");
    assertThat(page.at("error-width"))
        .hasText("The width must be a multiple of 8, such as 96 or 104.");
    page.at("prompt").press("Control+Enter");
    assertThat(page.at("width")).isFocused();
    page.fill("width", "4096");
    assertThat(page.at("error-width")).hasText("The width must be between 64 and 2048, not 4096.");
    page.at("generate").click();
    assertThat(page.at("width")).isFocused();
    assertThat(page.at("prompt")).hasValue("a photo of a knight");
    assertEquals(0, page.sent("POST", "/api/v1/images"));

    page.fill("width", "64", "height", "64", "steps", "2");
    assertThat(page.at("error-width")).isHidden();
    page.at("model").selectOption("storybook");
    page.generate();
    page.loadedPicture();
  }

  @Test
  void emptyModelFolderIsToldWithWhatToDo() {
    StudioPage page = browser.open(studio);
    Locator problem = page.at("folder-problem");
    assertThat(problem).containsText(empty.toString());
    assertThat(problem).containsText("holds no models; put Stable Diffusion 1.5 checkpoints");
    assertThat(problem).not().containsText(models.toString());
  }

  @Test
  void brokenModelIsToldWithItsFileAndItsFault() {
    StudioPage page = browser.open(studio);
    assertThat(problem(page, "broken")).containsText("diffusion_pytorch_model.safetensors");
    assertThat(page.at("model").locator("option[value='checkpoints/broken']")).isDisabled();
    assertThat(page.at("model")).not().hasValue("checkpoints/broken");
  }

  /** What the page tells of a model. */
  private static Locator problem(StudioPage page, String model) {
    return page.at("model-problem").locator("li:has(> strong:text-is('%s'))".formatted(model));
  }

  @Test
  void modelThatBrokeSinceItWasChosenIsRefusedAtItsField() throws IOException {
    browser.expect("422");
    StudioPage page = browser.open(studio);
    page.at("model").selectOption("checkpoints/breaks-later");
    truncate(models.resolve("checkpoints").resolve("breaks-later").resolve(UNET));
    page.at("rescan").click();
    assertThat(problem(page, "breaks-later")).containsText("diffusion_pytorch_model.safetensors");

    page.fill("prompt", "a photo of a knight");
    JsonObject refused = page.generate();
    assertEquals("model", refused.getString("field"));
    assertThat(page.at("error-model")).hasText(refused.getString("detail"));
    assertTrue(refused.getString("detail").contains("diffusion_pytorch_model.safetensors"));
    assertThat(page.at("model")).isFocused();
    assertThat(page.at("prompt")).hasValue("a photo of a knight");

    page.at("model").selectOption("storybook");
    assertThat(page.at("error-model")).isHidden();
    page.fill("width", "64", "height", "64", "steps", "2").generate();
    page.loadedPicture();
  }

  @Test
  void modelThatBreaksUnseenFailsItsPictureAndNoOther() throws IOException {
    StudioPage page = browser.open(studio);
    page.at("model").selectOption("checkpoints/breaks-unseen");
    truncate(models.resolve("checkpoints").resolve("breaks-unseen").resolve(UNET));
    page.fill("prompt", "a photo of a knight", "width", "64", "height", "64", "steps", "2");
    String id = page.generate().getString("id");
    page.awaitStage("failed");
    String error = studio.get("/api/v1/jobs/" + id).getString("error");
    assertThat(page.at("stage-error")).hasText(error);
    assertTrue(error.contains("diffusion_pytorch_model.safetensors"), error);

    page.at("model").selectOption("storybook");
    page.generate();
    page.loadedPicture();
  }
}
