package dev.atelier.models.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/** Tells formats apart by a file's first bytes: people rename files. */
final class WeightFormat {
  private static final int START_BYTES = 8;

  /** "ustar" is where a tar archive has it, which torch.save wrote before 2016. */
  private static final int TAR_MAGIC = 257;

  private WeightFormat() {}

  /** Makes of an open file the source that its format asks for. */
  static WeightSource read(Path file, FileChannel channel, boolean writable) throws IOException {
    byte[] start = bytes(channel, 0, START_BYTES);
    if (TorchFile.isArchive(start)) {
      return TorchFile.open(file, channel, writable);
    }
    if (TorchFile.isBarePickle(start)
        || new String(bytes(channel, TAR_MAGIC, 5), StandardCharsets.US_ASCII).equals("ustar")) {
      throw new WeightsException(
          file,
          "it was saved by PyTorch before 1.6, whose format is not read; get the model as"
              + " safetensors.");
    }
    if (new String(start, StandardCharsets.US_ASCII).startsWith("GGUF")) {
      throw new WeightsException(
          file, "it is a GGUF file, whose format is not read; get the model as safetensors.");
    }
    return new SafetensorsFile(file, channel, writable);
  }

  private static byte[] bytes(FileChannel channel, long position, int count) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(count);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        break;
      }
    }
    return Arrays.copyOf(buffer.array(), buffer.position());
  }
}
