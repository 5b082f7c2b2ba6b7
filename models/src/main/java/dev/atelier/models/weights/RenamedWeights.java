package dev.atelier.models.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Another source's tensors under canonical names, all of them or one network's. */
public final class RenamedWeights implements WeightSource {
  /** What an LDM tensor is in the source, and its canonical shape. */
  private record Stored(String name, Shape shape) {}

  private final WeightSource stored;
  private final Map<String, Stored> tensors = new LinkedHashMap<>();

  private RenamedWeights(WeightSource stored) {
    this.stored = stored;
  }

  /**
   * All tensors of a source.
   *
   * @param stored the source, closed with this one
   * @throws WeightsException when two of its tensors have the same canonical name
   */
  public RenamedWeights(WeightSource stored, KeyMapping mapping) {
    this(stored);
    for (String name : stored.names()) {
      String canonical = mapping.canonical(name);
      Stored other = tensors.put(canonical, new Stored(name, stored.info(name).shape()));
      if (other != null) {
        throw new WeightsException(
            stored.file(),
            "it has the tensor "
                + SafetensorsHeader.quote(canonical)
                + " twice, once under an older name.");
      }
    }
  }

  /**
   * One network of a source in LDM's naming, in the order of the table. What the table does not
   * name is not there.
   *
   * @param stored the source, closed with this one
   * @param prefix what comes before the network's names, e.g. {@code model.diffusion_model.}
   */
  static RenamedWeights ofLdm(WeightSource stored, String prefix, List<KeyTable.Tensor> table) {
    var renamed = new RenamedWeights(stored);
    for (KeyTable.Tensor tensor : table) {
      String name = prefix + tensor.ldm();
      if (stored.names().contains(name)) {
        Shape shape = stored.info(name).shape();
        boolean convolution = tensor.pointwise() && shape.dimension() == 4;
        renamed.tensors.put(
            tensor.diffusers(), new Stored(name, convolution ? shape.slice(0, 2) : shape));
      }
    }
    return renamed;
  }

  /**
   * Some of a source's tensors.
   *
   * @param stored the source, closed with this one
   * @param names what each is called in the source, by its canonical name
   */
  static RenamedWeights of(WeightSource stored, Map<String, String> names) {
    var renamed = new RenamedWeights(stored);
    names.forEach(
        (canonical, name) ->
            renamed.tensors.put(canonical, new Stored(name, stored.info(name).shape())));
    return renamed;
  }

  @Override
  public Path file() {
    return stored.file();
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(tensors.keySet());
  }

  @Override
  public Map<String, String> metadata() {
    return stored.metadata();
  }

  @Override
  public TensorInfo info(String name) {
    Stored tensor = stored(name);
    TensorInfo info = stored.info(tensor.name());
    return new TensorInfo(name, info.type(), tensor.shape(), info.bytes());
  }

  @Override
  public NDArray read(NDManager manager, String name, DataType want) {
    Stored tensor = stored(name);
    NDArray array = stored.read(manager, tensor.name(), want);
    if (!array.getShape().equals(tensor.shape())) {
      NDArray whole = array;
      array = whole.reshape(tensor.shape()); // a view: the mapping stays with the manager
      whole.close();
    }
    array.setName(name);
    return array;
  }

  @Override
  public void copy(String name, WritableByteChannel to) throws IOException {
    stored.copy(stored(name).name(), to);
  }

  private Stored stored(String name) {
    Stored tensor = tensors.get(name);
    if (tensor == null) {
      throw WeightsException.noTensor(stored.file(), name);
    }
    return tensor;
  }

  @Override
  public void close() {
    stored.close();
  }
}
