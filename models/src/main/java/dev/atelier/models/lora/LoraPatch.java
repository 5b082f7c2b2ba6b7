package dev.atelier.models.lora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.atelier.models.engine.ComputeDevice;
import dev.atelier.models.engine.Layers;
import dev.atelier.models.nn.WeightPatch;
import java.util.List;
import java.util.Map;

/** What several LoRAs add to one network. */
final class LoraPatch implements WeightPatch {
  private final ComputeDevice device;
  private final Map<String, List<ParameterChange>> changes;

  /**
   * @param changes by parameter
   */
  LoraPatch(ComputeDevice device, Map<String, List<ParameterChange>> changes) {
    this.device = device;
    this.changes = changes;
  }

  @Override
  public List<?> changes(String parameter) {
    List<ParameterChange> all = changes.get(parameter);
    return all == null ? List.of() : all.stream().map(ParameterChange::identity).toList();
  }

  @Override
  public void write(String parameter, NDArray stored, NDArray into) {
    List<ParameterChange> all = changes.get(parameter);
    try (NDManager manager = device.manager().newSubManager()) {
      boolean direct = into.getDataType() == DataType.FLOAT32 && !device.device().isGpu();
      if (direct && all.stream().allMatch(ParameterChange::lowRank)) {
        addDirectly(all, stored, into, manager);
        return;
      }
      Layers layers = device.layers();
      NDArray plain = layers.call("to_float", stored);
      NDArray sum = layers.call("to_float", stored);
      for (ParameterChange change : all) {
        change.addTo(sum, plain, layers, manager);
      }
      layers.call("overwrite", into, sum).close();
    }
  }

  /** All products as one, so that the weight is gone over once. */
  private void addDirectly(
      List<ParameterChange> all, NDArray stored, NDArray into, NDManager manager) {
    var ups = new NDList();
    var downs = new NDList();
    for (ParameterChange change : all) {
      ups.add(change.up(manager));
      downs.add(change.down(manager));
    }
    NDArray up = all.size() == 1 ? ups.get(0) : NDArrays.concat(ups, 1);
    NDArray down = all.size() == 1 ? downs.get(0) : NDArrays.concat(downs, 0);
    device.layers().call("overwrite_low_rank", into, stored, up, down).close();
  }
}
