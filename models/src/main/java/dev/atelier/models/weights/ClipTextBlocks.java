package dev.atelier.models.weights;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The tensors of a text encoder, which follow from its number of layers. */
final class ClipTextBlocks {
  private ClipTextBlocks() {}

  static List<KeyTable.Tensor> tensors(int layers) {
    Map<String, List<Map<String, Integer>>> places = new LinkedHashMap<>();
    places.put(KeyTable.NETWORK, List.of(Map.of()));
    places.put("layer", IntStream.range(0, layers).mapToObj(n -> Map.of("layer", n)).toList());
    return KeyTable.CLIP_TEXT.tensors(places);
  }
}
