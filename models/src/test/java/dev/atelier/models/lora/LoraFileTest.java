package dev.atelier.models.lora;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.models.Golden;
import dev.atelier.models.weights.FileDigest;
import dev.atelier.models.weights.TorchCopy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoraFileTest {
  @TempDir Path folder;

  @Test
  void saysWhatKohyasFileIs() {
    LoraSummary summary = LoraFile.inspect(Golden.file("lora_kohya/lora.safetensors"));
    assertEquals(Set.of(LoraKind.LORA), summary.kinds());
    assertEquals(List.of(4), summary.ranks());
    assertEquals(128, summary.unetModules());
    assertEquals(12, summary.textEncoderModules());
    assertEquals(List.of(), summary.unmatched());
    assertEquals(Optional.of("sd_v1"), summary.metadata().baseModel());
    assertEquals(Optional.of("8"), summary.metadata().alpha());
    assertEquals(Optional.empty(), summary.problem());
  }

  @Test
  void diffusersFileChangesTheSameModules() {
    LoraSummary summary =
        LoraFile.inspect(Golden.file("lora_diffusers/pytorch_lora_weights.safetensors"));
    assertEquals(128, summary.unetModules());
    assertEquals(12, summary.textEncoderModules());
    assertEquals(List.of(), summary.unmatched());
  }

  @Test
  void tellsAConvolutionsChange() {
    LoraSummary summary = LoraFile.inspect(Golden.file("lora_kohya/locon.safetensors"));
    assertEquals(Set.of(LoraKind.LOCON), summary.kinds());
    assertEquals(List.of(2), summary.ranks());
  }

  @Test
  void torchsFileChangesTheSameModules() throws IOException {
    Path kohyas = Golden.file("lora_kohya/lora.safetensors");
    LoraSummary summary = LoraFile.inspect(TorchCopy.write(kohyas, folder.resolve("lora.pt")));
    assertEquals(Optional.empty(), summary.problem());
    assertEquals(Set.of(LoraKind.LORA), summary.kinds());
    assertEquals(List.of(4), summary.ranks());
    assertEquals(128, summary.unetModules());
    assertEquals(12, summary.textEncoderModules());
    assertEquals(List.of(), summary.unmatched());
  }

  @Test
  void aBrokenFileIsAProblemInOneSentence() throws IOException {
    Path file = folder.resolve("broken.safetensors");
    Files.writeString(file, "this is not a LoRA");
    LoraSummary summary = LoraFile.inspect(file);
    assertTrue(summary.problem().orElseThrow().contains("broken.safetensors: "));
  }

  @Test
  void aMissingFileIsAProblem() {
    LoraSummary summary = LoraFile.inspect(folder.resolve("gone.safetensors"));
    assertTrue(summary.problem().orElseThrow().endsWith("there is no such file."));
  }

  @Test
  void aCheckpointIsNoLora() {
    LoraSummary summary =
        LoraFile.inspect(Golden.file("model/unet/diffusion_pytorch_model.safetensors"));
    assertTrue(summary.problem().orElseThrow().contains("something else than a LoRA"));
  }

  @Test
  void theShortHashIsTheWholeFiles() throws IOException {
    Path file = folder.resolve("abc");
    Files.writeString(file, "abc");
    assertEquals(
        "ba7816bf8f", FileDigest.sha256(file, 0).substring(0, 10)); // FIPS 180-2, appendix B.1
  }
}
