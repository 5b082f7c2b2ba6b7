package dev.atelier.models.weights.pickle;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A function or class that pickles may name. The list is data, the resource {@code
 * globals.allowed}.
 *
 * @param name module and name, e.g. {@code torch._utils._rebuild_tensor_v2}
 * @param kind what is made of it
 * @param type the numbers of a storage or dtype; {@code null} where it says none
 */
record AllowedGlobal(String name, Kind kind, Dtype type) {

  /** What is made of a global when the pickle calls it. */
  enum Kind {
    DICT,
    OBJECT,
    TENSOR,
    TENSOR3,
    PARAMETER,
    STORAGE,
    DTYPE,
    /** An object without content. */
    VALUE
  }

  private static final Map<String, AllowedGlobal> ALLOWED = read();

  /**
   * The global of that name.
   *
   * @throws PickleException naming one that is not on the list
   */
  static AllowedGlobal of(String module, String name) {
    AllowedGlobal allowed = ALLOWED.get(module + "." + name);
    if (allowed == null) {
      throw new PickleException(
          "it would run "
              + PickleException.shown(module + "." + name)
              + ", which no model file needs, so it is refused; get the model as safetensors.");
    }
    return allowed;
  }

  private static Map<String, AllowedGlobal> read() {
    Map<String, AllowedGlobal> allowed = new HashMap<>();
    try (InputStream in = AllowedGlobal.class.getResourceAsStream("globals.allowed")) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      for (String line : text.lines().map(String::strip).toList()) {
        if (!line.isEmpty() && !line.startsWith("#")) {
          String[] fields = line.split("\\s+", -1);
          String name = fields[0];
          Kind kind = Kind.valueOf(fields[1].toUpperCase(Locale.ROOT));
          allowed.put(name, new AllowedGlobal(name, kind, type(name).orElse(null)));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Map.copyOf(allowed);
  }

  private static Optional<Dtype> type(String name) {
    String last = name.substring(name.lastIndexOf('.') + 1);
    return name.startsWith("torch.")
        ? Dtype.ofStorage(last).or(() -> Dtype.ofName(last))
        : Optional.empty();
  }
}
