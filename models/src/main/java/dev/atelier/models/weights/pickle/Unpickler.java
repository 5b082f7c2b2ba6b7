package dev.atelier.models.weights.pickle;

import dev.atelier.models.weights.pickle.PickleValue.Dict;
import dev.atelier.models.weights.pickle.PickleValue.Flag;
import dev.atelier.models.weights.pickle.PickleValue.Global;
import dev.atelier.models.weights.pickle.PickleValue.Other;
import dev.atelier.models.weights.pickle.PickleValue.Text;
import dev.atelier.models.weights.pickle.PickleValue.Tuple;
import dev.atelier.models.weights.pickle.PickleValue.Whole;
import java.util.ArrayList;
import java.util.List;

/**
 * Interprets a pickle's instructions, those of protocols 2 to 5 that describe data (CPython: {@code
 * Lib/pickletools.py}). Each instruction has at least a byte and allocates in proportion to its
 * bytes, so that memory and time are bounded by the length of the pickle.
 */
public final class Unpickler {
  private static final int HIGHEST_PROTOCOL = 5;

  private final PickleBytes in;
  private final List<PickleValue> stack = new ArrayList<>();

  /** Where the stack was at each MARK that is open. */
  private final List<Integer> marks = new ArrayList<>();

  private final Memo memo = new Memo();

  private Unpickler(byte[] pickle) {
    this.in = new PickleBytes(pickle);
  }

  /**
   * What a pickle describes. Runs nothing.
   *
   * @throws PickleException when it is damaged, or would run something that is not on the list of
   *     what model files need
   */
  public static PickleValue read(byte[] pickle) {
    return new Unpickler(pickle).read();
  }

  private PickleValue read() {
    while (true) {
      int opcode = in.unsigned(1);
      if (opcode == '.') {
        return pop();
      }
      step(opcode);
    }
  }

  private void step(int opcode) {
    switch (opcode) {
      case 0x80 -> protocol(in.unsigned(1));
      case 0x95 -> in.number(8); // FRAME: only helps reading
      case '(' -> marks.add(stack.size());
      case '0' -> pop();
      case '1' -> popMark();
      case '2' -> push(top());
      case 'N' -> push(Other.OTHER);
      case 0x88 -> push(Flag.TRUE);
      case 0x89 -> push(Flag.FALSE);
      case 'K' -> push(new Whole(in.unsigned(1)));
      case 'M' -> push(new Whole(in.unsigned(2)));
      case 'J' -> push(new Whole(in.number(4)));
      case 0x8a -> push(whole(in.unsigned(1)));
      case 0x8b -> push(whole(in.length(4)));
      case 'G' -> other(8);
      case 'X' -> push(new Text(in.text(in.length(4))));
      case 0x8c -> push(new Text(in.text(in.unsigned(1))));
      case 0x8d -> push(new Text(in.text(in.length(8))));
      case 'T' -> other(in.length(4));
      case 'U' -> other(in.unsigned(1));
      case 'B' -> other(in.length(4));
      case 'C' -> other(in.unsigned(1));
      case 0x8e, 0x96 -> other(in.length(8));
      default -> stepOnValues(opcode);
    }
  }

  private void stepOnValues(int opcode) {
    switch (opcode) {
      case ')' -> push(Tuple.EMPTY);
      case 't' -> push(new Tuple(popMark()));
      case 0x85 -> push(new Tuple(pop(1)));
      case 0x86 -> push(new Tuple(pop(2)));
      case 0x87 -> push(new Tuple(pop(3)));
      case ']', 0x8f -> push(Other.OTHER);
      case 'l', 0x91 -> {
        popMark();
        push(Other.OTHER);
      }
      case '}' -> push(new Dict(false));
      case 'd' -> {
        List<PickleValue> items = popMark();
        push(new Dict(false));
        setItems(items);
      }
      case 'a' -> pop(); // into a list, which is not kept
      case 'e', 0x90 -> popMark();
      case 's' -> setItems(pop(2));
      case 'u' -> setItems(popMark());
      case 'q' -> memo.put(in.unsigned(1), top());
      case 'r' -> memo.put(in.length(4), top());
      case 0x94 -> memo.put(memo.size(), top());
      case 'h' -> push(memo.get(in.unsigned(1)));
      case 'j' -> push(memo.get(in.length(4)));
      case 'c' -> push(new Global(AllowedGlobal.of(in.line(), in.line())));
      case 0x93 -> stackGlobal();
      case 'R', 0x81 -> call();
      case 0x92 -> {
        pop();
        call();
      }
      case 'b' -> {
        PickleValue state = pop();
        if (top() instanceof Dict dict) {
          dict.build(state);
        }
      }
      case 'Q' -> push(Rebuild.storage(pop()));
      default ->
          throw new PickleException(
              "its pickle has the instruction 0x%02x, which no model file needs, so it is refused;"
                      .formatted(opcode)
                  + " get the model as safetensors.");
    }
  }

  private static void protocol(int version) {
    if (version < 2 || version > HIGHEST_PROTOCOL) {
      throw new PickleException("its pickle is of protocol " + version + ", not 2 to 5.");
    }
  }

  private void call() {
    PickleValue arguments = pop();
    PickleValue function = pop();
    if (!(function instanceof Global global) || !(arguments instanceof Tuple tuple)) {
      throw new PickleException("its pickle calls what is no function, so it is damaged.");
    }
    push(Rebuild.call(global.meaning(), tuple.items()));
  }

  private void stackGlobal() {
    PickleValue name = pop();
    PickleValue module = pop();
    if (!(name instanceof Text last) || !(module instanceof Text first)) {
      throw new PickleException("its pickle names no function, so it is damaged.");
    }
    push(new Global(AllowedGlobal.of(first.value(), last.value())));
  }

  private void setItems(List<PickleValue> items) {
    if (items.size() % 2 != 0) {
      throw new PickleException("its pickle has a key without a value, so it is damaged.");
    }
    if (top() instanceof Dict dict) {
      for (int i = 0; i < items.size(); i += 2) {
        dict.put(items.get(i), items.get(i + 1));
      }
    } else if (!(top() instanceof Other)) {
      throw new PickleException("its pickle sets items of what is no dict, so it is damaged.");
    }
  }

  /** An integer of any length: what has more than 64 bits is no size or offset. */
  private PickleValue whole(int bytes) {
    if (bytes > Long.BYTES) {
      in.skip(bytes);
      return Other.OTHER;
    }
    return new Whole(bytes == 0 ? 0 : in.number(bytes));
  }

  private void other(int bytes) {
    in.skip(bytes);
    push(Other.OTHER);
  }

  private void push(PickleValue value) {
    stack.add(value);
  }

  private PickleValue pop() {
    return pop(1).get(0);
  }

  private PickleValue top() {
    PickleValue value = pop();
    push(value);
    return value;
  }

  private List<PickleValue> pop(int count) {
    int from = stack.size() - count;
    int bottom = marks.isEmpty() ? 0 : marks.get(marks.size() - 1);
    if (from < bottom) {
      throw new PickleException("its pickle takes more than it made, so it is damaged.");
    }
    return take(from);
  }

  private List<PickleValue> popMark() {
    if (marks.isEmpty()) {
      throw new PickleException("its pickle has no mark where it needs one, so it is damaged.");
    }
    return take(marks.remove(marks.size() - 1));
  }

  private List<PickleValue> take(int from) {
    List<PickleValue> end = stack.subList(from, stack.size());
    List<PickleValue> taken = List.copyOf(end);
    end.clear();
    return taken;
  }
}
