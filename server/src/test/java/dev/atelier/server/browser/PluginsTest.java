package dev.atelier.server.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.assertions.LocatorAssertions;
import dev.atelier.server.plugins.PluginJar;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Plugins come and go under open pages, on the real studio and model. */
class PluginsTest {
  private static final double WORK = 180_000;

  private static final String SOURCE =
      """
      public class Main implements AtelierPlugin {
        public Contributions start(PluginContext context) {
          context.every(Duration.ofMillis(100), () -> context.tellPanels(Map.of("beat", "VERSION")));
          return Contributions.builder()
              .add((GenerationStep) order -> order.parameters().map(Part::new))
              .add(PANEL)
              .build();
        }
        record Part(Parameters parameters) implements PicturePart {
          public BufferedImage finish(BufferedImage picture, int index) {
            BROKEN
            picture.setRGB(0, 0, 0x00FF00);
            return picture;
          }
          public Map<String, String> annotate(int index) {
            return Map.of("Tint", "VERSION " + parameters.number("amount", -1));
          }
        }
      }
      """;

  private static final String AMOUNT =
      "\"amount\": {\"type\": \"number\", \"title\": \"Amount\", \"minimum\": 0, \"maximum\": 1,"
          + " \"default\": 0.25}";

  @TempDir private Path data;
  private RunningStudio studio;
  @RegisterExtension final BrowserSession browser = new BrowserSession();

  @BeforeEach
  void start() {
    studio = RunningStudio.start(data);
  }

  @AfterEach
  void stop() {
    studio.close();
  }

  private Path jar() {
    return data.resolve("plugins").resolve("tint.jar");
  }

  /** Its fields are made from the schema. */
  private static PluginJar plain(String version, String broken) {
    return jar(version, "Panel.of(Panel.Place.GENERATE, \"Tint\", \"schema.json\")", broken)
        .file("panel/schema.json", "{\"properties\": {" + AMOUNT + "}}");
  }

  /** One more parameter, a template of its own and a module that shows values and messages. */
  private static PluginJar rich(String version) {
    return jar(
            version,
            "Panel.of(Panel.Place.GENERATE, \"Tint\", \"schema.json\")"
                + ".withTemplate(\"card.hbs\").withModule(\"card.js\")",
            "")
        .file(
            "panel/schema.json",
            "{\"properties\": {"
                + AMOUNT
                + ", \"warm\": {\"type\": \"boolean\", \"default\": true}}}")
        .file(
            "panel/card.hbs",
            """
            <label>Amount <input type="number" name="amount" min="0" max="1" step="any" data-testid="amount"></label>
            <label><input type="checkbox" name="warm" data-testid="warm"> Warm</label>
            <output data-testid="shown"></output> <output data-testid="beat"></output>
            """)
        .file(
            "panel/card.js",
            """
            import {words} from './words.js';
            export function mount(root, panel) {
              const draw = (v) => { root.querySelector('[data-testid=shown]').textContent = words(v); };
              panel.onValues(draw);
              panel.onMessage((m) => { root.querySelector('[data-testid=beat]').textContent = m.beat; });
              draw(panel.values);
            }
            """)
        .file("panel/words.js", "export const words = (v) => `${v.amount} ${v.warm}`;");
  }

  private static PluginJar jar(String version, String panel, String broken) {
    return PluginJar.of("tint", version)
        .plugin(
            SOURCE.replace("VERSION", version).replace("PANEL", panel).replace("BROKEN", broken))
        .manifest("Plugin-Description", "Tints the first pixel.");
  }

  private static void awaitVersion(StudioPage page, String version) {
    assertThat(page.at("panel"))
        .hasAttribute(
            "data-version", version, new LocatorAssertions.HasAttributeOptions().setTimeout(WORK));
  }

  private String parameters(String job) {
    return studio.ended(job).getJsonArray("images").getJsonObject(0).getString("parameters");
  }

  @Test
  void aNewVersionDroppedDuringAPictureChangesThePanelInEveryPage() throws IOException {
    StudioPage one = browser.open(studio);
    StudioPage other = browser.open(studio, new NewContextOptions().setViewportSize(390, 844));
    assertThat(one.at("panel")).hasCount(0);
    plain("1.0.0", "").write(jar());
    awaitVersion(one, "1.0.0");
    awaitVersion(other, "1.0.0");

    one.at("panel-switch").check();
    Locator amount = one.page().locator("[data-parameter=amount]").first();
    amount.fill("0.75");
    one.fill("prompt", "a photo of a fox, in a forest", "steps", "60");
    one.fill("width", "128", "height", "128");
    other.fill("prompt", "typed in the other page");
    String job = one.generate().getString("id");
    one.awaitStep(2);
    one.fill("prompt", "typed meanwhile");
    rich("2.0.0").write(jar());

    awaitVersion(one, "2.0.0");
    awaitVersion(other, "2.0.0");
    assertTrue(
        parameters(job).contains("Tint: 1.0.0 0.75"), "the old version finished its picture");
    assertEquals(0x00FF00, studio.pixels(studio.picturesOf(job).get(0)).getRGB(0, 0) & 0xFFFFFF);
    // Nothing that was typed is lost, and the new version's script runs.
    assertThat(one.at("prompt")).hasValue("typed meanwhile");
    assertThat(other.at("prompt")).hasValue("typed in the other page");
    assertThat(one.at("panel-switch")).isChecked();
    assertThat(one.at("amount")).hasValue("0.75");
    assertThat(one.at("shown")).hasText("0.75 true");
    assertThat(one.at("beat")).hasText("2.0.0");
    one.at("amount").fill("0.5");
    assertThat(one.at("shown")).hasText("0.5 true");
    one.fill("steps", "2");
    assertTrue(parameters(one.generate().getString("id")).contains("Tint: 2.0.0 0.5"));

    Files.delete(jar());
    assertThat(one.at("panel")).hasCount(0);
    assertThat(other.at("panel")).hasCount(0);
    assertThat(one.at("prompt")).hasValue("typed meanwhile");
  }

  @Test
  void aPluginIsSwitchedOffAndOnInItsListAndItsPanelComesBackAsItWas() {
    rich("1.0.0").write(jar());
    StudioPage page = browser.open(studio);
    page.at("panel-switch").check();
    page.at("amount").fill("0.9");
    page.at("warm").uncheck();
    StudioPage list = browser.open(studio);
    list.at("place-plugins").click();
    assertThat(list.at("plugin-row")).hasAttribute("data-state", "running");
    list.at("plugin-switch").uncheck();
    assertThat(list.at("plugin-row")).hasAttribute("data-state", "disabled");
    assertThat(page.at("panel")).hasCount(0);
    list.at("plugin-switch").check();
    assertThat(list.at("plugin-row")).hasAttribute("data-state", "running");
    assertThat(page.at("amount")).hasValue("0.9");
    assertThat(page.at("warm")).not().isChecked();
    assertThat(page.at("panel-switch")).isChecked();

    // What a picture was made with comes back with it.
    page.fill("prompt", "a photo of a fox", "steps", "2", "width", "64", "height", "64");
    page.generate();
    page.loadedPicture();
    page.at("amount").fill("0.1");
    page.at("panel-switch").uncheck();
    page.at("reuse").click();
    assertThat(page.at("amount")).hasValue("0.9");
    assertThat(page.at("panel-switch")).isChecked();

    list.at("plugin-remove").click();
    list.at("plugin-remove-yes").click();
    assertThat(list.at("plugins-empty")).isVisible();
    assertThat(page.at("panel")).hasCount(0);
    assertTrue(Files.notExists(jar()));
  }

  @Test
  void aPluginThatThrowsIsSwitchedOffWithItsErrorShown() {
    plain("1.0.0", "if (index == 0) throw new IllegalStateException(\"boom\");").write(jar());
    StudioPage page = browser.open(studio);
    page.at("panel-switch").check();
    page.fill("prompt", "a photo of a fox", "steps", "2", "width", "64", "height", "64");
    page.generate();
    page.awaitStage("failed");
    assertThat(page.stage()).containsText("The plugin tint threw IllegalStateException (boom)");
    assertThat(page.at("panel")).hasCount(0);
    page.generate();
    page.loadedPicture();
    StudioPage list = browser.open(studio);
    list.at("place-plugins").click();
    assertThat(list.at("plugin-row")).hasAttribute("data-state", "failed");
    assertThat(list.at("plugin-error")).containsText("threw IllegalStateException (boom)");
  }

  /** A switch that is busy and an answer that is given do not send a keyboard back to the start. */
  @Test
  void theListIsUsedByKeyboardAlone() throws IOException {
    plain("1.0.0", "").write(jar());
    Files.writeString(data.resolve("plugins").resolve("half.jar"), "half");
    StudioPage list = browser.open(studio);
    list.at("place-plugins").click();
    Locator row = list.page().locator("[data-testid=plugin-row][data-id=tint]");
    assertThat(row).hasAttribute("data-state", "running");
    list.at("plugin-switch").press("Space");
    assertThat(row).hasAttribute("data-state", "disabled");
    assertThat(list.at("plugin-switch")).isEnabled();
    assertThat(list.at("plugin-switch")).isFocused();
    list.at("plugin-switch").press("Space");
    assertThat(row).hasAttribute("data-state", "running");
    assertThat(list.at("plugin-switch")).isFocused();

    Locator remove = row.getByTestId("plugin-remove");
    remove.press("Enter");
    assertThat(list.at("plugin-remove-yes")).isFocused();
    list.page().keyboard().press("Tab");
    list.page().keyboard().press("Enter");
    assertThat(remove).isFocused();
    remove.press("Enter");
    list.page().keyboard().press("Enter");
    assertThat(row).hasCount(0);
    assertThat(list.page().locator("#plugin-list")).isFocused();
    // A jar that cannot be read is named once.
    assertThat(list.page().locator(".plugin-name")).containsText("half.jar");
    assertEquals(1, list.at("plugin-row").getByText("half.jar").count());
  }

  @Test
  void aCheckBoxStandsInLineWithItsWords() {
    jar("1.0.0", "Panel.of(Panel.Place.GENERATE, \"Tint\", \"schema.json\")", "")
        .file(
            "panel/schema.json",
            "{\"properties\": {\"warm\": {\"type\": \"boolean\", \"title\": \"Warm\", \"default\": true}}}")
        .write(jar());
    StudioPage page = browser.open(studio);
    page.at("panel-switch").check();
    Locator box = page.page().locator("[data-parameter=warm]");
    assertThat(box).isVisible();
    Object apart =
        box.evaluate(
            """
            (box) => {
              const middle = ({top, bottom}) => (top + bottom) / 2;
              const words = document.createRange();
              words.selectNodeContents(box.parentElement.lastChild.nodeType === 3
                ? box.parentElement.lastChild : box.parentElement);
              return Math.abs(middle(words.getBoundingClientRect()) - middle(box.getBoundingClientRect())) < 1.5;
            }
            """);
    assertEquals(true, apart);
  }

  /** The list and the cards on both screens: looked at by whoever changes them. */
  @Test
  void theListFitsOnAPhone() {
    plain("1.0.0", "").write(jar());
    StudioPage list =
        browser.open(
            studio,
            new NewContextOptions().setViewportSize(390, 844).setIsMobile(true).setHasTouch(true));
    JsonObject plugins = studio.get("/api/v1/plugins");
    list.page().navigate(studio.url() + "/plugins");
    assertThat(list.at("plugin-row")).isVisible();
    assertEquals(390, list.evaluate("document.documentElement.scrollWidth"), plugins::encode);
  }
}
