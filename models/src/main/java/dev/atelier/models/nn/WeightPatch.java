package dev.atelier.models.nn;

import ai.djl.ndarray.NDArray;
import java.util.List;

/** What is added to a network's weights for as long as somebody uses it with that. */
public interface WeightPatch {
  /** Nothing. */
  WeightPatch NONE = new NoPatch();

  /**
   * What changes a parameter: equal for equal changes, so that a weight which has them already is
   * left alone. Quick, for it is asked for every parameter.
   *
   * @param parameter its canonical name, e.g. {@code mid_block.attentions.0.proj_in.weight}
   * @return empty where nothing does
   */
  List<?> changes(String parameter);

  /**
   * Writes a parameter as it is with its changes. Called only where there are some, and at any time
   * while the network is used: a convolution's weight is made anew for each size of picture.
   *
   * @param stored the plain parameter in fp16 or fp32, on the network's device; it stays as it is,
   *     unless it is {@code into} itself
   * @param into array of the same shape in the network's type, whose numbers are all written
   * @throws dev.atelier.models.weights.WeightsException when what is added cannot be read
   */
  void write(String parameter, NDArray stored, NDArray into);
}
