package dev.atelier.models.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints over 4 GiB have sizes and offsets of 64 bits; here a small one says them so. */
class Zip64Test {
  private static final int HEADER = 46;

  @TempDir Path folder;

  @Test
  void sizesAndOffsetsOf64BitsAreRead() throws IOException {
    byte[] numbers = {1, 2, 3, 4, 5, 6, 7, 8};
    byte[] file =
        new TorchBytes()
            .add("w", "FloatStorage", numbers, 0, new long[] {2}, new long[] {1})
            .build();
    Path path = SafetensorsBytes.write(folder.resolve("x.ckpt"), wide(file, 0));
    try (WeightSource source = WeightSource.open(path)) {
      assertEquals(List.of("w"), List.copyOf(source.names()));
      assertArrayEquals(numbers, SingleFileTest.bytes(source, "w"));
    }
  }

  @Test
  void offsetsBehindTheEndAreRefused() {
    byte[] file = new TorchBytes().build();
    Path path = SafetensorsBytes.write(folder.resolve("x.ckpt"), wide(file, Long.MAX_VALUE - 99));
    var e = assertThrows(WeightsException.class, () -> WeightSource.open(path));
    assertTrue(e.getMessage().endsWith("its zip directory is damaged; fetch the file again."));
  }

  /** The archive with a directory of Zip64's (APPNOTE 4.3.14 to 4.3.16, 4.5.3). */
  private static byte[] wide(byte[] file, long moved) {
    ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int end = file.length - 22;
    int count = in.getShort(end + 10);
    int at = in.getInt(end + 16);
    ByteBuffer out = ByteBuffer.allocate(2 * file.length + 200).order(ByteOrder.LITTLE_ENDIAN);
    out.put(file, 0, at);
    int start = out.position();
    for (int i = 0; i < count; i++) {
      int name = in.getShort(at + 28);
      int extra = in.getShort(at + 30);
      int header = out.position();
      out.put(file, at, HEADER + name);
      long size = in.getInt(at + 24);
      out.putInt(header + 20, -1).putInt(header + 24, -1).putInt(header + 42, -1);
      out.putShort(header + 30, (short) 28);
      out.putShort((short) 1).putShort((short) 24);
      out.putLong(size).putLong(size).putLong(in.getInt(at + 42) + moved);
      at += HEADER + name + extra + in.getShort(at + 32);
    }
    int directory = out.position() - start;
    int end64 = out.position();
    out.putInt(0x06064b50).putLong(44).putShort((short) 45).putShort((short) 45).putInt(0);
    out.putInt(0).putLong(count).putLong(count).putLong(directory).putLong(start);
    out.putInt(0x07064b50).putInt(0).putLong(end64).putInt(1);
    out.putInt(0x06054b50).putInt(0).putShort((short) -1).putShort((short) -1);
    out.putInt(-1).putInt(-1).putShort((short) 0);
    byte[] bytes = new byte[out.position()];
    out.get(0, bytes);
    return bytes;
  }
}
