package dev.atelier.models.weights;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The tensors of a network under LDM's names, which single files have, and under diffusers'. The
 * names are data, a resource of sections:
 *
 * <pre>
 * [down]                                      once for each place that the caller gives
 * a.{n}.b = c.{level}.d : resnet              the modules of [resnet], below a.3.b and c.1.d
 * a.{n}.op = c.{level}.conv                   one module: its weight and its bias
 * same                                        a name that both sides have
 * x = y (weight)                              without a bias
 * x = y (optional)                            which not every network has
 * x = y (1x1)                                 left a 1×1 convolution, right a linear layer
 * </pre>
 *
 * Only the counting of blocks is code: how many there are is a matter of the file.
 */
final class KeyTable {
  private static final Pattern LINE =
      Pattern.compile("(\\S+)(?: = (\\S+))?(?: : (\\w+)| \\((weight|optional|1x1)\\))?");

  static final KeyTable UNET = resource("unet.table");
  static final KeyTable CONTROLNET = resource("unet.table", "controlnet.table");
  static final KeyTable VAE = resource("vae.table");
  static final KeyTable CLIP_TEXT = resource("clip-text.table");

  /** The section of the modules that every network has once. */
  static final String NETWORK = "network";

  /**
   * One tensor.
   *
   * @param ldm its name in a single file, below the network's prefix
   * @param diffusers its name in a diffusers folder: the canonical one
   * @param optional whether there are networks without it
   * @param pointwise whether LDM has it as a 1×1 convolution and diffusers as a linear layer
   */
  record Tensor(String ldm, String diffusers, boolean optional, boolean pointwise) {}

  private record Line(String ldm, String diffusers, String include, String flag) {}

  private final Map<String, List<Line>> sections;

  private KeyTable(Map<String, List<Line>> sections) {
    this.sections = sections;
  }

  private static KeyTable resource(String... names) {
    var text = new StringBuilder();
    for (String name : names) {
      try (InputStream in = KeyTable.class.getResourceAsStream(name)) {
        text.append(new String(in.readAllBytes(), StandardCharsets.UTF_8)).append('\n');
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return parse(text.toString());
  }

  /**
   * Parses a table.
   *
   * @throws IllegalArgumentException when a line is none of the kinds above
   */
  static KeyTable parse(String text) {
    Map<String, List<Line>> sections = new LinkedHashMap<>();
    List<Line> current = new ArrayList<>();
    for (String line : text.lines().map(String::strip).toList()) {
      if (line.startsWith("[") && line.endsWith("]")) {
        current =
            sections.computeIfAbsent(line.substring(1, line.length() - 1), s -> new ArrayList<>());
      } else if (!line.isEmpty() && !line.startsWith("#")) {
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches()) {
          throw new IllegalArgumentException("Not a line of a table of keys: " + line);
        }
        String ldm = matcher.group(1);
        String diffusers = matcher.group(2) == null ? ldm : matcher.group(2);
        current.add(new Line(ldm, diffusers, matcher.group(3), matcher.group(4)));
      }
    }
    return new KeyTable(sections);
  }

  /**
   * The tensors of a network of this kind.
   *
   * @param places for each section its places, and for each place the numbers in its names
   */
  List<Tensor> tensors(Map<String, List<Map<String, Integer>>> places) {
    List<Tensor> tensors = new ArrayList<>();
    places.forEach(
        (section, all) -> {
          for (Map<String, Integer> numbers : all) {
            add(section, "", "", numbers, tensors);
          }
        });
    return List.copyOf(tensors);
  }

  private void add(
      String section,
      String ldmPrefix,
      String diffusersPrefix,
      Map<String, Integer> numbers,
      List<Tensor> tensors) {
    for (Line line : sections.get(section)) {
      String ldm = ldmPrefix + fill(line.ldm(), numbers);
      String diffusers = diffusersPrefix + fill(line.diffusers(), numbers);
      if (line.include() != null) {
        add(line.include(), ldm + ".", diffusers + ".", numbers, tensors);
        continue;
      }
      boolean optional = "optional".equals(line.flag());
      boolean pointwise = "1x1".equals(line.flag());
      tensors.add(new Tensor(ldm + ".weight", diffusers + ".weight", optional, pointwise));
      if (!"weight".equals(line.flag())) {
        tensors.add(new Tensor(ldm + ".bias", diffusers + ".bias", optional, false));
      }
    }
  }

  private static String fill(String name, Map<String, Integer> numbers) {
    String filled = name;
    for (Map.Entry<String, Integer> number : numbers.entrySet()) {
      filled = filled.replace("{" + number.getKey() + "}", number.getValue().toString());
    }
    return filled;
  }
}
