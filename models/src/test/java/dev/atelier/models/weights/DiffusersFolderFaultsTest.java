package dev.atelier.models.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.models.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The golden model's configurations with one thing wrong. */
class DiffusersFolderFaultsTest {
  private static final List<String> CONFIGS =
      List.of(
          "model_index.json",
          "unet/config.json",
          "vae/config.json",
          "text_encoder/config.json",
          "scheduler/scheduler_config.json");

  @TempDir Path temporary;
  private Path model;

  @BeforeEach
  void copyConfigurations() throws IOException {
    model = temporary.resolve("tiny");
    for (String config : CONFIGS) {
      Path target = model.resolve(config);
      Files.createDirectories(target.getParent());
      Files.copy(Golden.file("model").resolve(config), target);
    }
  }

  private void edit(String file, String from, String to) throws IOException {
    Path path = model.resolve(file);
    String before = Files.readString(path);
    assertTrue(before.contains(from), "nothing to replace");
    Files.writeString(path, before.replace(from, to));
  }

  private String fault() {
    return assertThrows(WeightsException.class, () -> DiffusersFolder.open(model)).getMessage();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"num_attention_heads\": null | \"num_attention_heads\": [4, 4, 4, 4]",
        "\"attention_head_dim\": 8 | \"attention_head_dim\": [4, 4, 4, 4]",
        "\"attention_head_dim\": 8 | \"attention_head_dim\": 4",
      })
  void headsAreANumberOrAList(String from, String to) throws IOException {
    edit("unet/config.json", from, to);
    assertEquals(List.of(4, 4, 4, 4), DiffusersFolder.open(model).unet().attentionHeads());
  }

  @Test
  void absentFieldsHaveDiffusersDefaults() throws IOException {
    Files.writeString(model.resolve("unet/config.json"), "{\"cross_attention_dim\": 32}");
    Files.writeString(model.resolve("vae/config.json"), "{}");
    Files.writeString(model.resolve("scheduler/scheduler_config.json"), "{}");
    DiffusersFolder folder = DiffusersFolder.open(model);
    assertEquals(List.of(320, 640, 1280, 1280), folder.unet().blockOutChannels());
    assertEquals(List.of(true, true, true, false), folder.unet().downAttention());
    assertEquals(List.of(8, 8, 8, 8), folder.unet().attentionHeads());
    assertEquals(1, folder.vae().scale());
    assertEquals(0.18215, folder.vae().scalingFactor());
    assertEquals(SchedulerConfig.BetaSchedule.LINEAR, folder.scheduler().betaSchedule());
    assertTrue(folder.scheduler().timestepSpacing().isEmpty());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "model_index.json | StableDiffusionPipeline | StableDiffusionXLPipeline |"
            + " tiny/model_index.json: _class_name is \"\"StableDiffusionXLPipeline\"\", but only"
            + " Stable Diffusion 1.5 networks can be used.",
        "unet/config.json | \"in_channels\": 4 | \"in_channels\": 8 |"
            + " UNet takes 8 channels and gives 4 where its VAE has 4; only text-to-image and"
            + " inpainting checkpoints can be used.",
        "unet/config.json | \"in_channels\": 4 | \"in_channels\": \"4\" |"
            + " unet/config.json: in_channels is not an integer between 1 and 64.",
        "unet/config.json | \"in_channels\": 4 | \"in_channels\": 4.5 |"
            + " unet/config.json: in_channels is not an integer between 1 and 64.",
        "unet/config.json | \"in_channels\": 4 | \"in_channels\": 1e999999999 |"
            + " unet/config.json: in_channels is not an integer between 1 and 64.",
        "unet/config.json | \"norm_eps\": 1e-05 | \"norm_eps\": 1e999 | norm_eps is not a number.",
        "unet/config.json | \"cross_attention_dim\": 32 | \"cross_attention_dim\": 768 |"
            + " tiny: its text encoder is 32 wide but its UNet expects 768; they belong to"
            + " different models.",
        "unet/config.json | \"DownBlock2D\" | \"AttnDownBlock2D\" |"
            + " down_block_types is \"AttnDownBlock2D\", but only CrossAttnDownBlock2D, DownBlock2D"
            + " can be used.",
        "unet/config.json | \"addition_embed_type\": null | \"addition_embed_type\": \"text_time\" |"
            + " addition_embed_type is \"\"text_time\"\", but only Stable Diffusion 1.5 networks",
        "unet/config.json | \"act_fn\": \"silu\" | \"act_fn\": [\"silu\", \"silu\"] |"
            + " act_fn is \"[\"silu\",\"silu\"]\", but only Stable Diffusion 1.5 networks",
        "unet/config.json | \"mid_block_scale_factor\": 1 | \"mid_block_scale_factor\": 2 |"
            + " mid_block_scale_factor is not 1",
        "unet/config.json | \"norm_num_groups\": 32 | \"norm_num_groups\": 33 |"
            + " norm_num_groups does not divide block_out_channels.",
        "unet/config.json | \"attention_head_dim\": 8 | \"attention_head_dim\": 7 |"
            + " attention heads do not divide block_out_channels.",
        "unet/config.json | \"attention_head_dim\": 8 | \"attention_head_dim\": [8, 8] |"
            + " its lists of blocks, layers and heads are not all as long as block_out_channels.",
        "unet/config.json | \"layers_per_block\": 2 | \"layers_per_block\": [] |"
            + " layers_per_block is not a list.",
        "unet/config.json | \"layers_per_block\": 2 | \"layers_per_block\":"
            + " [1,1,1,1,1,1,1,1,1] | layers_per_block is not a list of 8 values at most.",
        "unet/config.json | \"flip_sin_to_cos\": true | \"flip_sin_to_cos\": 1 |"
            + " flip_sin_to_cos is not true or false.",
        "vae/config.json | \"scaling_factor\": 0.18215 | \"scaling_factor\": 0 |"
            + " vae/config.json: scaling_factor is not above 0.",
        "vae/config.json | \"latents_mean\": null | \"latents_mean\": [0.1] |"
            + " latents_mean is \"[0.1]\", but only Stable Diffusion 1.5 networks",
        "vae/config.json | \"AutoencoderKL\" | \"VQModel\" | _class_name is \"\"VQModel\"\"",
        "text_encoder/config.json | quick_gelu | relu |"
            + " text_encoder/config.json: hidden_act is \"relu\", but only quick_gelu, gelu can be",
        "text_encoder/config.json | \"num_attention_heads\": 4 | \"num_attention_heads\": 5 |"
            + " num_attention_heads does not divide hidden_size.",
        "scheduler/scheduler_config.json | epsilon | flow | prediction_type is \"flow\", but only"
            + " epsilon, v_prediction, sample can be used.",
        "scheduler/scheduler_config.json | \"beta_end\": 0.012 | \"beta_end\": 0.0001 |"
            + " beta_start and beta_end are not between 0 and 1, in that order.",
        "scheduler/scheduler_config.json | \"trained_betas\": null | \"trained_betas\": [0.1] |"
            + " trained_betas is",
        "scheduler/scheduler_config.json | \"_class_name\": | NaN: | it is not valid JSON.",
        "scheduler/scheduler_config.json | \"_class_name\": \"PNDMScheduler\", |"
            + " \"_class_name\": 3, | _class_name is not a text.",
      })
  void namesTheFieldAtFault(String file, String from, String to, String fault) throws IOException {
    edit(file, from, to);
    String message = fault();
    assertTrue(message.contains(fault), message);
  }

  @Test
  void aConfigurationThatIsNoneIsRefused() throws IOException {
    Path config = model.resolve("vae/config.json");
    Files.writeString(config, "[1]");
    assertEquals("vae/config.json: it is not a JSON object.", fault());
    Files.writeString(config, "{} {}");
    assertEquals("vae/config.json: it is not valid JSON.", fault());
    Files.writeString(config, "");
    assertEquals("vae/config.json: it is not valid JSON.", fault());
    Files.writeString(config, "[".repeat(100_000));
    assertEquals("vae/config.json: it is not valid JSON.", fault());
    Files.write(config, new byte[] {'{', '"', (byte) 0xC0, '"', ':', '1', '}'});
    assertEquals("vae/config.json: it is not valid JSON.", fault());
    Files.writeString(config, " ".repeat((1 << 20) + 1));
    assertEquals("vae/config.json: it is too large for a configuration.", fault());
    Files.delete(config);
    assertEquals(
        "vae/config.json: this file is missing; copy the model's folder again, with all its"
            + " sub-folders.",
        fault());
  }

  @Test
  void theHalfPrecisionVariantStandsInForTheFullOne() throws IOException {
    DiffusersFolder folder = DiffusersFolder.open(model);
    Path half = model.resolve("unet/diffusion_pytorch_model.fp16.safetensors");
    Path full = model.resolve("unet/diffusion_pytorch_model.safetensors");
    byte[] weights = new SafetensorsBytes().build();
    SafetensorsBytes.write(half, weights);
    assertEquals(List.of(half), folder.weights(Component.UNET));
    SafetensorsBytes.write(full, weights);
    assertEquals(List.of(full), folder.weights(Component.UNET));
  }

  @Test
  void missingWeightsSayWhatIsMissing() throws IOException {
    DiffusersFolder folder = DiffusersFolder.open(model);
    var e = assertThrows(WeightsException.class, () -> folder.open(Component.UNET));
    assertEquals(
        "tiny/unet: diffusion_pytorch_model.safetensors is missing; copy the model's folder again,"
            + " with all its files.",
        e.getMessage());
  }

  @Test
  void theTokenizersFilesAreNamed() throws IOException {
    DiffusersFolder folder = DiffusersFolder.open(model);
    var e = assertThrows(WeightsException.class, () -> folder.tokenizer("vocab.json"));
    assertEquals(
        "tokenizer/vocab.json: this file is missing; copy the model's folder again, with its"
            + " tokenizer.",
        e.getMessage());
    Files.createDirectories(model.resolve("tokenizer"));
    Path vocab = Files.writeString(model.resolve("tokenizer/vocab.json"), "{}");
    assertEquals(vocab, folder.tokenizer("vocab.json"));
  }
}
