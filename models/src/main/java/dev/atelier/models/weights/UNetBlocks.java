package dev.atelier.models.weights;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * How many blocks a UNet has and of which kind: what its tensors' names follow from.
 *
 * @param layersPerBlock ResNet blocks of each level's way down; its way up has one more
 * @param downAttention whether a level's way down attends
 * @param upAttention the same for the way up, in its own order: lowest resolution first
 */
record UNetBlocks(
    List<Integer> layersPerBlock, List<Boolean> downAttention, List<Boolean> upAttention) {

  static UNetBlocks of(UNetConfig config) {
    return new UNetBlocks(config.layersPerBlock(), config.downAttention(), config.upAttention());
  }

  /**
   * Counts the blocks of a UNet in LDM's naming: {@code input_blocks} are one list, where a
   * downsampler ends a level.
   *
   * @param names of its tensors, below {@code model.diffusion_model}
   */
  static UNetBlocks ofLdm(Set<String> names) {
    List<Integer> layers = new ArrayList<>(List.of(0));
    List<Boolean> down = new ArrayList<>(List.of(false));
    int level = 0;
    int blocks = Names.count(names, "input_blocks.");
    for (int n = 1; n < blocks; n++) {
      if (names.contains("input_blocks." + n + ".0.op.weight")) {
        level++;
        layers.add(0);
        down.add(false);
      } else {
        layers.set(level, layers.get(level) + 1);
        down.set(level, down.get(level) || names.contains("input_blocks." + n + ".1.norm.weight"));
      }
    }
    List<Boolean> up = new ArrayList<>();
    int n = 0;
    for (; level >= 0; level--) {
      boolean attends = false;
      for (int layer = 0; layer <= layers.get(level); layer++, n++) {
        attends |= names.contains("output_blocks." + n + ".1.norm.weight");
      }
      up.add(attends);
    }
    return new UNetBlocks(List.copyOf(layers), List.copyOf(down), List.copyOf(up));
  }

  /** Counts the blocks of a way down in diffusers' naming. */
  static UNetBlocks ofDiffusers(Set<String> names) {
    List<Integer> layers = new ArrayList<>();
    List<Boolean> down = new ArrayList<>();
    for (int level = 0; level < Names.count(names, "down_blocks."); level++) {
      String block = "down_blocks." + level + ".";
      layers.add(Names.count(names, block + "resnets."));
      down.add(Names.any(names, block + "attentions."));
    }
    return new UNetBlocks(List.copyOf(layers), List.copyOf(down), List.of()).mirrored();
  }

  /** The same with a way up that attends where the way down does. */
  UNetBlocks mirrored() {
    return new UNetBlocks(layersPerBlock, downAttention, mirrored(downAttention));
  }

  /** Which levels of a way up attend, in its own order, if those of the way down do. */
  static List<Boolean> mirrored(List<Boolean> downAttention) {
    List<Boolean> up = new ArrayList<>(downAttention);
    Collections.reverse(up);
    return List.copyOf(up);
  }

  /** The tensors of a UNet of these blocks. */
  List<KeyTable.Tensor> tensors() {
    Map<String, List<Map<String, Integer>>> places = placesDown();
    places.put("out", List.of(Map.of()));
    for (String section : List.of("up", "up attention", "upsampler")) {
      places.put(section, new ArrayList<>());
    }
    placesUp(places);
    return KeyTable.UNET.tensors(places);
  }

  /**
   * The tensors of a ControlNet for a UNet of these blocks.
   *
   * @param embedding convolutions between the first and the last of those that see the control
   *     picture
   */
  List<KeyTable.Tensor> controlNetTensors(int embedding) {
    Map<String, List<Map<String, Integer>>> places = placesDown();
    places.put("control", List.of(Map.of("out", 2 * embedding + 2))); // SiLUs are counted, too
    places.put(
        "control embedding",
        IntStream.range(0, embedding).mapToObj(b -> Map.of("block", b, "n", 2 * b + 2)).toList());
    places.put(
        "control residual", IntStream.range(0, residuals()).mapToObj(n -> Map.of("n", n)).toList());
    return KeyTable.CONTROLNET.tensors(places);
  }

  /** What the way down gives to the way up: its first layer's, each layer's, each downsampler's. */
  int residuals() {
    return layersPerBlock.stream().mapToInt(layers -> layers + 1).sum();
  }

  private Map<String, List<Map<String, Integer>>> placesDown() {
    Map<String, List<Map<String, Integer>>> places = new LinkedHashMap<>();
    places.put(KeyTable.NETWORK, List.of(Map.of()));
    for (String section : List.of("down", "down attention", "downsampler")) {
      places.put(section, new ArrayList<>());
    }
    int n = 1; // after conv_in
    for (int level = 0; level < layersPerBlock.size(); level++) {
      for (int layer = 0; layer < layersPerBlock.get(level); layer++, n++) {
        Map<String, Integer> place = Map.of("n", n, "level", level, "layer", layer);
        places.get("down").add(place);
        if (downAttention.get(level)) {
          places.get("down attention").add(place);
        }
      }
      if (level < layersPerBlock.size() - 1) {
        places.get("downsampler").add(Map.of("n", n, "level", level));
        n++;
      }
    }
    return places;
  }

  private void placesUp(Map<String, List<Map<String, Integer>>> places) {
    int levels = layersPerBlock.size();
    int n = 0;
    for (int level = 0; level < levels; level++) {
      boolean attends = upAttention.get(level);
      int layers = layersPerBlock.get(levels - 1 - level) + 1;
      for (int layer = 0; layer < layers; layer++, n++) {
        Map<String, Integer> place = Map.of("n", n, "level", level, "layer", layer);
        places.get("up").add(place);
        if (attends) {
          places.get("up attention").add(place);
        }
      }
      if (level < levels - 1) {
        // The last layer's, behind its attention where it has one.
        int place = attends ? 2 : 1;
        places.get("upsampler").add(Map.of("n", n - 1, "level", level, "place", place));
      }
    }
  }
}
