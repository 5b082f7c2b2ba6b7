package dev.atelier.models.lora;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.atelier.models.weights.ClipTextConfig;
import dev.atelier.models.weights.Component;
import dev.atelier.models.weights.ModuleNames;
import dev.atelier.models.weights.RandomCheckpoint;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Every module of Stable Diffusion 1.5 is found under every name that trainers give it. */
class LoraKeysPropertyTest {
  private static final Path FILE = Path.of("lora.safetensors");
  private static final RandomCheckpoint SD15 = RandomCheckpoint.sd15(0);
  private static final ModuleNames UNET = ModuleNames.of(SD15.unet());
  private static final ModuleNames TEXT = ModuleNames.of(SD15.textEncoder());
  private static final LoraKeys.Model MODEL = new LoraKeys.Model(UNET, TEXT);

  private static List<String> modules(ModuleNames names) {
    return names.shapes().keySet().stream()
        .filter(name -> name.endsWith(".weight"))
        .map(name -> name.substring(0, name.length() - ".weight".length()))
        .toList();
  }

  @Provide
  Arbitrary<String> unetModules() {
    return Arbitraries.of(modules(UNET));
  }

  @Provide
  Arbitrary<String> textModules() {
    return Arbitraries.of(modules(TEXT));
  }

  private static void assertFound(
      Component network, String module, Set<LoraPart> parts, List<String> keys) {
    LoraKeys found = LoraKeys.of(FILE, keys, MODEL);
    assertEquals(List.of(), found.unmatched());
    assertEquals(Set.of(module), found.of(network).keySet());
    assertEquals(parts, found.of(network).get(module).keySet());
    assertEquals(keys.size(), found.of(network).get(module).size());
  }

  private static final Set<LoraPart> FACTORS = Set.of(LoraPart.UP, LoraPart.DOWN);

  @Property
  void modulesOfTheUNet(@ForAll("unetModules") String module) {
    String kohya = "lora_unet_" + module.replace('.', '_');
    assertFound(
        Component.UNET,
        module,
        Set.of(LoraPart.UP, LoraPart.DOWN, LoraPart.ALPHA, LoraPart.DORA_SCALE),
        List.of(
            kohya + ".lora_up.weight",
            kohya + ".lora_down.weight",
            kohya + ".alpha",
            kohya + ".dora_scale"));
    for (String prefix : List.of("unet.", "base_model.model.", "unet.base_model.model.", "")) {
      for (String suffix :
          List.of(
              ".lora_B.weight,.lora_A.weight",
              ".lora_B.default.weight,.lora_A.default.weight",
              ".lora.up.weight,.lora.down.weight")) {
        assertFound(
            Component.UNET,
            module,
            FACTORS,
            List.of(suffix.split(",")).stream().map(end -> prefix + module + end).toList());
      }
    }
    assertFound(
        Component.UNET,
        module,
        Set.of(LoraPart.LOKR_W1, LoraPart.LOKR_W2_A, LoraPart.LOKR_W2_B, LoraPart.LOKR_T2),
        List.of(
            kohya + ".lokr_w1", kohya + ".lokr_w2_a", kohya + ".lokr_w2_b", kohya + ".lokr_t2"));
  }

  @Property
  void attentionProcessors(@ForAll("unetModules") String module) {
    if (!module.contains(".attn")) {
      return;
    }
    String attention = module.substring(0, module.indexOf(".to_"));
    String projection =
        module.substring(attention.length() + 1).replace("to_out.0", "to_out") + "_lora";
    for (String prefix : List.of("unet.", "")) {
      String name = prefix + attention + ".processor." + projection;
      assertFound(
          Component.UNET, module, FACTORS, List.of(name + ".up.weight", name + ".down.weight"));
    }
  }

  @Property
  void modulesOfTheTextEncoder(@ForAll("textModules") String module) {
    for (String text : List.of("", "text_model.")) {
      String kohya = "lora_te_" + (text + module).replace('.', '_');
      assertFound(
          Component.TEXT_ENCODER,
          module,
          FACTORS,
          List.of(kohya + ".lora_up.weight", kohya + ".lora_down.weight"));
      for (String prefix : List.of("text_encoder.", "base_model.model.", "te.")) {
        String name = prefix + text + module;
        assertFound(
            Component.TEXT_ENCODER,
            module,
            FACTORS,
            List.of(name + ".lora_B.weight", name + ".lora_A.weight"));
        assertFound(
            Component.TEXT_ENCODER,
            module,
            Set.of(LoraPart.UP),
            List.of(name + ".lora_linear_layer.up.weight"));
      }
    }
  }

  /** LDM's names of some modules of each kind, as its code has them (openaimodel.py). */
  @Example
  void modulesInLdmsNaming() {
    Map.of(
            "input_blocks_0_0", "conv_in",
            "input_blocks_1_1_transformer_blocks_0_attn1_to_q",
                "down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q",
            "input_blocks_3_0_op", "down_blocks.0.downsamplers.0.conv",
            "input_blocks_8_1_proj_in", "down_blocks.2.attentions.1.proj_in",
            "middle_block_1_transformer_blocks_0_ff_net_0_proj",
                "mid_block.attentions.0.transformer_blocks.0.ff.net.0.proj",
            "output_blocks_5_1_transformer_blocks_0_attn2_to_out_0",
                "up_blocks.1.attentions.2.transformer_blocks.0.attn2.to_out.0",
            "output_blocks_5_2_conv", "up_blocks.1.upsamplers.0.conv",
            "output_blocks_11_0_in_layers_2", "up_blocks.3.resnets.2.conv1",
            "time_embed_0", "time_embedding.linear_1",
            "out_2", "conv_out")
        .forEach(
            (ldm, module) -> {
              for (String prefix : List.of("lora_unet_", "diffusion_model.")) {
                assertFound(
                    Component.UNET,
                    module,
                    FACTORS,
                    List.of(prefix + ldm + ".lora_up.weight", prefix + ldm + ".lora_down.weight"));
              }
            });
  }

  @Property
  void keysThatMeanNothingAreListed(@ForAll String key) {
    LoraKeys found = LoraKeys.of(FILE, List.of(key, "lora_unet_conv_in.diff"), MODEL);
    assertEquals(List.of(key), found.unmatched());
    assertEquals(Set.of("conv_in"), found.of(Component.UNET).keySet());
  }

  @Example
  void otherModelsKeysAreListed() {
    List<String> keys =
        List.of(
            "lora_te2_text_model_encoder_layers_0_mlp_fc1.lora_up.weight",
            "lora_unet_input_blocks_4_1_transformer_blocks_1_attn1_to_q.lora_up.weight",
            "lora_unet_conv_in.oft_blocks",
            "text_encoder_2.text_model.encoder.layers.0.mlp.fc1.lora_A.weight");
    assertEquals(keys, LoraKeys.of(FILE, keys, MODEL).unmatched());
  }

  /** Each name means one module only. */
  @Example
  void namesAreDistinctWithoutDots() {
    List<String> all = modules(UNET);
    assertEquals(
        all.size(), all.stream().map(m -> m.replace('.', '_')).collect(Collectors.toSet()).size());
    ClipTextConfig text = SD15.textEncoder();
    assertEquals(2 + 1 + text.layers() * 8, modules(ModuleNames.of(text)).size());
  }
}
