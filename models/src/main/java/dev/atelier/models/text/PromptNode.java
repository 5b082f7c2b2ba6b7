package dev.atelier.models.text;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A piece of a prompt that {@link PromptGrammar} took apart. */
sealed interface PromptNode {
  /** The last steps before this node may be another text, none of them above {@code steps}. */
  List<Integer> ends(int steps);

  /** What the node is at a step, counted from 1. */
  List<PromptNode> at(int step, int steps);

  /** Everything that it is at some step. */
  List<PromptNode> children();

  /** Text that stays as it is. */
  record Text(String text) implements PromptNode {
    @Override
    public List<Integer> ends(int steps) {
      return List.of();
    }

    @Override
    public List<PromptNode> at(int step, int steps) {
      return List.of();
    }

    @Override
    public List<PromptNode> children() {
      return List.of();
    }
  }

  /**
   * {@code [before:after:when]}.
   *
   * @param when a number as it is written: a share of all steps when it has a point
   */
  record Edit(List<PromptNode> before, List<PromptNode> after, String when) implements PromptNode {
    /** The last step of {@code before}; below 1 there is none. */
    private int last(int steps) {
      double number = Double.parseDouble(when);
      return (int) Math.min(steps, when.contains(".") ? number * steps : number);
    }

    @Override
    public List<Integer> ends(int steps) {
      int last = last(steps);
      return last >= 1 ? List.of(last) : List.of();
    }

    @Override
    public List<PromptNode> at(int step, int steps) {
      return step <= last(steps) ? before : after;
    }

    @Override
    public List<PromptNode> children() {
      return Stream.of(before, after).flatMap(List::stream).toList();
    }
  }

  /** {@code [a|b|c]}: one after another. */
  record Alternation(List<List<PromptNode>> options) implements PromptNode {
    @Override
    public List<Integer> ends(int steps) {
      return IntStream.rangeClosed(1, steps).boxed().toList();
    }

    @Override
    public List<PromptNode> at(int step, int steps) {
      return options.get((step - 1) % options.size());
    }

    @Override
    public List<PromptNode> children() {
      return options.stream().flatMap(List::stream).toList();
    }
  }

  /** Visits every node, whatever the step. */
  static void walk(List<PromptNode> nodes, Consumer<PromptNode> visit) {
    walk(nodes, PromptNode::children, visit);
  }

  /**
   * Visits nodes from left to right, each before those that {@code below} gives for it. Does not
   * call itself: a prompt may have brackets thousands deep.
   */
  static void walk(
      List<PromptNode> nodes,
      Function<PromptNode, List<PromptNode>> below,
      Consumer<PromptNode> visit) {
    Deque<Iterator<PromptNode>> path = new ArrayDeque<>();
    path.push(nodes.iterator());
    while (!path.isEmpty()) {
      if (path.peek().hasNext()) {
        PromptNode node = path.peek().next();
        visit.accept(node);
        path.push(below.apply(node).iterator());
      } else {
        path.pop();
      }
    }
  }
}
