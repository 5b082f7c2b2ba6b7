package dev.atelier.models.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/** Named tensors on disk, whatever the file's format. Open it, read what is needed, close it. */
public interface WeightSource extends AutoCloseable {
  /**
   * Opens a file of tensors, of whatever format its first bytes say.
   *
   * @throws WeightsException when there is no such file, it cannot be read or is at fault
   */
  static WeightSource open(Path file) {
    return OpenFile.with(file, WeightFormat::read);
  }

  /** The file, for messages. */
  Path file();

  /** The keys, in the order of the file. */
  Set<String> names();

  /**
   * What is known of a tensor without reading it.
   *
   * @throws WeightsException when the file has no tensor of that name
   */
  TensorInfo info(String name);

  /**
   * Reads a tensor onto the manager's device.
   *
   * <p>On the CPU the array may be the file itself, mapped copy-on-write: it can be written to
   * without the file changing, and the mapping lives until {@code manager} is closed, so give each
   * model a manager of its own. Closing this source leaves the arrays valid.
   *
   * @param want the array's type: {@code FLOAT16/32/64}, {@code INT8/32/64}, {@code UINT8} or
   *     {@code BOOLEAN}; DJL would end the process at {@code BFLOAT16} and {@code INT16}
   * @return an array named {@code name}, of the stored shape
   * @throws WeightsException when the file has no tensor of that name or cannot be read
   * @throws IllegalArgumentException when {@code want} is a type that arrays cannot have
   */
  NDArray read(NDManager manager, String name, DataType want);

  /**
   * Writes a tensor's numbers as they are stored: little endian, row by row, {@link
   * TensorInfo#bytes} of them.
   *
   * @throws WeightsException when the file has no tensor of that name or cannot be read
   * @throws IOException when {@code to} cannot be written
   */
  void copy(String name, WritableByteChannel to) throws IOException;

  /** What the file says of itself; empty where its format has no place for that. */
  default Map<String, String> metadata() {
    return Map.of();
  }

  @Override
  void close();
}
