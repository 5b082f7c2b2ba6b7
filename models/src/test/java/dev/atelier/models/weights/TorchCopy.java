package dev.atelier.models.weights;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes the tensors of a file as torch.save does, for {@code .ckpt} and {@code .pt}. */
public final class TorchCopy {
  private TorchCopy() {}

  /**
   * Writes a copy.
   *
   * @param from tensors in fp16 and fp32
   */
  public static Path write(Path from, Path to) throws IOException {
    var torch = new TorchBytes();
    try (WeightSource source = WeightSource.open(from)) {
      for (String name : source.names()) {
        TensorInfo info = source.info(name);
        var data = new ByteArrayOutputStream();
        source.copy(name, Channels.newChannel(data));
        long[] shape = info.shape().getShape();
        String storage = info.type() == StoredType.F16 ? "HalfStorage" : "FloatStorage";
        torch.add(name, storage, data.toByteArray(), 0, shape, rowByRow(shape));
      }
    }
    return Files.write(to, torch.build());
  }

  private static long[] rowByRow(long[] shape) {
    long[] strides = new long[shape.length];
    long stride = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      strides[i] = stride;
      stride *= shape[i];
    }
    return strides;
  }
}
