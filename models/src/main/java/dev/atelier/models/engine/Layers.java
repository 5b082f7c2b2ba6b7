package dev.atelier.models.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
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
  private static final String SOURCE = "layers.ts";
  private final PtSymbolBlock module;

  private Layers(PtSymbolBlock module) {
    this.module = module;
  }

  /** Loads the functions into libtorch; they live as long as {@code manager}. */
  static Layers load(NDManager manager) {
    try (InputStream source = Layers.class.getResourceAsStream(SOURCE)) {
      String text = new String(source.readAllBytes(), StandardCharsets.UTF_8);
      byte[] archive = TorchScriptArchive.write(text, "Layers");
      return new Layers(
          JniUtils.loadModule(
              (PtNDManager) manager, new ByteArrayInputStream(archive), true, false));
    } catch (IOException e) {
      throw new UncheckedIOException("The resource " + SOURCE + " cannot be read.", e);
    }
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
