package dev.atelier.models.convert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.models.Golden;
import dev.atelier.models.GoldenSingleFile;
import dev.atelier.models.weights.CheckpointFiles;
import dev.atelier.models.weights.WeightSource;
import dev.atelier.models.weights.WeightsException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both ways and back again, bit for bit. */
class ConversionTest {
  private static final List<String> FILES =
      List.of(
          "unet/config.json",
          "unet/diffusion_pytorch_model.safetensors",
          "vae/config.json",
          "vae/diffusion_pytorch_model.safetensors",
          "text_encoder/config.json",
          "text_encoder/model.safetensors",
          "scheduler/scheduler_config.json",
          "tokenizer/vocab.json",
          "tokenizer/merges.txt");

  private static final String POSITIONS =
      "cond_stage_model.transformer.text_model.embeddings.position_ids";

  @TempDir Path temporary;

  private static byte[] bytes(WeightSource source, String name) throws IOException {
    var bytes = new ByteArrayOutputStream();
    source.copy(name, Channels.newChannel(bytes));
    return bytes.toByteArray();
  }

  private Path convert(Path source, String target) throws IOException {
    Path path = temporary.resolve(target);
    new Conversion(source, path).run();
    return path;
  }

  @Test
  void aFolderBecomesASingleFileAndTheSameFolderAgainByteForByte() throws IOException {
    Path folder = temporary.resolve("folder");
    Golden.copyModelWithTokenizer(folder);

    Path single = convert(folder, "single.safetensors");
    Path again = convert(single, "again");

    for (String file : FILES) {
      assertArrayEquals(
          Files.readAllBytes(folder.resolve(file)), Files.readAllBytes(again.resolve(file)), file);
    }
    assertEquals(
        CheckpointFiles.open(folder).defaultSize(), CheckpointFiles.open(single).defaultSize());
    try (var left = Files.list(temporary)) {
      assertTrue(left.noneMatch(path -> path.toString().endsWith(".part")));
    }
  }

  @Test
  void aSingleFileBecomesAFolderAndTheSameTensorsAgain() throws IOException {
    Path golden = GoldenSingleFile.write(temporary.resolve("golden.safetensors"));
    Path folder = convert(golden, "folder");
    Path again = convert(folder, "again.safetensors");

    try (WeightSource before = WeightSource.open(golden);
        WeightSource after = WeightSource.open(again)) {
      TreeSet<String> names = new TreeSet<>(before.names());
      assertTrue(names.remove(POSITIONS)); // 0 to 76: no network asks for them
      assertEquals(names, new TreeSet<>(after.names()));
      for (String name : names) {
        assertEquals(before.info(name), after.info(name));
        assertArrayEquals(bytes(before, name), bytes(after, name), name);
      }
    }
    CheckpointFiles single = CheckpointFiles.open(golden);
    CheckpointFiles converted = CheckpointFiles.open(folder);
    assertEquals(single.unet(), converted.unet());
    assertEquals(single.vae(), converted.vae());
    assertEquals(single.textEncoder(), converted.textEncoder());
    assertEquals(single.scheduler(), converted.scheduler());
    for (String file : List.of(FILES.get(1), FILES.get(3), FILES.get(5))) {
      assertArrayEquals(
          Files.readAllBytes(Golden.file("model/" + file)),
          Files.readAllBytes(folder.resolve(file)),
          file);
    }
  }

  @Test
  void aVocabularyOfItsOwnStaysAFolder() throws IOException {
    Path folder = temporary.resolve("folder");
    Golden.copyModelWithTokenizer(folder);
    Path merges = folder.resolve("tokenizer/merges.txt");
    List<String> lines = Files.readAllLines(merges);
    Files.write(merges, lines.subList(0, lines.size() - 1));
    var e = assertThrows(WeightsException.class, () -> convert(folder, "single.safetensors"));
    assertTrue(e.getMessage().contains("its vocabulary is not CLIP's own"), e.getMessage());
  }

  @Test
  void nothingIsReplaced() throws IOException {
    Path there = Files.writeString(temporary.resolve("there.safetensors"), "mine");
    var e =
        assertThrows(
            WeightsException.class, () -> new Conversion(Golden.file("model"), there).run());
    assertTrue(e.getMessage().endsWith("it exists already; name a new file or folder."));
    assertEquals("mine", Files.readString(there));
  }

  @Test
  void aVaeIsNoCheckpoint() {
    Path target = temporary.resolve("target");
    var e =
        assertThrows(
            WeightsException.class,
            () -> new Conversion(Golden.file("vae_only.ckpt"), target).run());
    assertTrue(e.getMessage().contains("it is a VAE, not a checkpoint;"), e.getMessage());
    assertFalse(Files.exists(target));
  }
}
