package dev.atelier.models.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.models.Golden;
import dev.atelier.models.GoldenSingleFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ControlNetFileTest {
  private static final Path FOLDER = Golden.file("controlnet");
  private static final Path WEIGHTS = FOLDER.resolve("diffusion_pytorch_model.safetensors");
  private static final String UNET = "model.diffusion_model.";

  @TempDir private Path temporary;

  /** A tensor's bytes, by name. */
  private static Map<String, byte[]> tensors(WeightSource source) throws IOException {
    Map<String, byte[]> tensors = new HashMap<>();
    for (String name : source.names()) {
      var bytes = new ByteArrayOutputStream();
      source.copy(name, Channels.newChannel(bytes));
      tensors.put(name, bytes.toByteArray());
    }
    return tensors;
  }

  /** lllyasviel/ControlNet's names: those of the UNet, and cldm.py's own. */
  private static String original(String name, Map<String, String> unetNames) {
    String known = unetNames.get(name);
    if (known != null) {
      return known.substring(UNET.length());
    }
    String module = name.substring(0, name.lastIndexOf('.'));
    String tensor = name.substring(name.lastIndexOf('.'));
    if (module.startsWith("controlnet_down_blocks.")) {
      return module.replace("controlnet_down_blocks", "zero_convs") + ".0" + tensor;
    }
    List<String> hint =
        List.of(
            "conv_in",
            "blocks.0",
            "blocks.1",
            "blocks.2",
            "blocks.3",
            "blocks.4",
            "blocks.5",
            "conv_out");
    return module.equals("controlnet_mid_block")
        ? "middle_block_out.0" + tensor
        : "input_hint_block."
            + 2 * hint.indexOf(module.substring("controlnet_cond_embedding.".length()))
            + tensor;
  }

  private Path write(String prefix, Set<String> without, List<String> more) throws IOException {
    Map<String, String> unetNames = GoldenSingleFile.unetNames();
    var file = new SafetensorsBytes();
    try (WeightSource source = WeightSource.open(WEIGHTS)) {
      Map<String, byte[]> tensors = tensors(source);
      for (String name : source.names()) {
        String original = original(name, unetNames);
        if (!without.contains(original)) {
          TensorInfo info = source.info(name);
          file.add(prefix + original, info.type(), info.shape().getShape(), tensors.get(name));
        }
      }
    }
    more.forEach(name -> file.add(name, StoredType.U8, new long[] {1}, new byte[1]));
    Path path = temporary.resolve("control.safetensors");
    SafetensorsBytes.write(path, file.build());
    return path;
  }

  private static void assertSame(ControlNetFile wanted, ControlNetFile found) throws IOException {
    assertEquals(wanted.config(), found.config());
    assertEquals(new KeyReport(List.of(), List.of()), found.keys());
    try (WeightSource a = wanted.open();
        WeightSource b = found.open()) {
      Map<String, byte[]> expected = tensors(a);
      Map<String, byte[]> actual = tensors(b);
      assertEquals(expected.keySet(), actual.keySet());
      expected.forEach((name, bytes) -> assertArrayEquals(bytes, actual.get(name), name));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"control_model.", ""})
  void theOriginalNamingHoldsTheSameNetwork(String prefix) throws IOException {
    assertSame(
        ControlNetFile.open(FOLDER), ControlNetFile.open(write(prefix, Set.of(), List.of())));
  }

  @Test
  void aFileInDiffusersNamingSaysItsShapeItself() throws IOException {
    assertSame(ControlNetFile.open(FOLDER), ControlNetFile.open(WEIGHTS));
  }

  /** The first ones that were published hold their checkpoint, too. */
  @Test
  void aCheckpointBesideItIsNotItsConcern() throws IOException {
    Path path =
        write("control_model.", Set.of(), List.of(UNET + "input_blocks.0.0.weight", "betas"));
    assertSame(ControlNetFile.open(FOLDER), ControlNetFile.open(path));
  }

  @Test
  void whatIsMissingIsNamed() throws IOException {
    Path path = write("control_model.", Set.of("zero_convs.3.0.bias"), List.of());
    var e = assertThrows(WeightsException.class, () -> ControlNetFile.open(path));
    assertTrue(
        e.getMessage()
            .endsWith(
                "it lacks the tensor \"control_model.zero_convs.3.0.bias\"; it is damaged or a"
                    + " model of another kind, fetch the file again."),
        e.getMessage());
  }

  @Test
  void whatIsNotUsedIsNamed() throws IOException {
    Path path = write("", Set.of(), List.of("extra.weight"));
    assertEquals(List.of("extra.weight"), ControlNetFile.open(path).keys().unknown());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "difference | it holds only what a ControlNet changes of its checkpoint's UNet; get the"
            + " whole ControlNet.",
        "lora_controlnet | it is a Control-LoRA; get the whole ControlNet.",
        "lllite_unet.x | it is a ControlNet-LLLite, which is for Stable Diffusion XL.",
        "controlnet_down_blocks.0.weight | it is a ControlNet of another kind, not one for Stable"
            + " Diffusion 1.5.",
        "lora_unet_x.lora_down.weight | it is a LoRA, not a ControlNet.",
        "anything | it is something else, not a ControlNet."
      })
  void othersAreToldApart(String key, String sentence) throws IOException {
    Path path = temporary.resolve("other.safetensors");
    SafetensorsBytes.write(
        path, new SafetensorsBytes().add(key, StoredType.U8, new long[] {1}, new byte[1]).build());
    var e = assertThrows(WeightsException.class, () -> ControlNetFile.open(path));
    assertTrue(e.getMessage().endsWith("other.safetensors: " + sentence), e.getMessage());
  }

  @Test
  void aConfigurationOfAnotherNetworkIsRefused() throws IOException {
    for (String field :
        List.of(
            "\"_class_name\": \"UNet2DConditionModel\"",
            "\"conditioning_channels\": 1",
            "\"global_pool_conditions\": true",
            "\"controlnet_conditioning_channel_order\": \"hsv\"")) {
      Path folder = Files.createTempDirectory(temporary, "controlnet");
      Files.copy(WEIGHTS, folder.resolve(WEIGHTS.getFileName()));
      Files.writeString(folder.resolve("config.json"), "{" + field + "}");
      assertThrows(WeightsException.class, () -> ControlNetFile.open(folder), field);
    }
  }
}
