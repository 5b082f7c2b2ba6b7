package dev.atelier.models.weights;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** An {@code .index.json}: which tensor is in which part of a network's weights. */
final class ShardIndex {
  /** Real ones have some hundred kilobytes. */
  private static final long MAX_BYTES = 32 << 20;

  private static final int MAX_FILES = 1000;

  private ShardIndex() {}

  /**
   * The files that an index lists, in its order.
   *
   * @throws WeightsException when it is damaged, one is missing or not beside it
   */
  static List<Path> files(Path index) {
    Set<String> names = new LinkedHashSet<>();
    try {
      if (Files.size(index) > MAX_BYTES) {
        throw new WeightsException(index, "it is too large for an index.");
      }
      JsonElement json = JsonParser.parseString(Files.readString(index));
      JsonObject map = json.getAsJsonObject().getAsJsonObject("weight_map");
      map.asMap().values().forEach(name -> names.add(name.getAsString()));
    } catch (IOException e) {
      throw new WeightsException(index, "it cannot be read.", e);
    } catch (JsonParseException
        | IllegalStateException
        | ClassCastException
        | NullPointerException
        | UnsupportedOperationException e) {
      throw new WeightsException(index, "it lists no weight files under weight_map.", e);
    }
    return files(index, names);
  }

  private static List<Path> files(Path index, Set<String> names) {
    if (names.isEmpty() || names.size() > MAX_FILES) {
      throw new WeightsException(index, "it lists " + names.size() + " weight files.");
    }
    List<Path> files = new ArrayList<>();
    for (String name : names) {
      // A name from a file must not lead out of the folder.
      if (!name.matches("[\\w][\\w.-]*")) {
        throw new WeightsException(
            index, "it lists " + SafetensorsHeader.quote(name) + ", which is no file beside it.");
      }
      Path file = index.resolveSibling(name);
      if (!Files.isRegularFile(file)) {
        throw new WeightsException(
            file, "this part is missing; copy the model's folder again, with all its files.");
      }
      files.add(file);
    }
    return List.copyOf(files);
  }
}
