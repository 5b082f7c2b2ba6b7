package dev.atelier.server.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Locator;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Writing prompts: how long they are, embeddings, clip skip. */
class PromptTest {
  /** Hidden size of the built-in model's text encoder. */
  private static final int WIDTH = 192;

  private static RunningStudio studio;
  @RegisterExtension final BrowserSession browser = new BrowserSession();

  @BeforeAll
  static void start(@TempDir Path folder) throws IOException {
    Path embeddings = Files.createDirectories(folder.resolve("models").resolve("embeddings"));
    writeEmbedding(embeddings.resolve("moody.safetensors"), 2, WIDTH);
    writeEmbedding(embeddings.resolve("wide.safetensors"), 1, 768);
    Files.writeString(embeddings.resolve("half.safetensors"), "no");
    studio = RunningStudio.start(folder.resolve("data"), folder.resolve("models"));
  }

  private static void writeEmbedding(Path file, int vectors, int width) throws IOException {
    int bytes = vectors * width * Float.BYTES;
    String header =
        "{\"emb_params\":{\"dtype\":\"F32\",\"shape\":[%d,%d],\"data_offsets\":[0,%d]}}"
            .formatted(vectors, width, bytes);
    Files.write(
        file,
        Buffer.buffer()
            .appendLongLE(header.length())
            .appendString(header)
            .appendBytes(new byte[bytes])
            .getBytes());
  }

  @AfterAll
  static void stop() {
    studio.close();
  }

  @Test
  void theLengthOfAPromptStandsBesideIt() {
    StudioPage page = browser.open(studio);
    page.fill("prompt", "a (photo:1.2) of a knight");
    assertThat(page.at("prompt-tokens")).hasText("5/75");
    assertThat(page.at("negative-prompt-tokens")).hasText("0/75");
    page.fill("negative-prompt", "a ".repeat(80));
    assertThat(page.at("negative-prompt-tokens")).hasText("80/150");
    page.fill("prompt", "");
    assertThat(page.at("prompt-tokens")).hasText("0/75");
  }

  @Test
  void anEmbeddingIsPutIntoThePromptThatWasTypedInLast() {
    StudioPage page = browser.open(studio);
    page.fill("negative-prompt", "", "prompt", "a photo of a knight");
    page.at("embeddings").locator("summary").click();
    Locator chips = page.at("embedding");
    assertThat(chips).hasCount(3);
    Locator moody = chips.filter(new Locator.FilterOptions().setHasText("moody"));
    moody.click();
    assertThat(page.at("prompt")).hasValue("a photo of a knight, moody");
    assertThat(page.at("prompt")).isFocused();
    assertThat(page.at("prompt-tokens")).hasText("8/75");
    page.at("negative-prompt").focus();
    moody.click();
    assertThat(page.at("negative-prompt")).hasValue("moody");
    Locator broken = chips.filter(new Locator.FilterOptions().setHasText("half"));
    assertThat(broken).isDisabled();
  }

  @Test
  void thePictureSaysWhatItWasMadeWith() {
    StudioPage page = browser.open(studio);
    page.fill("prompt", "a [photo:drawing:2] of a (knight:1.2) BREAK moody", "steps", "4")
        .fill("width", "128", "height", "128", "clip-skip", "2");
    JsonObject job = page.generate();
    page.awaitStage("image");
    JsonObject image = studio.picturesOf(job.getString("id")).get(0);
    assertEquals(2, image.getJsonObject("request").getInteger("clip_skip"));
    assertThat(page.at("detail")).containsText("Clip skip");
    String parameters = image.getString("parameters");
    assertTrue(parameters.contains(", Clip skip: 2, TI hashes: \"moody: "), parameters);
  }

  @Test
  void anEmbeddingForAnotherKindOfModelIsRefusedByName() {
    StudioPage page = browser.open(studio);
    page.fill("prompt", "a wide knight", "steps", "4", "width", "128", "height", "128");
    JsonObject job = page.generate();
    page.awaitStage("failed");
    String error = studio.ended(job.getString("id")).getString("error");
    assertTrue(error.contains("“wide”") && error.contains("192"), error);
    assertThat(page.stage()).containsText("“wide”");
  }
}
