package dev.atelier.models.weights;

import ai.djl.ndarray.types.Shape;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The modules of one network under every name that files have for them: diffusers' and LDM's, with
 * dots or with underscores in their place, as kohya's trainers write them. Immutable.
 */
public final class ModuleNames {
  private static final String WEIGHT = ".weight";

  /** Canonical names by any name, dots replaced. */
  private final Map<String, String> canonical = new HashMap<>();

  private final Map<String, Shape> shapes;

  private ModuleNames(List<KeyTable.Tensor> tensors, Map<String, Shape> shapes) {
    for (KeyTable.Tensor tensor : tensors) {
      if (tensor.diffusers().endsWith(WEIGHT)) {
        String module = module(tensor.diffusers());
        add(module(tensor.ldm()), module);
        add(module, module);
      }
    }
    this.shapes = Collections.unmodifiableMap(shapes);
  }

  private void add(String name, String module) {
    String other = canonical.put(flat(name), module);
    if (other != null && !other.equals(module)) {
      throw new IllegalStateException(name + " is " + other + " as well as " + module);
    }
  }

  /** Those of a UNet. */
  public static ModuleNames of(UNetConfig config) {
    return new ModuleNames(UNetBlocks.of(config).tensors(), TensorShapes.unet(config));
  }

  /** Those of a text encoder. */
  public static ModuleNames of(ClipTextConfig config) {
    return new ModuleNames(
        ClipTextBlocks.tensors(config.layers()), TensorShapes.textEncoder(config));
  }

  /**
   * The canonical name of a module, e.g. {@code mid_block.attentions.0.proj_in}.
   *
   * @param name in any naming, below the network's prefix
   */
  public Optional<String> canonical(String name) {
    return Optional.ofNullable(canonical.get(flat(name)));
  }

  /** Shapes of the network's tensors under canonical names. */
  public Map<String, Shape> shapes() {
    return shapes;
  }

  private static String module(String tensor) {
    return tensor.substring(0, tensor.length() - WEIGHT.length());
  }

  private static String flat(String name) {
    return name.replace('.', '_');
  }
}
