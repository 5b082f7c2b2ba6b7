package dev.atelier.models.engine;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The functions of {@code layers.ts}, loaded once a device. Calls run in inference mode: what they
 * return takes no part in training and must not be written to in place.
 */
public final class Layers implements AutoCloseable {
  private static final List<String> EVERYWHERE = List.of("layers.ts", "weights.ts");
  static final List<String> ON_CUDA = List.of("layers_cuda.ts", "linear_plain.ts");

  /**
   * With convolutions and linear layers of oneDNN. libtorch leaves a linear layer to MKL, which on
   * AMD's processors takes twice the time, whatever the number of rows.
   */
  static final List<String> WITH_ONEDNN = List.of("layers_cpu.ts", "with_onednn.ts");

  static final List<String> WITHOUT_ONEDNN =
      List.of("layers_cpu.ts", "without_onednn.ts", "linear_plain.ts");

  /** Fewer channels in times out gain nothing that can be measured. */
  private static final long WORTH_PACKING = 96 * 96;

  private final PtSymbolBlock module;
  private final boolean packs;
  private final boolean gpu;

  private Layers(PtSymbolBlock module, boolean packs, boolean gpu) {
    this.module = module;
    this.packs = packs;
    this.gpu = gpu;
  }

  /** Loads the functions into libtorch; they live as long as {@code manager}. */
  static Layers load(NDManager manager) {
    if (manager.getDevice().isGpu()) {
      return new Layers(load(manager, ON_CUDA), false, true);
    }
    try {
      return new Layers(load(manager, WITH_ONEDNN), true, false);
    } catch (EngineException e) {
      // Where libtorch was built without oneDNN, as for macOS, it has no such function.
      return new Layers(load(manager, WITHOUT_ONEDNN), false, false);
    }
  }

  /** The functions of every device, and those of one. */
  static PtSymbolBlock load(NDManager manager, List<String> parts) {
    try {
      var source = new StringBuilder();
      for (String part : EVERYWHERE) {
        source.append(resource(part));
      }
      for (String part : parts) {
        source.append(resource(part));
      }
      byte[] archive = TorchScriptArchive.write(source.toString(), "Layers");
      return JniUtils.loadModule(
          (PtNDManager) manager, new ByteArrayInputStream(archive), true, false);
    } catch (IOException e) {
      throw new UncheckedIOException("The source of the layers cannot be read.", e);
    }
  }

  private static String resource(String name) throws IOException {
    try (InputStream source = Layers.class.getResourceAsStream(name)) {
      return new String(source.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /**
   * A weight as this device's functions like it best: on a GPU a convolution's goes channels last,
   * as tensor cores read it, so that not every call has to bring it there.
   *
   * @param weight closed when the result is another array
   * @return an array of the same shape and numbers, in the weight's manager
   */
  public NDArray arranged(NDArray weight) {
    if (!gpu || weight.getShape().dimension() != 4) {
      return weight;
    }
    try (weight) {
      return call("channels_last", weight);
    }
  }

  /** Whether {@link #packed} gains anything for a weight of that shape, on this device. */
  public boolean packs(Shape weight) {
    return packs && weight.dimension() == 4 && weight.get(0) * weight.get(1) >= WORTH_PACKING;
  }

  /**
   * A convolution's weight in the order in which oneDNN reads it for inputs of one shape, so that
   * not every call has to bring it there. Inputs of other shapes give the same result, but oneDNN
   * may want another order for them, and from one packed order to another it goes so slowly that a
   * call takes tens of times longer. Only the convolutions of {@code layers.ts} can read what is
   * packed; their results are channels last.
   *
   * @param weight [out, in, k, k], of a shape that this device {@link #packs}
   * @param input [n, in, height, width]
   * @return an array of the same shape that holds about as many bytes, in the weight's manager
   */
  public NDArray packed(NDArray weight, int stride, int padding, Shape input) {
    return call(
        "pack_conv",
        weight,
        stride,
        padding,
        (int) input.get(0),
        (int) input.get(2),
        (int) input.get(3));
  }

  /**
   * Calls a function.
   *
   * @param function its name in {@code layers.ts}
   * @param x its first argument; the result is attached to the same manager
   * @param arguments the others: NDArray, {@link Parameters}, Integer, Double or Boolean
   */
  public NDArray call(String function, NDArray x, Object... arguments) {
    List<IValue> temporary = new ArrayList<>(arguments.length + 1);
    try {
      var values = new IValue[arguments.length + 1];
      values[0] = argument(x, temporary);
      for (int i = 0; i < arguments.length; i++) {
        values[i + 1] = argument(arguments[i], temporary);
      }
      try (IValue result = IValueUtils.runMethod(module, function, values)) {
        return result.toTensor((PtNDManager) x.getManager());
      }
    } finally {
      temporary.forEach(IValue::close);
    }
  }

  /** A generator of random numbers; it must be closed before these functions are. */
  public SeededGenerator generator(long seed) {
    return new SeededGenerator(module, seed);
  }

  private static IValue argument(Object value, List<IValue> temporary) {
    if (value instanceof Parameters parameters) {
      return parameters.list(); // lives as long as its layer
    }
    IValue made;
    if (value instanceof PtNDArray array) {
      made = IValue.from(array);
    } else if (value instanceof Integer number) {
      made = IValue.from(number.longValue());
    } else if (value instanceof Double number) {
      made = IValue.from(number);
    } else if (value instanceof Boolean flag) {
      made = IValue.from(flag);
    } else {
      throw new IllegalArgumentException("A layer takes no " + value + ".");
    }
    temporary.add(made);
    return made;
  }

  @Override
  public void close() {
    module.close();
  }
}
