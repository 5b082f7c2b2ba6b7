package dev.atelier.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.server.downloads.FakeHub;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code atelier models}, without a studio that runs. */
class ModelsCommandTest {
  private static final Path VAE =
      Path.of("..", "models", "src", "test", "resources", "golden", "vae_only.ckpt");

  @TempDir private Path data;
  private final FakeHub hub = new FakeHub();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @AfterEach
  void close() {
    hub.close();
  }

  private int run(String... words) {
    List<String> line = new ArrayList<>(List.of("models"));
    line.addAll(List.of(words));
    line.addAll(List.of("--home", "..", "--data", data.toString()));
    line.addAll(List.of("--hf-endpoint", hub.url(), "--civitai-endpoint", hub.url()));
    line.addAll(List.of("--download-host", hub.cdnUrl()));
    CommandLine command = Atelier.commandLine();
    return command
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(line.toArray(String[]::new));
  }

  @Test
  void aModelIsShownFetchedListedAndTakenAway() throws Exception {
    hub.repo(
        "someone/soft",
        Map.of("soft.vae.ckpt", Files.readAllBytes(VAE)),
        new JsonObject().put("cardData", new JsonObject().put("license", "mit\u001b[31m")));
    assertEquals(0, run("add", "someone/soft", "--dry-run"), err.toString());
    assertTrue(out.toString().contains("Licence   mit"), out.toString());
    assertFalse(out.toString().contains("\u001b"), "a stranger's words steer the terminal");
    assertTrue(hub.seenByCdn().isEmpty());

    assertEquals(1, run("add", "someone/soft"), "nobody is there to agree");
    assertTrue(err.toString().contains("--yes"));

    assertEquals(0, run("add", "someone/soft", "--yes"), err.toString());
    Path there = data.resolve("models/vae/soft.vae.ckpt");
    assertTrue(out.toString().contains("Wrote " + there.toAbsolutePath()), out.toString());
    assertEquals(Files.size(VAE), Files.size(there));

    assertEquals(0, run("list"));
    assertTrue(out.toString().contains("vae/soft.vae"), out.toString());
    assertTrue(out.toString().contains("storybook"), out.toString());
    assertEquals(0, run("remove", "soft.vae"), err.toString());
    assertFalse(Files.exists(there));
  }

  @Test
  void aFolderIsAddedListedAndTakenOff(@TempDir Path disk) throws Exception {
    Path comfy = Files.createDirectories(disk.resolve("ComfyUI"));
    Files.createDirectories(comfy.resolve("models/vae"));
    Files.copy(VAE, comfy.resolve("models/vae/soft.ckpt"));
    assertEquals(0, run("folders", "add", comfy + "/vae/.."), err.toString());
    assertEquals(0, run("list"), err.toString());
    assertTrue(out.toString().contains("vae/soft"), out.toString());
    assertEquals(1, run("folders", "add", comfy.toString()));
    assertEquals(comfy + " is in the list already.", err.toString().strip());

    out.getBuffer().setLength(0);
    assertEquals(0, run("folders", "remove", comfy.toString()), err.toString());
    assertEquals(0, run("folders", "list"));
    assertFalse(out.toString().contains("ComfyUI"), out.toString());
    assertTrue(out.toString().contains("built_in   diffusers     1  "), out.toString());
    assertEquals(1, run("folders", "remove", comfy.toString()));
    assertTrue(err.toString().contains("was not added to the list"), err.toString());
  }

  @Test
  void whatCannotBeHadIsSaidInOneSentence() {
    assertEquals(1, run("add", "nobody/nothing", "--yes"));
    assertTrue(err.toString().startsWith("Hugging Face has no public repository nobody/nothing"));
    assertEquals(1, run("remove", "storybook"));
    assertTrue(err.toString().contains("others are not its to remove"));
  }

  @Test
  void theFileHasNoAddressOfAStudioThatEnded() throws Exception {
    Files.createDirectories(data);
    Files.writeString(data.resolve("atelier.address"), "http://127.0.0.1:1");
    assertEquals(0, run("list"), err.toString());
    assertFalse(Files.exists(data.resolve("atelier.address")));
  }
}
