package dev.atelier.server.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Locator;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The memory meter, and the choice of a VAE. */
class MemoryTest {
  private static RunningStudio studio;
  @RegisterExtension final BrowserSession browser = new BrowserSession();

  @BeforeAll
  static void start(@TempDir Path folder) throws IOException {
    Path vae = Files.createDirectories(folder.resolve("models/vae/fine"));
    for (String name : List.of("config.json", "diffusion_pytorch_model.safetensors")) {
      Files.copy(RunningStudio.STORYBOOK.resolve("vae").resolve(name), vae.resolve(name));
    }
    studio = RunningStudio.start(folder.resolve("data"), folder.resolve("models"));
  }

  @AfterAll
  static void stop() {
    studio.close();
  }

  private static StudioPage quick(StudioPage page) {
    return page.fill("prompt", "a fox", "width", "64", "height", "64", "steps", "2");
  }

  @Test
  void meterShowsWhatIsInMemoryAndFreesIt() {
    StudioPage page = quick(browser.open(studio));
    StudioPage other = browser.open(studio);
    page.generate();
    page.awaitStage("image");
    Locator meter = page.at("memory");
    meter.locator("summary").click();
    assertThat(page.at("loaded")).hasCount(4); // with the decoder of previews
    assertThat(page.at("free")).hasCount(4);
    assertThat(meter).containsText("storybook");
    Locator unet = page.page().locator("[data-testid=loaded][data-part=unet]");
    unet.getByTestId("free").click();
    assertThat(page.at("loaded")).hasCount(3);
    page.at("free-all").click();
    assertThat(page.at("loaded")).hasCount(0);
    assertThat(meter.locator(".meter-words")).containsText("0 B of ");
    // Pushed to every page, and never asked for.
    other.at("memory").locator("summary").click();
    assertThat(other.at("loaded")).hasCount(0);
    assertEquals(0, other.sent("GET", "/api/v1/system"));
    JsonObject device = studio.get("/api/v1/system").getJsonArray("devices").getJsonObject(0);
    assertTrue(device.getLong("peak_bytes") > 0);
  }

  @Test
  void vaeIsChosenAndSaid() {
    StudioPage page = quick(browser.open(studio));
    assertThat(page.at("vae").locator("option").first()).hasText("Automatic");
    page.at("vae").selectOption("vae/fine");
    JsonObject request = page.generate().getJsonObject("request");
    assertEquals("vae/fine", request.getString("vae"));
    page.awaitStage("image");
    assertThat(page.at("detail")).containsText("VAE");
    page.at("vae").selectOption("None");
    page.at("reuse").click();
    assertThat(page.at("vae")).hasValue("vae/fine");
  }
}
