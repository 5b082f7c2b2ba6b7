package dev.atelier.models.weights.pickle;

import dev.atelier.models.weights.pickle.AllowedGlobal.Kind;
import dev.atelier.models.weights.pickle.PickleValue.Dict;
import dev.atelier.models.weights.pickle.PickleValue.Global;
import dev.atelier.models.weights.pickle.PickleValue.Other;
import dev.atelier.models.weights.pickle.PickleValue.Storage;
import dev.atelier.models.weights.pickle.PickleValue.Tensor;
import dev.atelier.models.weights.pickle.PickleValue.Text;
import dev.atelier.models.weights.pickle.PickleValue.Tuple;
import dev.atelier.models.weights.pickle.PickleValue.Whole;
import java.util.ArrayList;
import java.util.List;

/** What the calls of a pickle mean, for the functions that it may name. */
final class Rebuild {
  /** More than any network's. */
  private static final int MAX_RANK = 16;

  private Rebuild() {}

  /** What calling {@code function} describes; nothing is called. */
  static PickleValue call(AllowedGlobal function, List<PickleValue> arguments) {
    return switch (function.kind()) {
      case DICT -> new Dict(false); // torch.save fills it afterwards
      case OBJECT -> new Dict(true);
      case TENSOR -> tensor(arguments);
      case TENSOR3 -> typedTensor(arguments);
      case PARAMETER -> arguments.isEmpty() ? Other.OTHER : arguments.get(0);
      case STORAGE, DTYPE, VALUE -> Other.OTHER;
    };
  }

  /** {@code ("storage", type, key, location, count)}, torch/serialization.py, persistent_load. */
  static Storage storage(PickleValue id) {
    if (id instanceof Tuple tuple
        && tuple.items().size() >= 5
        && tuple.items().get(0) instanceof Text kind
        && kind.value().equals("storage")
        && tuple.items().get(1) instanceof Global global
        && global.meaning().kind() == Kind.STORAGE
        && tuple.items().get(2) instanceof Text key
        && tuple.items().get(4) instanceof Whole count) {
      return new Storage(global.meaning().type(), key.value(), count.value());
    }
    throw new PickleException("its pickle refers to something else than a storage.");
  }

  /** {@code (storage, offset, shape, strides, …)}, torch/_utils.py, _rebuild_tensor_v2. */
  private static PickleValue tensor(List<PickleValue> arguments) {
    if (arguments.size() >= 4
        && arguments.get(0) instanceof Storage storage
        && storage.type() != null) {
      return tensor(storage.type(), storage, arguments);
    }
    throw notATensor();
  }

  /** {@code (storage, offset, shape, strides, grad, hooks, dtype, …)}, _rebuild_tensor_v3. */
  private static PickleValue typedTensor(List<PickleValue> arguments) {
    if (arguments.size() >= 7
        && arguments.get(0) instanceof Storage storage
        && storage.type() == null
        && arguments.get(6) instanceof Global dtype
        && dtype.meaning().kind() == Kind.DTYPE) {
      return tensor(dtype.meaning().type(), storage, arguments);
    }
    throw notATensor();
  }

  private static Tensor tensor(Dtype type, Storage storage, List<PickleValue> arguments) {
    if (arguments.get(1) instanceof Whole offset) {
      List<Long> shape = numbers(arguments.get(2));
      List<Long> strides = numbers(arguments.get(3));
      if (shape.size() == strides.size()) {
        return new Tensor(type, storage, offset.value(), shape, strides);
      }
    }
    throw notATensor();
  }

  private static List<Long> numbers(PickleValue value) {
    List<Long> numbers = new ArrayList<>();
    if (value instanceof Tuple tuple && tuple.items().size() <= MAX_RANK) {
      for (PickleValue item : tuple.items()) {
        if (!(item instanceof Whole whole) || whole.value() < 0) {
          throw notATensor();
        }
        numbers.add(whole.value());
      }
      return numbers;
    }
    throw notATensor();
  }

  private static PickleException notATensor() {
    return new PickleException("its pickle has a tensor that makes no sense, so it is damaged.");
  }
}
