package dev.atelier.models.weights;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A ControlNet on disk: one file in the original naming, with or without {@code control_model.}, or
 * in diffusers' naming, or a diffusers folder of one {@code config.json} and its weights. Immutable
 * and safe to share between threads.
 */
public final class ControlNetFile {
  /** What comes before the names where a file has other networks, too. */
  private static final String PREFIX = "control_model.";

  private static final String LDM = "input_hint_block.0.weight";
  private static final String EMBEDDING = "controlnet_cond_embedding.";
  private static final String DIFFUSERS = EMBEDDING + "conv_in.weight";

  private final Path path;
  private final List<Path> weights;
  private final ControlNetConfig config;
  private final KeyReport keys;

  private ControlNetFile(Path path, List<Path> weights, WeightSource file) {
    this.path = path;
    this.weights = weights;
    Set<String> names = file.names();
    refuseOthers(file.file(), names);
    List<KeyTable.Tensor> tensors = tensors(names);
    String prefix = prefix(names);
    this.keys =
        isLdm(names)
            ? KeyReport.of(own(names, prefix), tensors, t -> prefix + t.ldm())
            : KeyReport.of(names, tensors);
    keys.problem()
        .ifPresent(
            problem -> {
              throw new WeightsException(file.file(), problem);
            });
    Path settings = path.resolve("config.json");
    this.config =
        Files.isDirectory(path)
            ? ControlNetConfig.read(ConfigReader.open(settings))
            : config(canonical(file), blocks(names));
  }

  /**
   * Reads what the tensors of a ControlNet say of it.
   *
   * @throws WeightsException when it is no ControlNet for Stable Diffusion 1.5, or damaged
   */
  public static ControlNetFile open(Path path) {
    List<Path> weights =
        Files.isDirectory(path)
            ? DiffusersWeights.of(path, Component.UNET) // diffusers calls both's files the same
            : List.of(path);
    try (WeightSource file = ShardedWeights.open(weights)) {
      return new ControlNetFile(path, weights, file);
    }
  }

  private static void refuseOthers(Path file, Set<String> names) {
    if (names.contains("difference")) {
      throw new WeightsException(
          file,
          "it holds only what a ControlNet changes of its checkpoint's UNet; get the whole"
              + " ControlNet.");
    }
    if (names.contains("lora_controlnet")) {
      throw new WeightsException(file, "it is a Control-LoRA; get the whole ControlNet.");
    }
    if (Names.any(names, "lllite_")) {
      throw new WeightsException(
          file, "it is a ControlNet-LLLite, which is for Stable Diffusion XL.");
    }
    if (!isLdm(names) && !names.contains(DIFFUSERS)) {
      String what = OtherModels.among(names).orElse("something else");
      throw new WeightsException(
          file,
          what.equals("a ControlNet")
              ? "it is a ControlNet of another kind, not one for Stable Diffusion 1.5."
              : "it is " + what + ", not a ControlNet.");
    }
  }

  private static boolean isLdm(Set<String> names) {
    return names.contains(prefix(names) + LDM);
  }

  private static String prefix(Set<String> names) {
    return Names.any(names, PREFIX) ? PREFIX : "";
  }

  /** The ControlNet's names: a file with a prefix may hold its checkpoint as well. */
  private static Set<String> own(Set<String> names, String prefix) {
    Set<String> own = new HashSet<>(names);
    own.removeIf(name -> !name.startsWith(prefix));
    return own;
  }

  private static List<KeyTable.Tensor> tensors(Set<String> names) {
    int embedding = isLdm(names) ? ldmEmbedding(names) : Names.count(names, EMBEDDING + "blocks.");
    return blocks(names).controlNetTensors(embedding);
  }

  /** Convolutions between the first and the last; a SiLU is counted behind each. */
  private static int ldmEmbedding(Set<String> names) {
    String block = prefix(names) + "input_hint_block.";
    int n = 0;
    while (names.contains(block + (2 * n + 4) + ".weight")) {
      n++;
    }
    return n;
  }

  private static UNetBlocks blocks(Set<String> names) {
    return isLdm(names)
        ? UNetBlocks.ofLdm(LdmFile.below(prefix(names), names)).mirrored()
        : UNetBlocks.ofDiffusers(names);
  }

  private static WeightSource canonical(WeightSource file) {
    Set<String> names = file.names();
    return isLdm(names) ? RenamedWeights.ofLdm(file, prefix(names), tensors(names)) : file;
  }

  private static ControlNetConfig config(WeightSource canonical, UNetBlocks blocks) {
    List<Integer> channels = new ArrayList<>();
    channels.add(LdmConfigs.size(canonical, DIFFUSERS, 0));
    int convolutions = Names.count(canonical.names(), EMBEDDING + "blocks.");
    for (int i = 1; i < convolutions; i += 2) {
      channels.add(LdmConfigs.size(canonical, EMBEDDING + "blocks." + i + ".weight", 0));
    }
    return new ControlNetConfig(LdmConfigs.controlNet(canonical, blocks), channels, false);
  }

  /** The file or folder. */
  public Path path() {
    return path;
  }

  public ControlNetConfig config() {
    return config;
  }

  /** The files of its weights. */
  public List<Path> weights() {
    return weights;
  }

  /** What its keys leave to be said. */
  public KeyReport keys() {
    return keys;
  }

  /**
   * Opens its weights under canonical names, which are diffusers'.
   *
   * @throws WeightsException when they cannot be read
   */
  public WeightSource open() {
    WeightSource file = ShardedWeights.open(weights);
    try {
      return canonical(file);
    } catch (WeightsException e) {
      file.close();
      throw e;
    }
  }
}
