package dev.atelier.models.weights;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How many blocks a VAE has: what its tensors' names follow from.
 *
 * @param levels resolutions
 * @param layersPerBlock ResNet blocks of an encoder level; a decoder level has one more
 * @param quantization whether there are 1×1 convolutions beside the latent
 */
record VaeBlocks(int levels, int layersPerBlock, boolean quantization) {

  static VaeBlocks of(VaeConfig config) {
    return new VaeBlocks(
        config.blockOutChannels().size(), config.layersPerBlock(), config.usePostQuantConv());
  }

  /** Counts the blocks of a VAE in LDM's naming, from its tensors' names. */
  static VaeBlocks ofLdm(Set<String> names) {
    return count(names, "decoder.up.", ".block.");
  }

  /** Counts the blocks of a VAE in diffusers' naming, from its tensors' names. */
  static VaeBlocks ofDiffusers(Set<String> names) {
    return count(names, "decoder.up_blocks.", ".resnets.");
  }

  private static VaeBlocks count(Set<String> names, String level, String layer) {
    return new VaeBlocks(
        Names.count(names, level),
        Math.max(Names.count(names, level + 0 + layer) - 1, 0),
        names.contains("post_quant_conv.weight"));
  }

  /** The tensors of a VAE of these blocks. */
  List<KeyTable.Tensor> tensors() {
    List<Map<String, Integer>> encoder = new ArrayList<>();
    List<Map<String, Integer>> decoder = new ArrayList<>();
    List<Map<String, Integer>> samplers = new ArrayList<>();
    for (int level = 0; level < levels; level++) {
      int mirror = levels - 1 - level;
      for (int layer = 0; layer <= layersPerBlock; layer++) {
        Map<String, Integer> place = Map.of("level", level, "mirror", mirror, "layer", layer);
        decoder.add(place);
        if (layer < layersPerBlock) {
          encoder.add(place);
        }
      }
      if (level < levels - 1) {
        samplers.add(Map.of("level", level, "mirror", mirror));
      }
    }
    Map<String, List<Map<String, Integer>>> places = new LinkedHashMap<>();
    places.put(KeyTable.NETWORK, List.of(Map.of()));
    places.put("quantization", quantization ? List.of(Map.of()) : List.of());
    places.put("encoder", encoder);
    places.put("downsampler", samplers);
    places.put("decoder", decoder);
    places.put("upsampler", samplers);
    return KeyTable.VAE.tensors(places);
  }
}
