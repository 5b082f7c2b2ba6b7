package dev.atelier.server.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The choice of a sampler and of where it steps. */
class SamplerTest {
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

  private static StudioPage quick(StudioPage page) {
    return page.fill("prompt", "a fox", "width", "64", "height", "64", "steps", "4");
  }

  @Test
  void samplerAndScheduleMakeThePicture() {
    StudioPage page = quick(browser.open(studio));
    page.at("sampler").selectOption("Heun");
    page.at("schedule-type").selectOption("Exponential");
    JsonObject request = page.generate().getJsonObject("request");
    assertEquals("Heun", request.getString("sampler"));
    assertEquals("Exponential", request.getString("schedule_type"));
    page.awaitStage("image");
    assertThat(page.at("detail")).containsText("Heun Exponential");

    page.at("sampler").selectOption("Euler");
    page.at("schedule-type").selectOption("Automatic");
    page.at("reuse").click();
    assertThat(page.at("sampler")).hasValue("Heun");
    assertThat(page.at("schedule-type")).hasValue("Exponential");
  }

  @Test
  void onlySchedulesThatTheSamplerHasAreOffered() {
    StudioPage page = quick(browser.open(studio));
    page.at("sampler").selectOption("DPM2");
    assertThat(page.at("schedule-type").locator("option").first()).hasText("Auto (Karras)");
    page.at("schedule-type").selectOption("Beta");
    page.at("sampler").selectOption("DDIM");
    assertThat(page.at("schedule-type")).hasValue("Automatic");
    assertThat(page.at("schedule-type").locator("option"))
        .hasText(new String[] {"Auto (Uniform)", "Uniform", "SGM Uniform"});
    page.at("schedule-type").selectOption("SGM Uniform");
    page.at("sampler").selectOption("Euler a");
    assertThat(page.at("schedule-type")).hasValue("SGM Uniform");
    JsonObject request = page.generate().getJsonObject("request");
    assertEquals("SGM Uniform", request.getString("schedule_type"));
    page.awaitStage("image");
  }

  @Test
  void guidanceIsRescaled() {
    StudioPage page = quick(browser.open(studio)).fill("guidance", "9", "guidance-rescale", "0.7");
    assertEquals(0.7, page.generate().getJsonObject("request").getDouble("guidance_rescale"));
    page.awaitStage("image");
    assertThat(page.at("detail")).containsText("9, rescaled by 0.7");
  }

  @Test
  void samplersStandInGroups() {
    StudioPage page = browser.open(studio);
    assertEquals(
        List.of("Settle on one picture", "New noise at every step", "For LCM models"),
        page.at("sampler").locator("optgroup").all().stream()
            .map(group -> group.getAttribute("label"))
            .toList());
    assertThat(page.at("sampler").locator("optgroup").nth(2).locator("option")).hasText("LCM");
  }

  /** What a page remembered from before the two were apart. */
  @Test
  void samplerRememberedWithItsScheduleIsParted() {
    StudioPage page = browser.open(studio);
    page.evaluate(
        "localStorage.setItem('atelier.settings',"
            + " JSON.stringify({prompt: 'a fox', sampler: 'DPM++ 2M Karras'}))");
    page.page().reload();
    page.ready();
    assertThat(page.at("sampler")).hasValue("DPM++ 2M");
    assertThat(page.at("schedule-type")).hasValue("Karras");
  }

  @Test
  void moreStepsThanLcmHasAreRefusedAtTheField() {
    browser.expect("400 (Bad Request)");
    StudioPage page = quick(browser.open(studio));
    page.at("sampler").selectOption("LCM");
    page.fill("steps", "51");
    page.at("prompt").press("Control+Enter");
    assertThat(page.at("error-steps")).hasText("LCM takes 50 steps at most, not 51.");
  }
}
