package dev.atelier.models.weights;

import ai.djl.ndarray.types.Shape;
import dev.atelier.models.weights.pickle.Dtype;
import dev.atelier.models.weights.pickle.PickleException;
import dev.atelier.models.weights.pickle.PickleValue;
import dev.atelier.models.weights.pickle.ZipDirectory;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.List;

/**
 * A tensor of a pickle and where it is, checked against its storage.
 *
 * @param info its name, type and shape; its size is that of its numbers row by row
 * @param position of its first number in the file
 * @param strides bytes between neighbours of each dimension
 * @param contiguous whether its numbers lie row by row
 */
record TorchTensor(TensorInfo info, long position, List<Long> strides, boolean contiguous) {

  /**
   * @param storage where the storage's bytes are
   * @throws PickleException when the tensor does not fit into them
   */
  static TorchTensor of(String name, PickleValue.Tensor tensor, ZipDirectory.Entry storage) {
    StoredType type = type(tensor.type());
    long size = type.bytes();
    long numbers = storage.bytes() / size;
    long count = 1;
    long last = tensor.offset();
    boolean contiguous = true;
    try {
      for (int i = tensor.shape().size() - 1; i >= 0; i--) {
        long length = tensor.shape().get(i);
        long stride = tensor.strides().get(i);
        contiguous &= length <= 1 || stride == count;
        last = Math.addExact(last, Math.multiplyExact(Math.max(length - 1, 0), stride));
        count = Math.multiplyExact(count, length);
      }
    } catch (ArithmeticException e) {
      throw misfit(name);
    }
    // A tensor may repeat its numbers, with strides of 0, but no network's does: it would let a
    // small
    // file ask for any amount of memory.
    if (tensor.offset() < 0 || count > numbers || (count > 0 && last >= numbers)) {
      throw misfit(name);
    }
    long[] shape = tensor.shape().stream().mapToLong(Long::longValue).toArray();
    var info = new TensorInfo(name, type, new Shape(shape), count * size);
    long position = count == 0 ? storage.position() : storage.position() + tensor.offset() * size;
    List<Long> strides = tensor.strides().stream().map(stride -> stride * size).toList();
    return new TorchTensor(info, position, strides, contiguous || count == 0);
  }

  private static PickleException misfit(String name) {
    return new PickleException(
        "its tensor "
            + SafetensorsHeader.quote(name)
            + " does not fit into its storage, the file is damaged.");
  }

  private static StoredType type(Dtype type) {
    return switch (type) {
      case FLOAT64 -> StoredType.F64;
      case FLOAT32 -> StoredType.F32;
      case FLOAT16 -> StoredType.F16;
      case BFLOAT16 -> StoredType.BF16;
      case FLOAT8_E4M3 -> StoredType.F8_E4M3;
      case FLOAT8_E5M2 -> StoredType.F8_E5M2;
      case INT64 -> StoredType.I64;
      case INT32 -> StoredType.I32;
      case INT16 -> StoredType.I16;
      case INT8 -> StoredType.I8;
      case UINT8 -> StoredType.U8;
      case BOOL -> StoredType.BOOL;
    };
  }

  /** The numbers row by row, from wherever in the storage they are. */
  ByteBuffer gather(FileChannel channel) throws IOException {
    if (info.bytes() > Integer.MAX_VALUE - 8) {
      throw new IOException("too large to be put in order");
    }
    int size = info.type().bytes();
    long[] index = new long[strides.size()];
    ByteBuffer gathered = ByteBuffer.allocate((int) info.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer span = span(channel);
    while (gathered.hasRemaining()) {
      long at = 0;
      for (int i = 0; i < index.length; i++) {
        at += index[i] * strides.get(i);
      }
      gathered.put(span.slice((int) at, size));
      for (int i = index.length - 1; i >= 0 && ++index[i] == info.shape().get(i); i--) {
        index[i] = 0;
      }
    }
    return gathered.flip();
  }

  /** From the first to the last of the numbers: at most the file, which the strides say. */
  private ByteBuffer span(FileChannel channel) throws IOException {
    long last = 0;
    for (int i = 0; i < strides.size(); i++) {
      last += (info.shape().get(i) - 1) * strides.get(i);
    }
    long bytes = last + info.type().bytes();
    if (bytes > Integer.MAX_VALUE - 8) {
      throw new IOException("too large to be put in order");
    }
    ByteBuffer span = ByteBuffer.allocate((int) bytes);
    while (span.hasRemaining()) {
      if (channel.read(span, position + span.position()) < 0) {
        throw new EOFException();
      }
    }
    return span.flip();
  }
}
