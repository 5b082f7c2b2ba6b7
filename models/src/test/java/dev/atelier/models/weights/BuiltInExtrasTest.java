package dev.atelier.models.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.types.Shape;
import dev.atelier.models.catalog.ModelCatalog;
import dev.atelier.models.catalog.ModelEntry;
import dev.atelier.models.catalog.ModelKind;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the recipe makes beside the built-in model is in the layouts that users bring. */
class BuiltInExtrasTest {
  private static final Path STORYBOOK = Path.of("storybook");
  private static final Path EXTRAS = Path.of("storybook-extras");
  private static final String WEIGHTS = "diffusion_pytorch_model.safetensors";

  /** Widths of what a ControlNet sees its control picture with. */
  private static final List<Integer> EMBEDDING = List.of(16, 32, 96, 256);

  private static Map<String, Shape> shapes(Path file) {
    try (WeightSource source = WeightSource.open(file)) {
      return source.names().stream()
          .collect(
              Collectors.toMap(
                  Function.identity(), n -> source.info(n).shape(), (a, b) -> a, TreeMap::new));
    }
  }

  private static void convolution(
      Map<String, Shape> into, String name, long from, long to, long kernel) {
    into.put(name + ".weight", new Shape(to, from, kernel, kernel));
    into.put(name + ".bias", new Shape(to));
  }

  /** diffusers' ControlNetModel: the UNet's way down and middle, and what is its own. */
  private static Map<String, Shape> controlNet(UNetConfig unet) {
    Map<String, Shape> shapes = new TreeMap<>(TensorShapes.unet(unet));
    shapes
        .keySet()
        .removeIf(n -> !n.matches("(conv_in|time_embedding|down_blocks|mid_block)\\..*"));
    int zero = 0;
    List<Integer> channels = unet.blockOutChannels();
    for (int level = 0; level < unet.levels(); level++) {
      boolean last = level == unet.levels() - 1;
      // The first counts conv_in too; all but the last count their downsampler.
      int outputs = unet.layersPerBlock().get(level) + (last ? 0 : 1) + (level == 0 ? 1 : 0);
      for (int i = 0; i < outputs; i++) {
        long width = channels.get(level);
        convolution(shapes, "controlnet_down_blocks." + zero++, width, width, 1);
      }
    }
    long middle = channels.get(unet.levels() - 1);
    convolution(shapes, "controlnet_mid_block", middle, middle, 1);
    String embedding = "controlnet_cond_embedding.";
    convolution(shapes, embedding + "conv_in", 3, EMBEDDING.get(0), 3);
    for (int i = 0; i + 1 < EMBEDDING.size(); i++) {
      long narrow = EMBEDDING.get(i);
      convolution(shapes, embedding + "blocks." + 2 * i, narrow, narrow, 3);
      convolution(shapes, embedding + "blocks." + (2 * i + 1), narrow, EMBEDDING.get(i + 1), 3);
    }
    convolution(shapes, embedding + "conv_out", EMBEDDING.get(3), channels.get(0), 3);
    return shapes;
  }

  /** diffusers' AutoencoderTiny, the decoder alone, of four resolutions. */
  private static Map<String, Shape> previewDecoder(int width, List<Integer> blocks) {
    Map<String, Shape> shapes = new HashMap<>();
    int layer = 0;
    convolution(shapes, "decoder.layers." + layer, 4, width, 3);
    layer += 2; // a ReLU follows
    for (int level = 0; level < blocks.size(); level++) {
      for (int i = 0; i < blocks.get(level); i++, layer++) {
        for (int conv : List.of(0, 2, 4)) {
          convolution(shapes, "decoder.layers." + layer + ".conv." + conv, width, width, 3);
        }
      }
      boolean last = level == blocks.size() - 1;
      layer += last ? 0 : 1; // an upsampling
      convolution(shapes, "decoder.layers." + layer, width, last ? 3 : width, 3);
      if (!last) {
        shapes.remove("decoder.layers." + layer + ".bias");
      }
      layer++;
    }
    return shapes;
  }

  @Test
  void controlNetsHaveTheTensorsOfDiffusersForThisUnet() {
    Map<String, Shape> wanted = controlNet(DiffusersFolder.open(STORYBOOK).unet());
    List<ModelEntry> found = ModelCatalog.scan(List.of(EXTRAS)).entries(ModelKind.CONTROLNET);
    assertEquals(
        List.of(
            "controlnets/storybook-canny",
            "controlnets/storybook-depth",
            "controlnets/storybook-pose"),
        found.stream().map(ModelEntry::id).toList());
    for (ModelEntry entry : found) {
      assertEquals(Optional.empty(), entry.problem());
      assertEquals(wanted, shapes(entry.weights().get(0)));
    }
  }

  @Test
  void previewDecoderHasTheLayersOfDiffusers() {
    assertEquals(
        previewDecoder(32, List.of(3, 3, 3, 1)),
        shapes(STORYBOOK.resolve("preview_decoder").resolve(WEIGHTS)));
  }
}
