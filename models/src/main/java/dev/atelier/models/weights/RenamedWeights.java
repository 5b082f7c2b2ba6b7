package dev.atelier.models.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Another source's tensors under the canonical names of a {@link KeyMapping}. */
public final class RenamedWeights implements WeightSource {
  private final WeightSource stored;
  private final Map<String, String> storedNames = new LinkedHashMap<>();

  /**
   * @param stored the source, closed with this one
   * @throws WeightsException when two of its tensors have the same canonical name
   */
  public RenamedWeights(WeightSource stored, KeyMapping mapping) {
    this.stored = stored;
    for (String name : stored.names()) {
      String canonical = mapping.canonical(name);
      String other = storedNames.put(canonical, name);
      if (other != null) {
        throw new WeightsException(
            stored.file(),
            "it has the tensor "
                + SafetensorsHeader.quote(canonical)
                + " twice, once under an older name.");
      }
    }
  }

  @Override
  public Path file() {
    return stored.file();
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(storedNames.keySet());
  }

  @Override
  public TensorInfo info(String name) {
    TensorInfo info = stored.info(storedNames.getOrDefault(name, name));
    return new TensorInfo(name, info.type(), info.shape(), info.bytes());
  }

  @Override
  public NDArray read(NDManager manager, String name, DataType want) {
    NDArray array = stored.read(manager, storedNames.getOrDefault(name, name), want);
    array.setName(name);
    return array;
  }

  @Override
  public void close() {
    stored.close();
  }
}
