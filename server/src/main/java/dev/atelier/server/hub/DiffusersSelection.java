package dev.atelier.server.hub;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The files of a diffusers repository that make pictures: of each network one copy of the weights
 * in one format, its configuration, the tokenizer's files. Everything else, the safety checker and
 * other formats' copies first of all, stays where it is.
 */
final class DiffusersSelection {
  /** Looked for in this order; the first that is there is taken. */
  private static final List<String> FULL =
      List.of(".safetensors", ".fp16.safetensors", ".non_ema.safetensors", ".bin", ".fp16.bin");

  private static final List<String> HALF =
      List.of(".fp16.safetensors", ".safetensors", ".non_ema.safetensors", ".fp16.bin", ".bin");

  private final Set<String> names;
  private final List<String> endings;

  /**
   * @param names the paths of a repository's files
   * @param half whether 16-bit weights do
   */
  DiffusersSelection(Set<String> names, boolean half) {
    this.names = names;
    this.endings = half ? HALF : FULL;
  }

  /**
   * The paths of a whole pipeline.
   *
   * @return empty when a part of it is missing
   */
  Optional<List<String>> pipeline() {
    List<String> chosen = new ArrayList<>();
    boolean whole =
        add(chosen, "model_index.json", "scheduler/scheduler_config.json")
            && add(chosen, "tokenizer/vocab.json", "tokenizer/merges.txt")
            && network(chosen, "unet/", "diffusion_pytorch_model", "diffusion_pytorch_model")
            && network(chosen, "vae/", "diffusion_pytorch_model", "diffusion_pytorch_model")
            && network(chosen, "text_encoder/", "model", "pytorch_model");
    return whole ? Optional.of(chosen) : Optional.empty();
  }

  /** The paths of a repository that is one network, a VAE or a ControlNet. */
  Optional<List<String>> network() {
    List<String> chosen = new ArrayList<>();
    return network(chosen, "", "diffusion_pytorch_model", "diffusion_pytorch_model")
        ? Optional.of(chosen)
        : Optional.empty();
  }

  private boolean add(List<String> chosen, String... paths) {
    chosen.addAll(List.of(paths));
    return names.containsAll(List.of(paths));
  }

  private boolean network(List<String> chosen, String folder, String mapped, String pickled) {
    if (!add(chosen, folder + "config.json")) {
      return false;
    }
    for (String ending : endings) {
      List<String> weights = weights(folder, ending.endsWith(".bin") ? pickled : mapped, ending);
      if (!weights.isEmpty()) {
        return chosen.addAll(weights);
      }
    }
    return false;
  }

  /** One file, or an index and its parts, whose names follow from the index's. */
  private List<String> weights(String folder, String name, String ending) {
    if (names.contains(folder + name + ending)) {
      return List.of(folder + name + ending);
    }
    int format = ending.lastIndexOf('.');
    String variant = ending.substring(0, format);
    for (String index :
        List.of(
            name + ending + ".index.json",
            name + ending.substring(format) + ".index" + variant + ".json")) {
      if (names.contains(folder + index)) {
        List<String> files = new ArrayList<>(List.of(folder + index));
        files.addAll(parts(folder + name, variant, ending.substring(format)));
        return files;
      }
    }
    return List.of();
  }

  private List<String> parts(String name, String variant, String format) {
    Pattern part =
        Pattern.compile(
            Pattern.quote(name)
                + "(%1$s-\\d{5}-of-\\d{5}|-\\d{5}-of-\\d{5}%1$s)".formatted(Pattern.quote(variant))
                + Pattern.quote(format));
    return names.stream().filter(part.asMatchPredicate()).sorted().toList();
  }
}
