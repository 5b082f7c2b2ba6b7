package dev.atelier.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.atelier.models.text.ClipVocabulary;
import dev.atelier.models.weights.SafetensorsFile;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The reference implementation's numbers; {@code golden/README.md} says how they were made. */
public final class Golden implements AutoCloseable {
  private final SafetensorsFile expected = SafetensorsFile.open(file("expected.safetensors"));
  private final NDManager manager;

  /** Expected tensors are made in {@code manager}. */
  public Golden(NDManager manager) {
    this.manager = manager;
  }

  /** A file or folder among the golden resources. */
  public static Path file(String name) {
    try {
      return Path.of(Golden.class.getResource("/golden/README.md").toURI()).resolveSibling(name);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A tensor of expected.safetensors as float32. */
  public NDArray get(String name) {
    return expected.read(manager, name, DataType.FLOAT32);
  }

  /** Asserts shape and greatest absolute error. */
  public void assertClose(String name, NDArray actual, double tolerance) {
    NDArray wanted = get(name);
    assertEquals(wanted.getShape(), actual.getShape(), name);
    float error = actual.sub(wanted).abs().max().getFloat();
    assertTrue(error < tolerance, () -> name + " is off by " + error); // false for NaN, too
  }

  /** Asserts the mean absolute difference of picture {@code index}, of 255. */
  public void assertPicture(String name, int index, BufferedImage actual, double tolerance) {
    try (NDArray wanted = get(name)) {
      float[] rgb = wanted.get(index).toFloatArray();
      assertEquals(wanted.size(2), actual.getWidth(), name);
      assertEquals(wanted.size(1), actual.getHeight(), name);
      double difference = 0;
      for (int i = 0; i < rgb.length; i++) {
        int pixel = actual.getRGB(i / 3 % actual.getWidth(), i / 3 / actual.getWidth());
        difference += Math.abs(rgb[i] - (pixel >> 8 * (2 - i % 3) & 0xFF));
      }
      double mean = difference / rgb.length;
      assertTrue(mean < tolerance, () -> name + " is off by " + mean);
    }
  }

  /** Copies the model to {@code folder} and adds the public CLIP vocabulary to it. */
  public static void copyModelWithTokenizer(Path folder) throws IOException {
    Path model = file("model");
    try (Stream<Path> files = Files.walk(model)) {
      for (Path from : files.filter(Files::isRegularFile).toList()) {
        Path to = folder.resolve(model.relativize(from).toString());
        Files.createDirectories(to.getParent());
        Files.copy(from, to);
      }
    }
    ClipVocabulary.standard().writeTo(Files.createDirectories(folder.resolve("tokenizer")));
  }

  @Override
  public void close() {
    expected.close();
  }
}
