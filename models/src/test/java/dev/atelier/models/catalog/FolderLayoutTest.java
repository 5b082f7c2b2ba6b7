package dev.atelier.models.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FolderLayoutTest {
  @TempDir Path temporary;

  private Path folder(String... children) throws IOException {
    Path folder = Files.createDirectories(temporary.resolve("folder"));
    for (String child : children) {
      Files.createDirectories(folder.resolve(child));
    }
    return folder;
  }

  @ParameterizedTest
  @CsvSource({
    "models/Stable-diffusion, A1111",
    "models/VAE, A1111",
    "Lora, A1111",
    "models/checkpoints, COMFYUI",
    "models/vae, COMFYUI",
    "upscale_models, COMFYUI",
    "checkpoints, ATELIER",
    "vae, ATELIER",
    "pictures, ",
    "models/pictures, "
  })
  void isRecognisedByTheNamesInIt(String child, FolderLayout layout) throws IOException {
    assertEquals(Optional.ofNullable(layout), FolderLayout.of(folder(child)));
  }

  @Test
  void aDiffusersFolderIsOneModel() throws IOException {
    Path folder = folder("vae");
    Files.writeString(folder.resolve("model_index.json"), "{}");
    assertEquals(Optional.of(FolderLayout.DIFFUSERS), FolderLayout.of(folder));
  }

  @Test
  void filesAreNoFoldersOfModels() throws IOException {
    Path folder = folder();
    Files.writeString(folder.resolve("checkpoints"), "");
    Files.writeString(folder.resolve("models"), "");
    assertEquals(Optional.empty(), FolderLayout.of(folder));
    assertThrows(IOException.class, () -> FolderLayout.of(folder.resolve("nowhere")));
  }

  @ParameterizedTest
  @CsvSource({
    "webui,         webui,                       true",
    "webui,         webui/models,                true",
    "webui/models,  webui,                       true",
    "mine,          mine/checkpoints/story,      true",
    "mine/checkpoints/story, mine,               true",
    "mine,          mine/loras,                  true",
    "mine,          mine/more,                   false",
    "mine,          mine-2,                      false",
    "mine,          mine/pictures/loras,         false"
  })
  void foldersOverlapWhereModelsWouldBeFoundTwice(String one, String other, boolean twice) {
    assertEquals(
        twice, ModelCatalog.overlap(temporary.resolve(one), temporary.resolve(other)), one);
  }

  @Test
  void aDiffusersFolderIsLookedThroughItself() throws IOException {
    Path story = Files.createDirectories(temporary.resolve("mine/checkpoints/story"));
    Files.writeString(story.resolve("model_index.json"), "{}");
    assertEquals(true, ModelCatalog.overlap(temporary.resolve("mine"), story));
    assertEquals(true, ModelCatalog.overlap(story.resolve("unet"), story));
    assertEquals(false, ModelCatalog.overlap(temporary.resolve("mine/other"), story));
    assertEquals(
        List.of(FolderLayout.ATELIER, FolderLayout.DIFFUSERS),
        ModelCatalog.scan(List.of(temporary.resolve("mine"), story)).folders().stream()
            .map(found -> found.layout().orElseThrow())
            .toList());
  }
}
