package dev.atelier.models.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes a textual inversion as A1111's training pickles it. */
public final class TorchEmbedding {
  private TorchEmbedding() {}

  /**
   * Writes one.
   *
   * @param values of a float32 tensor [vectors, width]
   */
  public static Path write(Path file, int vectors, int width, float[] values) throws IOException {
    ByteBuffer data =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    data.asFloatBuffer().put(values);
    long[] shape = {vectors, width};
    long[] strides = {width, 1};
    byte[] bytes =
        new TorchBytes()
            .text("string_to_token")
            .raw('}', '(')
            .text("*")
            .number(265)
            .raw('u')
            .text("string_to_param")
            .raw('}', '(')
            .add("*", "FloatStorage", data.array(), 0, shape, strides)
            .raw('u')
            .text("name")
            .text("another name than the file's")
            .text("step")
            .number(5000)
            .build();
    return Files.write(file, bytes);
  }
}
