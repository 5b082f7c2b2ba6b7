package dev.atelier.server.folders;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.atelier.server.problem.Problem;
import dev.atelier.server.problem.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderRulesTest {
  private Path disk;
  private Path webui;
  private FolderRules rules;

  @BeforeEach
  void makeFolders(@TempDir Path temporary) throws IOException {
    disk = temporary.toRealPath();
    webui = disk.resolve("webui");
    Files.createDirectories(webui.resolve("models/Stable-diffusion"));
    Files.createDirectories(disk.resolve("data/gallery/checkpoints"));
    rules = new FolderRules(disk.resolve("data"));
  }

  private static ListedFolder named(Path path) {
    return ListedFolder.fixed(path, FolderOrigin.NAMED);
  }

  /** Why a folder cannot be added, with the status. */
  private String refusal(String path, ListedFolder... listed) {
    Problem problem =
        assertThrows(ProblemException.class, () -> rules.check(path, List.of(listed))).problem();
    assertEquals(Optional.of("path"), problem.field());
    return problem.status() + " " + problem.detail();
  }

  @Test
  void aFolderWithModelsFoldersIsTaken() {
    assertEquals(webui, rules.check(" " + webui + "/models/.. ", List.of(named(disk))));
    assertEquals(webui.resolve("models"), rules.check(webui + "/models/", List.of()));
  }

  @Test
  void aLinkIsKeptAsItIsWrittenAndKnownForWhatItIs() throws IOException {
    Path link = Files.createSymbolicLink(disk.resolve("link"), webui);
    assertEquals(link, rules.check(link.toString(), List.of()));
    assertEquals("409 " + link + " is in the list already.", refusal("" + link, named(webui)));
  }

  @Test
  void aPathIsWholeAndOfAFolder() throws IOException {
    assertEquals(
        "400 Give the folder's whole path, from the root on; “models” is a part of one.",
        refusal("models"));
    assertEquals(
        "400 “/mo\0dels” cannot be the path of a folder; look at its letters.",
        refusal("/mo\0dels"));
    assertEquals(
        "404 " + disk + "/gone is not there; look how it is written, or connect its disk.",
        refusal(disk + "/gone"));
    Path file = Files.createFile(disk.resolve("x.safetensors"));
    assertEquals(
        "400 " + file + " is a file; name the folder that the folders of models lie in.",
        refusal("" + file));
  }

  @Test
  void aFolderThatCannotBeReadIsTold() throws IOException {
    Path locked = Files.createDirectory(disk.resolve("locked"));
    Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("---------"));
    assumeFalse(Files.isReadable(locked), "the root user reads everything");
    assertEquals(
        "400 %s cannot be read; allow the studio's user to, or choose another folder."
            .formatted(locked),
        refusal("" + locked));
  }

  @Test
  void noModelIsListedTwice() {
    String twice =
        "409 %s and %s, which is in the list, have models in common that would be listed twice; keep one of the two.";
    Path models = webui.resolve("models");
    assertEquals(twice.formatted(models, webui), refusal("" + models, named(webui)));
    assertEquals(twice.formatted(webui, models), refusal("" + webui, named(models)));
    assertEquals("409 " + webui + " is in the list already.", refusal("" + webui, named(webui)));
    assertEquals(
        webui, rules.check("" + webui, List.of(named(disk.resolve("on a disk that is away")))));
  }

  @Test
  void theStudiosOwnFolderHoldsNoneOfTheUsersModels() {
    assertEquals(
        "400 %s/data/gallery belongs to the studio itself; choose one outside of %s/data."
            .formatted(disk, disk),
        refusal(disk + "/data/gallery"));
  }

  @Test
  void aSlipIsToldWithTheFolderThatIsMeant() throws IOException {
    assertEquals(
        "400 %s/models/Stable-diffusion is only one of the folders of models in %s/models; add that one."
            .formatted(webui, webui),
        refusal(webui + "/models/Stable-diffusion"));
    Files.createDirectories(disk.resolve("pictures"));
    assertEquals(
        "400 %s/pictures holds no folder called checkpoints, loras, vae, Stable-diffusion, Lora or the like; name the one that does."
            .formatted(disk),
        refusal(disk + "/pictures"));
    assertEquals(
        "400 / holds no folder called",
        refusal("/").substring(0, "400 / holds no folder called".length()));
  }
}
