package dev.atelier.server.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Keyboard;
import com.microsoft.playwright.Locator;
import dev.atelier.models.convert.Conversion;
import dev.atelier.server.GoldenModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Model folders, as somebody adds one who has AUTOMATIC1111's already. */
class ModelFoldersPageTest {
  @TempDir private Path disk;
  @RegisterExtension final BrowserSession browser = new BrowserSession();
  private Path webui;
  private RunningStudio studio;

  @BeforeEach
  void start() throws IOException {
    webui = disk.toRealPath().resolve("stable-diffusion-webui");
    Path checkpoints = Files.createDirectories(webui.resolve("models/Stable-diffusion"));
    Path golden = GoldenModel.copyTo(disk.resolve("golden"));
    new Conversion(golden, checkpoints.resolve("tiny.safetensors")).run();
    studio = RunningStudio.start(disk.resolve("data"));
  }

  @AfterEach
  void stop() {
    studio.close();
  }

  private StudioPage openModels() {
    StudioPage page = browser.open(studio);
    page.at("place-models").click();
    assertThat(page.at("folder-row").first()).isVisible();
    return page;
  }

  /** The row of a folder. */
  private static Locator row(StudioPage page, Path folder) {
    return page.at("folder-row").filter(new Locator.FilterOptions().setHasText("" + folder));
  }

  @Test
  void aFolderIsAddedDrawnWithKeptAndTakenOffByKeyboardAlone() {
    browser.expect("ERR_CONNECTION_REFUSED");
    StudioPage generate = browser.open(studio);
    StudioPage page = openModels();
    Keyboard keys = page.page().keyboard();
    page.at("folder").focus();
    keys.type(webui.toString());
    keys.press("Enter");
    assertThat(page.at("folder-said")).hasText(webui + " is in the list: 1 model.");
    assertThat(row(page, webui).getByTestId("folder-layout")).hasText("AUTOMATIC1111 or Forge");
    assertThat(page.at("folder")).hasValue("");

    generate.at("model").selectOption("checkpoints/tiny");
    generate.fill("prompt", "a fox", "width", "64", "height", "64", "steps", "1");
    generate.generate();
    generate.loadedPicture();

    int port = studio.port();
    // The page that comes back counts its tokens: were the model gone by then, it would be refused.
    generate
        .page()
        .waitForResponse(
            answer -> answer.url().endsWith("/prompt-lengths") && answer.ok(),
            () -> {
              studio.close();
              studio = RunningStudio.startOn(port, disk.resolve("data"));
            });
    page.page().reload();
    assertThat(row(page, webui).getByTestId("folder-models")).hasText("1 model");
    row(page, webui).getByTestId("folder-remove").focus();
    keys.press("Enter");
    assertThat(page.at("folder-remove-yes")).isFocused();
    page.at("folder-keep").press("Enter");
    assertThat(page.at("folder-remove")).isFocused();
    keys.press("Enter");
    keys.press("Enter");
    assertThat(row(page, webui)).hasCount(0);
    assertThat(page.at("folder")).isFocused();
    assertThat(generate.at("model").locator("option:checked")).containsText("not available");
    // Nobody counts tokens for a model that is gone: the studio would have to refuse.
    assertThat(generate.at("prompt-tokens")).isHidden();
    assertTrue(Files.exists(webui.resolve("models/Stable-diffusion/tiny.safetensors")));
  }

  @Test
  void whatIsWrongIsToldAtTheField() {
    browser.expect("400");
    browser.expect("409");
    StudioPage page = openModels();
    page.at("folder-add").click();
    assertThat(page.at("folder-error")).hasText("Type the path of a folder first.");
    Path part = webui.resolve("models/Stable-diffusion");
    page.fill("folder", part.toString()).at("folder-add").click();
    assertThat(page.at("folder-error"))
        .hasText(
            part
                + " is only one of the folders of models in %s; add that one."
                    .formatted(part.getParent()));
    assertThat(page.at("folder")).isFocused();
    assertThat(page.at("folder")).hasAttribute("aria-invalid", "true");
    page.fill("folder", part.getParent().toString()).at("folder-add").click();
    assertThat(page.at("folder-said")).containsText("1 model");
    assertThat(page.at("folder-error")).isHidden();
    page.fill("folder", webui.toString()).at("folder-add").click();
    assertThat(page.at("folder-error")).containsText("keep one of the two");
    assertEquals(1, page.page().locator("[data-testid=folder-remove]").count());
  }

  /** What was asked for first is answered last; what a change is refused with replaces nothing. */
  @Test
  void aLateAnswerDoesNotReplaceANewerOne() {
    Object shown =
        openModels()
            .evaluate(
                """
                (async () => {
                  const {api, Problem} = await import('/static/js/api.js');
                  const {createStore, emptyState} = await import('/static/js/store.js');
                  const {Library} = await import('/static/js/library.js');
                  const {Folders} = await import('/static/js/folders.js');
                  const open = [];
                  for (const name of ['models', 'rescan', 'samplers', 'folders', 'addFolder']) {
                    api[name] = () => new Promise((done, fail) => open.push({name, done, fail}));
                  }
                  const answer = (name, which) => {
                    const asked = open.find((o) => o.name === name);
                    open.splice(open.indexOf(asked), asked ? 1 : 0);
                    which instanceof Problem ? asked?.fail(which) : asked?.done(which);
                    return new Promise((done) => setTimeout(done));
                  };
                  const last = (name) => open.reverse() && name;
                  const store = createStore(emptyState());
                  const library = new Library(store);
                  const folders = new Folders(store);
                  const list = (...ids) => ({folders: ids.map((id) => ({id}))});

                  library.load();
                  library.load();
                  library.rescan();
                  await answer('rescan', 'new');
                  for (const name of ['models', 'models']) await answer(name, 'old');
                  await answer(last('samplers'), 'new');
                  await answer('samplers', 'old');
                  const {catalog, samplers} = store.state;

                  folders.receive({type: 'hello'});
                  await answer('folders', list('a'));
                  folders.receive({type: 'models'});
                  const added = folders.add('b');
                  await answer('addFolder', list('a', 'b'));
                  await answer('folders', list('a'));
                  const afterAdding = store.state.folders;

                  const refused = folders.add('c').catch((problem) => problem.message);
                  await answer('addFolder', new Problem(400, 'no'));
                  await answer('folders', list('a'));
                  return [catalog, samplers, (await added).id, afterAdding, await refused, store.state.folders]
                    .map((value) => JSON.stringify(value.folders?.map(({id}) => id) ?? value)).join(' ');
                })()
                """);
    assertEquals("\"new\" \"new\" \"b\" [\"a\",\"b\"] \"no\" [\"a\"]", shown);
  }

  @Test
  void aStudioThatOthersReachShowsFoldersAndNoField() {
    studio.close();
    studio = RunningStudio.startKnownAs("studio.example", disk.resolve("data"));
    StudioPage page = openModels();
    assertThat(page.at("folders-fixed")).containsText("--folders-over-http");
    assertThat(page.at("folder")).isHidden();
    assertThat(page.at("folder-remove")).hasCount(0);
  }
}
