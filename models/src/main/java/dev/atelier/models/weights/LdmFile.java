package dev.atelier.models.weights;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Where the networks are among the tensors of a file in LDM's naming.
 *
 * @param unet the blocks of its UNet
 * @param vae the blocks of its VAE
 * @param textLayers layers of its text encoder
 * @param textPrefix what comes before the text encoder's names
 */
record LdmFile(UNetBlocks unet, VaeBlocks vae, int textLayers, String textPrefix) {
  private static final String UNET = "model.diffusion_model.";
  static final String VAE = "first_stage_model.";
  private static final String TEXT = "cond_stage_model.transformer.";

  /** Early merges lack the last part. */
  private static final String TEXT_MODEL = TEXT + "text_model.";

  /** Whether names are those of a checkpoint in LDM's naming. */
  static boolean isCheckpoint(Set<String> names) {
    return names.contains(UNET + "input_blocks.0.0.weight");
  }

  /** Counts the blocks of a checkpoint from its tensors' names. */
  static LdmFile of(Set<String> names) {
    String text = Names.any(names, TEXT_MODEL) ? TEXT_MODEL : TEXT;
    return new LdmFile(
        UNetBlocks.ofLdm(below(UNET, names)),
        VaeBlocks.ofLdm(below(VAE, names)),
        Names.count(names, text + "encoder.layers."),
        text);
  }

  /** Where the networks of a checkpoint go, whatever its own naming. */
  static LdmFile of(CheckpointFiles checkpoint) {
    return new LdmFile(
        UNetBlocks.of(checkpoint.unet()),
        VaeBlocks.of(checkpoint.vae()),
        checkpoint.textEncoder().layers(),
        TEXT_MODEL);
  }

  /** The table of a network's tensors. */
  List<KeyTable.Tensor> tensors(Component component) {
    return switch (component) {
      case UNET -> unet.tensors();
      case VAE -> vae.tensors();
      case TEXT_ENCODER -> ClipTextBlocks.tensors(textLayers);
    };
  }

  /** What comes before a network's names. */
  String prefix(Component component) {
    return switch (component) {
      case UNET -> UNET;
      case VAE -> VAE;
      case TEXT_ENCODER -> textPrefix;
    };
  }

  /** A network under canonical names; closes {@code file} when it is closed. */
  WeightSource open(Component component, WeightSource file) {
    return RenamedWeights.ofLdm(file, prefix(component), tensors(component));
  }

  /** Compares a file's keys with those of the three networks. */
  KeyReport keys(Set<String> names) {
    List<String> required = new ArrayList<>();
    Set<String> known = new HashSet<>();
    for (Component component : Component.values()) {
      for (KeyTable.Tensor tensor : tensors(component)) {
        String name = prefix(component) + tensor.ldm();
        known.add(name);
        if (!tensor.optional()) {
          required.add(name);
        }
      }
    }
    return KeyReport.of(names, required, known);
  }

  /** The names below a prefix, without it. */
  static Set<String> below(String prefix, Set<String> names) {
    return names.stream()
        .filter(name -> name.startsWith(prefix))
        .map(name -> name.substring(prefix.length()))
        .collect(Collectors.toSet());
  }
}
