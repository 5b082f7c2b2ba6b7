package dev.atelier.models.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.models.Golden;
import dev.atelier.models.GoldenSingleFile;
import dev.atelier.models.lora.LoraSummaries;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelCatalogTest {
  @TempDir Path temporary;
  private Path models;

  @BeforeEach
  void createModelFolder() throws IOException {
    models = Files.createDirectory(temporary.resolve("models"));
  }

  private static Path addDiffusersFolder(Path target) throws IOException {
    Golden.copyModelWithTokenizer(target);
    return target;
  }

  private static void addLora(Path target) throws IOException {
    Files.createDirectories(target.getParent());
    Files.copy(Golden.file("lora_kohya/lora.safetensors"), target);
  }

  private ModelEntry onlyLora(LoraSummaries known) {
    return ModelCatalog.scan(List.of(models), known).entries(ModelKind.LORA).get(0);
  }

  /** A file whose stamp is the same is not looked into, whatever is in it by now. */
  @Test
  void aLorasHeaderIsReadAgainOnlyWhenItsFileHasChanged() throws IOException {
    Path file = models.resolve("loras/ink.safetensors");
    addLora(file);
    FileTime before = Files.getLastModifiedTime(file);
    LoraSummaries known = new LoraSummaries();
    assertTrue(onlyLora(known).usable());

    Files.write(file, new byte[(int) Files.size(file)]);
    Files.setLastModifiedTime(file, before);
    ModelCatalog catalog = ModelCatalog.scan(List.of(models), known);
    ModelEntry entry = catalog.entries(ModelKind.LORA).get(0);
    assertTrue(entry.usable());
    assertEquals(Optional.empty(), catalog.lora(entry).problem());

    Files.setLastModifiedTime(file, FileTime.from(before.toInstant().plusSeconds(1)));
    assertTrue(catalog.lora(entry).problem().isPresent(), "without a scan, too");
    assertFalse(onlyLora(known).usable());
  }

  @Test
  void aLoraThatWasGoneInAScanIsReadAgain() throws IOException {
    Path file = models.resolve("loras/ink.safetensors");
    addLora(file);
    FileTime before = Files.getLastModifiedTime(file);
    long bytes = Files.size(file);
    LoraSummaries known = new LoraSummaries();
    assertTrue(onlyLora(known).usable());
    Files.delete(file);
    assertEquals(List.of(), ModelCatalog.scan(List.of(models), known).entries());
    Files.write(file, new byte[(int) bytes]);
    Files.setLastModifiedTime(file, before);
    assertFalse(onlyLora(known).usable());
  }

  private static Path addFile(Path target) throws IOException {
    byte[] header =
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[0,3]}}"
            .getBytes(StandardCharsets.UTF_8);
    byte[] bytes =
        ByteBuffer.allocate(8 + header.length + 3)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(header.length)
            .put(header)
            .array();
    Files.createDirectories(target.getParent());
    return Files.write(target, bytes);
  }

  private static List<String> ids(ModelCatalog catalog) {
    return catalog.entries().stream().map(ModelEntry::id).toList();
  }

  @Test
  void aDiffusersFolderIsAUsableCheckpoint() throws IOException {
    Path path = addDiffusersFolder(models.resolve("checkpoints/small/tiny"));

    ModelCatalog catalog = ModelCatalog.scan(List.of(models));

    long bytes = 0;
    for (String weights :
        List.of(
            "unet/diffusion_pytorch_model.safetensors",
            "vae/diffusion_pytorch_model.safetensors",
            "text_encoder/model.safetensors")) {
      bytes += Files.size(path.resolve(weights));
    }
    ModelEntry entry =
        new ModelEntry(
            "checkpoints/small/tiny",
            "tiny",
            ModelKind.CHECKPOINT,
            path,
            bytes,
            List.of(path.resolve("unet/diffusion_pytorch_model.safetensors")),
            128,
            false,
            List.of(),
            Optional.empty());
    assertEquals(List.of(entry), catalog.entries());
    assertTrue(entry.usable());
    assertEquals(Optional.of(entry), catalog.checkpoint("checkpoints/small/tiny"));
    assertEquals(
        List.of(new ModelFolder(models, Optional.of(FolderLayout.ATELIER), 1, Optional.empty())),
        catalog.folders());
  }

  @Test
  void theFolderItselfMayBeADiffusersFolder() throws IOException {
    Path path = addDiffusersFolder(temporary.resolve("storybook"));
    ModelCatalog catalog = ModelCatalog.scan(List.of(path));
    assertEquals(List.of("storybook"), ids(catalog));
    assertEquals(path, catalog.checkpoint("storybook").orElseThrow().path());
  }

  @Test
  void everyKindIsFoundInItsSubFolder() throws IOException {
    addFile(models.resolve("checkpoints/photo.safetensors"));
    addLora(models.resolve("loras/faces/anna.safetensors"));
    addFile(models.resolve("controlnets/canny.SafeTensors"));
    addFile(models.resolve("vae/soft.safetensors"));
    addFile(models.resolve("embeddings/bad-hands.safetensors"));
    addFile(models.resolve("elsewhere/other.safetensors"));
    Files.writeString(models.resolve("loras/readme.txt"), "not a model");

    ModelCatalog catalog = ModelCatalog.scan(List.of(models));

    assertEquals(
        List.of(
            "checkpoints/photo",
            "loras/faces/anna",
            "controlnets/canny",
            "vae/soft",
            "embeddings/bad-hands"),
        ids(catalog));
    assertEquals(
        List.of("anna"), catalog.entries(ModelKind.LORA).stream().map(ModelEntry::name).toList());
    assertTrue(catalog.entries(ModelKind.LORA).get(0).usable());
    assertEquals(Optional.empty(), catalog.checkpoint("loras/faces/anna"));
  }

  @Test
  void aLoraSaysWhatItIs() throws IOException {
    addLora(models.resolve("loras/kohya.safetensors"));
    addFile(models.resolve("loras/none.safetensors"));
    Map<String, ModelEntry> loras =
        ModelCatalog.scan(List.of(models)).entries().stream()
            .collect(Collectors.toMap(ModelEntry::name, entry -> entry));
    assertEquals(
        List.of("LoRA, rank 4, made for Stable Diffusion 1.5."), loras.get("kohya").notes());
    assertFalse(loras.get("none").usable());
  }

  @Test
  void aLoraSaysWhatCallsItUp() {
    assertEquals(
        List.of("LoRA, rank 8, made for Stable Diffusion 1.5.", "Called up by butterfly wings."),
        ModelCatalog.scan(List.of(Path.of("storybook-extras"))).entries(ModelKind.LORA).stream()
            .filter(lora -> lora.name().equals("storybook-wings"))
            .flatMap(lora -> lora.notes().stream())
            .toList());
  }

  @Test
  void aControlNetMayBeADiffusersFolder() throws IOException {
    Path folder = Files.createDirectories(models.resolve("controlnets/canny"));
    Path weights = folder.resolve("diffusion_pytorch_model.safetensors");
    Path golden = Golden.file("controlnet");
    Files.copy(golden.resolve(weights.getFileName()), weights);
    Files.copy(golden.resolve("config.json"), folder.resolve("config.json"));

    ModelEntry entry = ModelCatalog.scan(List.of(models)).entries(ModelKind.CONTROLNET).get(0);

    assertEquals("controlnets/canny", entry.id());
    assertEquals(Optional.empty(), entry.problem());
    assertEquals(List.of(), entry.notes());
    assertEquals(List.of(weights), entry.weights());
    assertEquals(Files.size(weights), entry.bytes());
    Files.delete(weights);
    assertFalse(ModelCatalog.scan(List.of(models)).entries(ModelKind.CONTROLNET).get(0).usable());
  }

  @Test
  void aFileAmongTheControlNetsThatIsNoneSaysSo() throws IOException {
    addFile(models.resolve("controlnets/odd.safetensors"));
    ModelEntry entry = ModelCatalog.scan(List.of(models)).entries(ModelKind.CONTROLNET).get(0);
    assertEquals(
        Optional.of("controlnets/odd.safetensors: it is something else, not a ControlNet."),
        entry.problem());
  }

  @Test
  void aSingleFileIsAUsableCheckpoint() throws IOException {
    Files.createDirectories(models.resolve("checkpoints"));
    Path path = GoldenSingleFile.write(models.resolve("checkpoints/photo.safetensors"));
    ModelEntry entry = ModelCatalog.scan(List.of(models)).checkpoint("checkpoints/photo").get();
    assertEquals(Optional.empty(), entry.problem());
    assertEquals(List.of(), entry.notes());
    assertEquals(Files.size(path), entry.bytes());
    assertEquals(512, entry.defaultSize());
  }

  @Test
  void theFoldersOfOtherProgramsAreKnown() throws IOException {
    addFile(models.resolve("models/Stable-diffusion/photo.safetensors"));
    addFile(models.resolve("models/Stable-diffusion/photo.vae.safetensors"));
    addFile(models.resolve("models/Lora/people/anna.safetensors"));
    addFile(models.resolve("models/VAE/soft.safetensors"));
    addFile(models.resolve("models/ControlNet/canny.safetensors"));
    addFile(models.resolve("embeddings/bad.safetensors"));
    Path comfy = Files.createDirectory(temporary.resolve("ComfyUI"));
    addFile(comfy.resolve("models/checkpoints/other.safetensors"));
    addFile(comfy.resolve("models/controlnet/pose.safetensors"));

    assertEquals(
        List.of(
            "checkpoints/photo",
            "vae/photo.vae",
            "loras/people/anna",
            "controlnets/canny",
            "vae/soft",
            "embeddings/bad",
            "checkpoints/other",
            "controlnets/pose"),
        ids(ModelCatalog.scan(List.of(models, comfy))));
  }

  @Test
  void aModelInTheWrongFolderSaysWhereItBelongs() throws IOException {
    addFile(models.resolve("checkpoints/odd.safetensors"));
    ModelEntry entry = ModelCatalog.scan(List.of(models)).entries().get(0);
    assertFalse(entry.usable());
    assertEquals(
        Optional.of(
            "checkpoints/odd.safetensors: it has no UNet, so it is not a Stable Diffusion 1.5"
                + " checkpoint."),
        entry.problem());
  }

  @Test
  void aBrokenModelIsListedWithItsProblem() throws IOException {
    Files.write(addFile(models.resolve("loras/cut.safetensors")), new byte[20]);
    Path noVae = addDiffusersFolder(models.resolve("checkpoints/no-vae"));
    Files.delete(noVae.resolve("vae/diffusion_pytorch_model.safetensors"));
    Path cut = addDiffusersFolder(models.resolve("checkpoints/cut"));
    Files.write(cut.resolve("unet/diffusion_pytorch_model.safetensors"), new byte[7]);
    Path noTokens = addDiffusersFolder(models.resolve("checkpoints/no-tokens"));
    Files.delete(noTokens.resolve("tokenizer/merges.txt"));
    Files.createDirectories(models.resolve("checkpoints/empty"));
    Files.writeString(models.resolve("checkpoints/empty/model_index.json"), "{}");

    List<ModelEntry> entries = ModelCatalog.scan(List.of(models)).entries();

    assertEquals(
        List.of(
            "checkpoints/cut: unet/diffusion_pytorch_model.safetensors: it is 7 bytes long, so it"
                + " is not a safetensors file.",
            "checkpoints/empty: unet/config.json: this file is missing; copy the model's folder"
                + " again, with all its sub-folders.",
            "checkpoints/no-tokens: tokenizer/merges.txt: this file is missing; copy the model's"
                + " folder again, with its tokenizer.",
            "checkpoints/no-vae: no-vae/vae: diffusion_pytorch_model.safetensors is missing; copy"
                + " the model's folder again, with all its files.",
            "loras/cut: loras/cut.safetensors: its header does not begin with \"{\", so it is not"
                + " a safetensors file."),
        entries.stream().map(e -> e.id() + ": " + e.problem().orElse("none")).toList());
  }

  @Test
  void anIdThatIsTakenGetsANumber() throws IOException {
    Path more = Files.createDirectory(temporary.resolve("more"));
    addFile(models.resolve("loras/anna.safetensors"));
    addFile(models.resolve("loras/anna-2.safetensors"));
    addFile(more.resolve("loras/anna.safetensors"));

    ModelCatalog catalog = ModelCatalog.scan(List.of(models, more));

    assertEquals(List.of("loras/anna-2", "loras/anna", "loras/anna-3"), ids(catalog));
    assertEquals("anna-3", catalog.entries().get(2).name());
    assertEquals(more.resolve("loras/anna.safetensors"), catalog.entries().get(2).path());
  }

  @Test
  void hiddenFilesAndFoldersAreIgnored() throws IOException {
    addFile(models.resolve("loras/.hidden.safetensors"));
    addFile(models.resolve("loras/.cache/x.safetensors"));
    addFile(models.resolve("loras/shown.safetensors"));
    assertEquals(List.of("loras/shown"), ids(ModelCatalog.scan(List.of(models))));
  }

  @Test
  void linksThatLeaveTheFolderAreNotFollowed() throws IOException {
    Path outside = addFile(temporary.resolve("outside/secret.safetensors"));
    addFile(models.resolve("loras/inside.safetensors"));
    Files.createSymbolicLink(models.resolve("loras/link.safetensors"), outside);
    Files.createSymbolicLink(models.resolve("loras/folder"), outside.getParent());
    Files.createSymbolicLink(models.resolve("checkpoints"), outside.getParent());
    Files.createSymbolicLink(
        models.resolve("loras/alias.safetensors"), models.resolve("loras/inside.safetensors"));
    Files.createSymbolicLink(models.resolve("loras/nowhere.safetensors"), Path.of("gone"));

    assertEquals(List.of("loras/alias", "loras/inside"), ids(ModelCatalog.scan(List.of(models))));
  }

  @Test
  void linksInCirclesEnd() throws IOException {
    addFile(models.resolve("loras/a/x.safetensors"));
    for (int i = 0; i < 5; i++) {
      Files.createSymbolicLink(models.resolve("loras/a/loop" + i), models.resolve("loras"));
    }
    assertEquals(List.of("loras/a/x"), ids(ModelCatalog.scan(List.of(models))));
  }

  @Test
  void theFolderMayBeALinkItself() throws IOException {
    addFile(models.resolve("loras/x.safetensors"));
    Path link = Files.createSymbolicLink(temporary.resolve("link"), models);
    assertEquals(List.of("loras/x"), ids(ModelCatalog.scan(List.of(link))));
  }

  @Test
  void foldersTooDeepAreNotWalked() throws IOException {
    Path deep = models.resolve("loras");
    for (int i = 1; i <= 8; i++) {
      deep = deep.resolve("d" + i);
      addFile(deep.resolve("at" + i + ".safetensors"));
    }
    List<String> ids = ids(ModelCatalog.scan(List.of(models)));
    assertEquals(7, ids.size());
    assertTrue(ids.stream().anyMatch(id -> id.endsWith("/at7")));
  }

  @Test
  void aFolderWithoutModelsSaysWhatToPutThere() {
    String todo =
        "put Stable Diffusion 1.5 checkpoints, single files or diffusers folders, into its"
            + " sub-folder checkpoints.";
    Path missing = temporary.resolve("missing");
    ModelCatalog catalog = ModelCatalog.scan(List.of(models, missing));
    assertEquals(
        List.of(
            new ModelFolder(
                models, Optional.empty(), 0, Optional.of(models + " holds no models; " + todo)),
            new ModelFolder(
                missing,
                Optional.empty(),
                0,
                Optional.of(
                    missing + " is not there; connect its disk, or create it and " + todo))),
        catalog.folders());
    assertEquals(List.of(), catalog.entries());
  }

  @Test
  void aFileIsNotAFolder() throws IOException {
    Path file = addFile(temporary.resolve("x.safetensors"));
    ModelFolder folder = ModelCatalog.scan(List.of(file)).folders().get(0);
    assertTrue(folder.problem().orElseThrow().contains(" is not a folder; create it and put"));
  }
}
