package dev.atelier.models.weights;

import dev.atelier.models.weights.pickle.PickleException;
import dev.atelier.models.weights.pickle.PickleValue;
import dev.atelier.models.weights.pickle.PickleValue.Dict;
import dev.atelier.models.weights.pickle.PickleValue.Storage;
import dev.atelier.models.weights.pickle.PickleValue.Tensor;
import dev.atelier.models.weights.pickle.ZipDirectory;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Finds the tensors among what a pickle describes. */
final class StateDict {
  /** Where Lightning keeps the weights, beside counters and the optimizer's state. */
  private static final String STATE_DICT = "state_dict";

  /** Dicts within dicts; an embedding has two. A dict may also contain itself. */
  private static final int MAX_DEPTH = 4;

  private final ZipDirectory zip;
  private final String folder;
  private final Map<String, ZipDirectory.Entry> storages = new HashMap<>();
  private final Map<String, TorchTensor> found = new LinkedHashMap<>();
  private int visited;

  /**
   * @param folder what comes before a storage's key in the archive
   */
  StateDict(ZipDirectory zip, String folder) {
    this.zip = zip;
    this.folder = folder;
  }

  /**
   * The tensors by name.
   *
   * @throws PickleException when there are none or one does not fit into its storage
   */
  Map<String, TorchTensor> tensors(PickleValue root) throws IOException {
    if (!(root instanceof Dict dict)) {
      throw new PickleException("it holds no dict of tensors.");
    }
    PickleValue state = dict.items().get(STATE_DICT);
    collect("", state instanceof Dict inner ? inner : dict, MAX_DEPTH);
    if (found.isEmpty()) {
      throw new PickleException("it holds no tensors.");
    }
    return found;
  }

  private void collect(String prefix, Dict dict, int depth) throws IOException {
    for (Map.Entry<String, PickleValue> item : dict.items().entrySet()) {
      // Dicts that contain each other could be walked for ever.
      if (++visited > SafetensorsHeader.MAX_TENSORS
          || prefix.length() + item.getKey().length() > SafetensorsHeader.MAX_NAME) {
        throw new PickleException("it has more or longer names than any model.");
      }
      String name = prefix + item.getKey();
      if (item.getValue() instanceof Tensor tensor) {
        found.put(name, TorchTensor.of(name, tensor, entry(tensor.storage())));
      } else if (item.getValue() instanceof Dict inner && depth > 0) {
        collect(name + ".", inner, depth - 1);
      }
    }
  }

  private ZipDirectory.Entry entry(Storage storage) throws IOException {
    ZipDirectory.Entry known = storages.get(storage.key());
    if (known == null) {
      known = zip.entry(folder + storage.key());
      storages.put(storage.key(), known);
    }
    return known;
  }
}
