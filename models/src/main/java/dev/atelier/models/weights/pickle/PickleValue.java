package dev.atelier.models.weights.pickle;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a pickle builds. Values may contain themselves, so nothing here compares, hashes or prints
 * what it contains.
 */
public sealed interface PickleValue {
  /** A text. */
  record Text(String value) implements PickleValue {}

  /** A whole number, of 64 bits. */
  record Whole(long value) implements PickleValue {}

  /** True or false. */
  enum Flag implements PickleValue {
    TRUE,
    FALSE
  }

  /** A function or class on the allow-list; naming it does nothing. */
  record Global(AllowedGlobal meaning) implements PickleValue {}

  /**
   * Something whose content nobody asks for and that is therefore not kept: None, lists, sets,
   * bytes, numbers with fractions, objects.
   */
  enum Other implements PickleValue {
    OTHER
  }

  /** A tuple. */
  final class Tuple implements PickleValue {
    static final Tuple EMPTY = new Tuple(List.of());

    private final List<PickleValue> items;

    Tuple(List<PickleValue> items) {
      this.items = List.copyOf(items);
    }

    /** Its items, in order. */
    public List<PickleValue> items() {
      return items;
    }
  }

  /** A dict; items whose key is no text are forgotten. */
  final class Dict implements PickleValue {
    private final boolean object;
    private Map<String, PickleValue> items = Map.of();

    /**
     * @param object whether it stands for an object, whose items are its attributes
     */
    Dict(boolean object) {
      this.object = object;
    }

    /**
     * Takes over the state that an object is built from; a dict's own attributes are passed over.
     */
    void build(PickleValue state) {
      if (object && state instanceof Dict attributes) {
        items = attributes.items;
      }
    }

    void put(PickleValue key, PickleValue value) {
      if (key instanceof Text text) {
        if (items.isEmpty()) {
          items = new LinkedHashMap<>(); // not before: an empty dict is one byte in the file
        }
        items.put(text.value(), value);
      }
    }

    /** Its items, in order. */
    public Map<String, PickleValue> items() {
      return items;
    }
  }

  /**
   * Numbers in an entry of the archive.
   *
   * @param type of the numbers; {@code null} for bytes that a tensor says the type of
   * @param key the entry, below {@code data/}
   * @param count how many numbers the pickle says there are
   */
  record Storage(Dtype type, String key, long count) implements PickleValue {}

  /**
   * A tensor.
   *
   * @param type of its numbers
   * @param storage where they are
   * @param offset of the first, in numbers
   * @param shape its dimensions
   * @param strides numbers between neighbours of each dimension
   */
  record Tensor(Dtype type, Storage storage, long offset, List<Long> shape, List<Long> strides)
      implements PickleValue {
    /** Keeps copies. */
    public Tensor {
      shape = List.copyOf(shape);
      strides = List.copyOf(strides);
    }
  }
}
