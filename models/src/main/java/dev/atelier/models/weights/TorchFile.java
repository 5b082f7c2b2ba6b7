package dev.atelier.models.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.atelier.models.weights.pickle.PickleException;
import dev.atelier.models.weights.pickle.Unpickler;
import dev.atelier.models.weights.pickle.ZipDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Set;

/**
 * A file of {@code torch.save}: {@code .ckpt}, {@code .pt}, {@code .pth}, {@code .bin}. Its pickle
 * is interpreted, never run, see {@link Unpickler}; tensors are mapped from the archive one by one.
 * Where the file has a {@code state_dict}, its tensors are that one's; those of dicts within dicts
 * have names joined by dots. Not safe for use by several threads.
 */
final class TorchFile implements WeightSource {
  /** Real ones have up to two megabytes, with an optimizer's state. */
  private static final int MAX_PICKLE_BYTES = 8 << 20;

  private static final String PICKLE = "/data.pkl";

  private final Path file;
  private final FileChannel channel;
  private final boolean writable;
  private final TensorReader.Buffer buffer = new TensorReader.Buffer();
  private final long size;
  private final Map<String, TorchTensor> tensors;

  private TorchFile(Path file, FileChannel channel, boolean writable) throws IOException {
    this.file = file;
    this.channel = channel;
    this.writable = writable;
    this.size = channel.size();
    ZipDirectory zip = ZipDirectory.read(channel);
    String root = root(zip);
    if (zip.has(root + "/constants.pkl")) {
      throw new PickleException(
          "it is a TorchScript program, not weights, and programs are not run.");
    }
    if (zip.has(root + "/byteorder")) {
      byte[] order = zip.bytes(zip.entry(root + "/byteorder"), 16);
      if (!new String(order, StandardCharsets.UTF_8).equals("little")) {
        throw new PickleException("its numbers are big endian, which is not supported.");
      }
    }
    byte[] pickle = zip.bytes(zip.entry(root + PICKLE), MAX_PICKLE_BYTES);
    this.tensors = new StateDict(zip, root + "/data/").tensors(Unpickler.read(pickle));
  }

  /**
   * Reads the pickle of an open file, which then belongs to the result.
   *
   * @throws WeightsException when it is at fault
   */
  static TorchFile open(Path file, FileChannel channel, boolean writable) throws IOException {
    try {
      return new TorchFile(file, channel, writable);
    } catch (PickleException e) {
      throw new WeightsException(file, e.getMessage(), e);
    }
  }

  /** torch puts everything into one folder, named after the file. */
  private static String root(ZipDirectory zip) {
    return zip.sizes().keySet().stream()
        .filter(
            name -> name.endsWith(PICKLE) && name.indexOf('/') == name.length() - PICKLE.length())
        .findFirst()
        .map(name -> name.substring(0, name.length() - PICKLE.length()))
        .orElseThrow(
            () -> new PickleException("it is a zip archive without weights of PyTorch's."));
  }

  @Override
  public Path file() {
    return file;
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(tensors.keySet());
  }

  @Override
  public TensorInfo info(String name) {
    return tensor(name).info();
  }

  @Override
  public NDArray read(NDManager manager, String name, DataType want) {
    TorchTensor tensor = tensor(name);
    var reader = new TensorReader(channel, writable, manager, want, buffer);
    try {
      OpenFile.checkUnchanged(file, channel, size);
      NDArray array =
          tensor.contiguous()
              ? reader.read(tensor.info(), tensor.position())
              : reader.read(tensor.info(), tensor.gather(channel));
      array.setName(name);
      return array;
    } catch (IOException e) {
      throw new WeightsException(
          file, "its tensor " + SafetensorsHeader.quote(name) + " cannot be read.", e);
    }
  }

  @Override
  public void copy(String name, WritableByteChannel to) throws IOException {
    TorchTensor tensor = tensor(name);
    OpenFile.checkUnchanged(file, channel, size);
    if (tensor.contiguous()) {
      TensorReader.copy(channel, tensor.position(), tensor.info().bytes(), to);
      return;
    }
    ByteBuffer gathered = tensor.gather(channel);
    while (gathered.hasRemaining()) {
      to.write(gathered);
    }
  }

  private TorchTensor tensor(String name) {
    TorchTensor tensor = tensors.get(name);
    if (tensor == null) {
      throw WeightsException.noTensor(file, name);
    }
    return tensor;
  }

  @Override
  public void close() {
    OpenFile.closeQuietly(channel);
  }

  /** Whether bytes begin as a pickle outside of an archive does, from protocol 2 on. */
  static boolean isBarePickle(byte[] start) {
    return start.length > 1 && start[0] == (byte) 0x80 && start[1] >= 2 && start[1] <= 5;
  }

  /** Whether bytes begin as a zip archive does. */
  static boolean isArchive(byte[] start) {
    return start.length > 3 && start[0] == 'P' && start[1] == 'K' && start[2] == 3 && start[3] == 4;
  }
}
