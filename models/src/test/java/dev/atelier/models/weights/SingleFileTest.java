package dev.atelier.models.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.models.Golden;
import dev.atelier.models.GoldenSingleFile;
import dev.atelier.models.weights.SchedulerConfig.PredictionType;
import dev.atelier.models.weights.SchedulerConfig.TimestepSpacing;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The reference's single file against its folder, and single files with one thing changed. */
class SingleFileTest {
  @TempDir static Path folder;
  private static Path golden;

  @TempDir Path temporary;

  @BeforeAll
  static void write() throws IOException {
    golden = GoldenSingleFile.write(folder.resolve("golden.safetensors"));
  }

  static byte[] bytes(WeightSource source, String name) throws IOException {
    var bytes = new ByteArrayOutputStream();
    source.copy(name, Channels.newChannel(bytes));
    return bytes.toByteArray();
  }

  @ParameterizedTest
  @EnumSource(Component.class)
  void everyTensorIsTheFoldersBitForBit(Component component) throws IOException {
    try (WeightSource single = SingleFile.open(golden).open(component);
        WeightSource separate = DiffusersFolder.open(Golden.file("model")).open(component)) {
      assertEquals(new TreeSet<>(separate.names()), new TreeSet<>(single.names()));
      for (String name : separate.names()) {
        assertEquals(separate.info(name), single.info(name));
        assertArrayEquals(bytes(separate, name), bytes(single, name), name);
      }
    }
  }

  @Test
  void theShapesSayWhatTheConfigurationsSay() {
    CheckpointFiles single = CheckpointFiles.open(golden);
    DiffusersFolder separate = DiffusersFolder.open(Golden.file("model"));
    UNetConfig unet = separate.unet();
    // What it was trained on is in no tensor: it is taken for 64, which is 512 pixels.
    assertEquals(
        new UNetConfig(
            64,
            unet.inChannels(),
            unet.outChannels(),
            unet.blockOutChannels(),
            unet.downAttention(),
            unet.upAttention(),
            unet.layersPerBlock(),
            unet.transformerLayers(),
            unet.attentionHeads(),
            unet.crossAttentionDim(),
            unet.normNumGroups(),
            unet.normEps(),
            unet.useLinearProjection(),
            unet.upcastAttention(),
            unet.flipSinToCos(),
            unet.freqShift(),
            unet.downsamplePadding()),
        single.unet());
    assertEquals(separate.vae(), single.vae());
    assertEquals(separate.textEncoder(), single.textEncoder());
    assertEquals(separate.scheduler(), single.scheduler());
    assertEquals(512, single.defaultSize());
    assertEquals(Optional.empty(), single.tokenizer());
    assertEquals(new KeyReport(List.of(), List.of()), single.keys());
    assertFalse(single.inpainting());
  }

  /** The golden file with its keys changed, and every tensor of one byte's worth of zeros. */
  private Path edited(String name, UnaryOperator<List<String>> keys) throws IOException {
    List<String> lines =
        keys.apply(new ArrayList<>(Files.readAllLines(Golden.file("single_file.tsv"))));
    var bytes = new SafetensorsBytes();
    for (String line : lines) {
      String[] fields = line.split("\t", -1);
      long[] shape =
          fields[1].isEmpty()
              ? new long[0]
              : List.of(fields[1].split(",")).stream().mapToLong(Long::parseLong).toArray();
      int size = 1;
      for (long dimension : shape) {
        size *= (int) dimension;
      }
      bytes.add(fields[0], StoredType.U8, shape, new byte[size]);
    }
    return SafetensorsBytes.write(temporary.resolve(name), bytes.build());
  }

  private static UnaryOperator<List<String>> with(String key, String shape) {
    return lines -> {
      lines.add(key + "\t" + shape);
      return lines;
    };
  }

  private static UnaryOperator<List<String>> replacing(String from, String to) {
    return lines -> {
      int before = lines.size();
      List<String> replaced = lines.stream().map(line -> line.replace(from, to)).toList();
      assertEquals(before, replaced.size());
      assertFalse(lines.equals(replaced), "nothing to replace");
      return replaced;
    };
  }

  @Test
  void aMissingTensorIsNamed() throws IOException {
    Path file =
        edited(
            "cut.safetensors",
            lines ->
                lines.stream()
                    .filter(
                        line -> !line.startsWith("model.diffusion_model.middle_block.1.proj_in."))
                    .toList());
    var e = assertThrows(WeightsException.class, () -> SingleFile.open(file));
    assertTrue(
        e.getMessage()
            .endsWith(
                "/cut.safetensors: it lacks the tensors"
                    + " \"model.diffusion_model.middle_block.1.proj_in.weight\","
                    + " \"model.diffusion_model.middle_block.1.proj_in.bias\"; it is damaged or a"
                    + " model of another kind, fetch the file again."),
        e.getMessage());
  }

  @Test
  void anUnknownTensorIsListedAndAHarmlessOneIsNot() throws IOException {
    Path file =
        edited(
            "more.safetensors",
            with("model.diffusion_model.extra.weight", "1")
                    .andThen(with("model_ema.decay", ""))
                    .andThen(with("alphas_cumprod", "1000"))
                    .andThen(with("first_stage_model.loss.logvar", ""))
                ::apply);
    KeyReport keys = SingleFile.open(file).keys();
    assertEquals(List.of("model.diffusion_model.extra.weight"), keys.unknown());
    assertEquals(
        Optional.of(
            "it has the tensor \"model.diffusion_model.extra.weight\" that Stable Diffusion 1.5"
                + " does not use."),
        keys.note());
  }

  @ParameterizedTest
  @CsvSource({
    "conditioner.embedders.0.transformer.text_model.x, a Stable Diffusion XL model",
    "model.diffusion_model.label_emb.0.0.weight, a Stable Diffusion XL model",
    "cond_stage_model.model.ln_final.weight, a Stable Diffusion 2 model",
    "model.diffusion_model.double_blocks.0.img_attn.proj.weight, a Flux model",
    "double_blocks.0.img_attn.proj.weight, a Flux model",
    "model.diffusion_model.joint_blocks.0.x, a Stable Diffusion 3 model",
    "lora_unet_mid_block_attentions_0_proj_in.lora_down.weight, a LoRA",
    "unet.mid_block.attentions.0.proj_in.lora_A.weight, a LoRA",
    "control_model.input_hint_block.0.weight, a ControlNet",
    "controlnet_cond_embedding.conv_in.weight, a ControlNet",
    "emb_params, an embedding",
  })
  void otherModelsAreToldApart(String key, String what) {
    Path file = temporary.resolve("other.safetensors");
    SafetensorsBytes.write(
        file, new SafetensorsBytes().add(key, StoredType.U8, new long[] {1}, new byte[1]).build());
    var e = assertThrows(WeightsException.class, () -> SingleFile.open(file));
    assertTrue(
        e.getMessage()
            .endsWith(
                "/other.safetensors: it is "
                    + what
                    + ", but only Stable Diffusion 1.5 checkpoints can be used here."),
        e.getMessage());
  }

  @Test
  void aVaeIsNoCheckpointAndACheckpointNoVae() throws IOException {
    Path vae =
        edited(
            "vae.safetensors",
            lines -> lines.stream().filter(line -> line.startsWith("first_stage_model.")).toList());
    var e = assertThrows(WeightsException.class, () -> SingleFile.open(vae));
    assertTrue(e.getMessage().contains("it is a VAE, not a checkpoint;"), e.getMessage());
    assertEquals(
        DiffusersFolder.open(Golden.file("model")).vae(), StandaloneVae.open(vae).config());

    var other = assertThrows(WeightsException.class, () -> StandaloneVae.open(golden));
    assertTrue(other.getMessage().contains("it is a whole checkpoint;"), other.getMessage());
  }

  @Test
  void nineChannelsAreAnInpaintingModel() throws IOException {
    Path file =
        edited(
            "inpainting.safetensors",
            replacing("input_blocks.0.0.weight\t32,4,", "input_blocks.0.0.weight\t32,9,"));
    CheckpointFiles files = SingleFile.open(file);
    assertEquals(9, files.unet().inChannels());
    assertTrue(files.inpainting());

    Path five =
        edited(
            "five.safetensors",
            replacing("input_blocks.0.0.weight\t32,4,", "input_blocks.0.0.weight\t32,5,"));
    var e = assertThrows(WeightsException.class, () -> SingleFile.open(five));
    assertTrue(e.getMessage().contains("takes 5 channels and gives 4"), e.getMessage());
  }

  @Test
  void vPredictionIsReadFromWhereTrainersWriteIt() throws IOException {
    assertEquals(PredictionType.EPSILON, SingleFile.open(golden).scheduler().predictionType());

    SchedulerConfig flagged =
        SingleFile.open(
                edited(
                    "flagged.safetensors", with("v_pred", "0").andThen(with("ztsnr", "0"))::apply))
            .scheduler();
    assertEquals(PredictionType.V_PREDICTION, flagged.predictionType());
    assertTrue(flagged.rescaleBetasZeroSnr());
    assertEquals(Optional.of(TimestepSpacing.TRAILING), flagged.timestepSpacing());

    Path file = edited("beside.safetensors", UnaryOperator.identity());
    Path yaml = temporary.resolve("beside.yaml");
    Files.writeString(yaml, "model:\n  params:\n    parameterization: \"eps\"\n");
    assertEquals(PredictionType.EPSILON, SingleFile.open(file).scheduler().predictionType());
    Files.writeString(yaml, "model:\n  params:\n    parameterization: \"v\"\n");
    assertEquals(PredictionType.V_PREDICTION, SingleFile.open(file).scheduler().predictionType());
  }

  @Test
  void anotherVocabularyNeedsItsTokenizer() throws IOException {
    Path file =
        edited(
            "small.safetensors",
            replacing("token_embedding.weight\t49408,", "token_embedding.weight\t1073,"));
    var e = assertThrows(WeightsException.class, () -> SingleFile.open(file));
    assertTrue(
        e.getMessage().contains("knows 1073 tokens but CLIP's vocabulary has 49408"),
        e.getMessage());
  }
}
