package dev.atelier.models.weights.pickle;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a pickle refers to again, by number. Pickles count from 0, but nothing makes them. */
final class Memo {
  private final List<PickleValue> counted = new ArrayList<>();
  private final Map<Integer, PickleValue> others = new HashMap<>();

  void put(int number, PickleValue value) {
    if (number < counted.size()) {
      counted.set(number, value);
    } else if (number == counted.size()) {
      counted.add(value);
    } else {
      others.put(number, value);
    }
  }

  PickleValue get(int number) {
    PickleValue value = number < counted.size() ? counted.get(number) : others.get(number);
    if (value == null) {
      throw new PickleException("its pickle refers to what it never made, so it is damaged.");
    }
    return value;
  }

  int size() {
    return counted.size() + others.size();
  }
}
