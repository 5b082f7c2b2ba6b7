package dev.atelier.models.weights;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Configurations as the files of a diffusers folder, for checkpoints that have no such files. */
final class ConfigJson {
  private static final Gson GSON = new GsonBuilder().setPrettyPrinting().create();

  private ConfigJson() {}

  /** The text of one of {@link CheckpointFiles#CONFIGURATIONS}. */
  static String of(String name, CheckpointFiles checkpoint) {
    return switch (name) {
      case "unet/config.json" -> unet(checkpoint.unet());
      case "vae/config.json" -> vae(checkpoint.vae());
      case "text_encoder/config.json" -> text(checkpoint.textEncoder());
      case "scheduler/scheduler_config.json" -> scheduler(checkpoint.scheduler());
      default -> throw new IllegalArgumentException(name);
    };
  }

  /** The text of {@code model_index.json}. */
  static String index(boolean inpainting) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put(
        "_class_name", inpainting ? "StableDiffusionInpaintPipeline" : "StableDiffusionPipeline");
    json.put("_diffusers_version", "0.11.0");
    json.put("scheduler", List.of("diffusers", "PNDMScheduler"));
    json.put("text_encoder", List.of("transformers", "CLIPTextModel"));
    json.put("tokenizer", List.of("transformers", "CLIPTokenizer"));
    json.put("unet", List.of("diffusers", "UNet2DConditionModel"));
    json.put("vae", List.of("diffusers", "AutoencoderKL"));
    return text(json);
  }

  static String unet(UNetConfig config) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("_class_name", "UNet2DConditionModel");
    json.put("sample_size", config.sampleSize());
    json.put("in_channels", config.inChannels());
    json.put("out_channels", config.outChannels());
    json.put("block_out_channels", config.blockOutChannels());
    json.put(
        "down_block_types",
        config.downAttention().stream()
            .map(attends -> attends ? "CrossAttnDownBlock2D" : "DownBlock2D")
            .toList());
    json.put(
        "up_block_types",
        config.upAttention().stream()
            .map(attends -> attends ? "CrossAttnUpBlock2D" : "UpBlock2D")
            .toList());
    json.put("layers_per_block", same(config.layersPerBlock()));
    json.put("attention_head_dim", same(config.attentionHeads()));
    json.put("cross_attention_dim", config.crossAttentionDim());
    json.put("norm_num_groups", config.normNumGroups());
    json.put("norm_eps", config.normEps());
    json.put("act_fn", "silu");
    json.put("center_input_sample", false);
    json.put("downsample_padding", config.downsamplePadding());
    json.put("flip_sin_to_cos", config.flipSinToCos());
    json.put("freq_shift", config.freqShift());
    json.put("mid_block_scale_factor", 1);
    if (config.useLinearProjection()) {
      json.put("use_linear_projection", true);
    }
    return text(json);
  }

  /** One number where a list would say it for every level. */
  private static Object same(List<Integer> levels) {
    return levels.stream().distinct().count() == 1 ? levels.get(0) : levels;
  }

  static String vae(VaeConfig config) {
    int levels = config.blockOutChannels().size();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("_class_name", "AutoencoderKL");
    json.put("in_channels", config.inChannels());
    json.put("out_channels", config.outChannels());
    json.put("latent_channels", config.latentChannels());
    json.put("block_out_channels", config.blockOutChannels());
    json.put("down_block_types", Collections.nCopies(levels, "DownEncoderBlock2D"));
    json.put("up_block_types", Collections.nCopies(levels, "UpDecoderBlock2D"));
    json.put("layers_per_block", config.layersPerBlock());
    json.put("norm_num_groups", config.normNumGroups());
    json.put("act_fn", "silu");
    json.put("scaling_factor", config.scalingFactor());
    return text(json);
  }

  static String text(ClipTextConfig config) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("architectures", List.of("CLIPTextModel"));
    json.put("model_type", "clip_text_model");
    json.put("vocab_size", config.vocabSize());
    json.put("hidden_size", config.hiddenSize());
    json.put("intermediate_size", config.intermediateSize());
    json.put("num_hidden_layers", config.layers());
    json.put("num_attention_heads", config.attentionHeads());
    json.put("max_position_embeddings", config.maxTokens());
    json.put("hidden_act", config.activation().label());
    json.put("layer_norm_eps", config.layerNormEps());
    json.put("bos_token_id", config.vocabSize() - 2);
    json.put("eos_token_id", config.vocabSize() - 1);
    json.put("pad_token_id", config.vocabSize() - 1);
    return text(json);
  }

  static String scheduler(SchedulerConfig config) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("_class_name", config.className());
    json.put("num_train_timesteps", config.trainTimesteps());
    json.put("beta_start", config.betaStart());
    json.put("beta_end", config.betaEnd());
    json.put("beta_schedule", config.betaSchedule().label());
    json.put("prediction_type", config.predictionType().label());
    json.put("steps_offset", config.stepsOffset());
    json.put("clip_sample", false);
    config.timestepSpacing().ifPresent(spacing -> json.put("timestep_spacing", spacing.label()));
    config.setAlphaToOne().ifPresent(flag -> json.put("set_alpha_to_one", flag));
    config.skipPrkSteps().ifPresent(flag -> json.put("skip_prk_steps", flag));
    if (config.rescaleBetasZeroSnr()) {
      json.put("rescale_betas_zero_snr", true);
    }
    return text(json);
  }

  private static String text(Map<String, Object> json) {
    return GSON.toJson(json) + "\n";
  }
}
