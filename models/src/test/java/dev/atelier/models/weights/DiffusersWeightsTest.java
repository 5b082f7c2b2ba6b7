package dev.atelier.models.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.models.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The states that a network's weights are published in. */
class DiffusersWeightsTest {
  private static final String WEIGHTS = "diffusion_pytorch_model.safetensors";

  @TempDir Path temporary;
  private Path model;
  private Path unet;

  @BeforeEach
  void copyModel() throws IOException {
    model = temporary.resolve("tiny");
    Golden.copyModelWithTokenizer(model);
    unet = model.resolve("unet");
  }

  /** Every tensor of the UNet is the golden one's. */
  private void checkUNet() throws IOException {
    DiffusersFolder folder = DiffusersFolder.open(model);
    assertEquals(new KeyReport(List.of(), List.of()), folder.keys());
    try (WeightSource expected = DiffusersFolder.open(Golden.file("model")).open(Component.UNET);
        WeightSource found = folder.open(Component.UNET)) {
      assertEquals(new TreeSet<>(expected.names()), new TreeSet<>(found.names()));
      for (String name : expected.names()) {
        assertEquals(expected.info(name), found.info(name));
        assertArrayEquals(
            SingleFileTest.bytes(expected, name), SingleFileTest.bytes(found, name), name);
      }
    }
  }

  /** Splits the UNet's weights into two files with an index. */
  private void split(String index) throws IOException {
    List<SafetensorsWriter> parts = List.of(new SafetensorsWriter(), new SafetensorsWriter());
    List<String> map = new ArrayList<>();
    try (WeightSource source = WeightSource.open(unet.resolve(WEIGHTS))) {
      int i = 0;
      for (String name : source.names()) {
        int part = i++ % 2;
        parts.get(part).add(source.info(name), to -> source.copy(name, to));
        map.add("\"%s\": \"part-%d.safetensors\"".formatted(name, part));
      }
      parts.get(0).write(unet.resolve("part-0.safetensors"));
      parts.get(1).write(unet.resolve("part-1.safetensors"));
    }
    Files.writeString(unet.resolve(index), "{\"weight_map\": {" + String.join(", ", map) + "}}");
    Files.delete(unet.resolve(WEIGHTS));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "diffusion_pytorch_model.safetensors.index.json",
        "diffusion_pytorch_model.fp16.safetensors.index.json",
        "diffusion_pytorch_model.safetensors.index.fp16.json"
      })
  void partsAreReadAsOne(String index) throws IOException {
    split(index);
    assertEquals(2, DiffusersFolder.open(model).weights(Component.UNET).size());
    checkUNet();
  }

  @Test
  void aMissingPartIsNamed() throws IOException {
    split("diffusion_pytorch_model.safetensors.index.json");
    Files.delete(unet.resolve("part-1.safetensors"));
    DiffusersFolder folder = DiffusersFolder.open(model);
    var e = assertThrows(WeightsException.class, () -> folder.weights(Component.UNET));
    assertEquals(
        "unet/part-1.safetensors: this part is missing; copy the model's folder again, with all its"
            + " files.",
        e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"weight_map\": {\"a\": \"../vae/diffusion_pytorch_model.safetensors\"}}",
        "{\"weight_map\": {\"a\": \"/etc/passwd\"}}",
        "{\"weight_map\": {}}",
        "{\"weight_map\": [1]}",
        "{\"weight_map\": {\"a\": {}}}",
        "{}",
        "[]",
        "nonsense {"
      })
  void anIndexThatLeadsElsewhereIsRefused(String text) throws IOException {
    Files.delete(unet.resolve(WEIGHTS));
    Files.writeString(unet.resolve(WEIGHTS + ".index.json"), text);
    DiffusersFolder folder = DiffusersFolder.open(model);
    var e = assertThrows(WeightsException.class, () -> folder.weights(Component.UNET));
    assertTrue(e.getMessage().contains(WEIGHTS + ".index.json: it lists "), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {".bin", ".fp16.bin"})
  void pickledWeightsAreRead(String ending) throws IOException {
    var pickled = new TorchBytes();
    try (WeightSource source = WeightSource.open(unet.resolve(WEIGHTS))) {
      for (String name : source.names()) {
        long[] shape = source.info(name).shape().getShape();
        long[] strides = new long[shape.length];
        long stride = 1;
        for (int i = shape.length - 1; i >= 0; i--) {
          strides[i] = stride;
          stride *= shape[i];
        }
        pickled.add(name, "HalfStorage", SingleFileTest.bytes(source, name), 0, shape, strides);
      }
    }
    Files.write(unet.resolve("diffusion_pytorch_model" + ending), pickled.build());
    Files.delete(unet.resolve(WEIGHTS));
    checkUNet();
  }

  @Test
  void anInpaintingFolderOpensAndSaysSo() throws IOException {
    Path config = unet.resolve("config.json");
    Files.writeString(
        config, Files.readString(config).replace("\"in_channels\": 4", "\"in_channels\": 9"));
    Path index = model.resolve("model_index.json");
    Files.writeString(
        index,
        Files.readString(index)
            .replace("\"StableDiffusionPipeline\"", "\"StableDiffusionInpaintPipeline\""));
    assertTrue(DiffusersFolder.open(model).inpainting());
  }

  @Test
  void missingAndUnknownTensorsAreListed() throws IOException {
    var writer = new SafetensorsWriter();
    Path changed = unet.resolve("changed.safetensors");
    try (WeightSource source = WeightSource.open(unet.resolve(WEIGHTS))) {
      for (String name : source.names()) {
        TensorInfo info = source.info(name);
        String other = name.equals("conv_in.weight") ? "conv_in.scale" : name;
        writer.add(
            new TensorInfo(other, info.type(), info.shape(), info.bytes()),
            to -> source.copy(name, to));
      }
      writer.write(changed);
    }
    Files.delete(unet.resolve(WEIGHTS));
    Files.move(changed, unet.resolve(WEIGHTS));
    assertEquals(
        new KeyReport(List.of("conv_in.weight"), List.of("conv_in.scale")),
        DiffusersFolder.open(model).keys());
  }
}
