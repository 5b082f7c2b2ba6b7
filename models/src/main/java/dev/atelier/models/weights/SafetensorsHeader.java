package dev.atelier.models.weights;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The JSON header of a safetensors file: names, types, shapes and offsets, all checked as the
 * reference does (huggingface/safetensors, {@code safetensors/src/tensor.rs}, {@code
 * Metadata::validate}). Besides, what no real file has is refused, so that a hostile one cannot
 * cost much: names over {@value #MAX_NAME} characters, more than {@value #MAX_RANK} dimensions,
 * {@value #MAX_TENSORS} tensors or {@value #MAX_METADATA} metadata, and texts over {@value
 * #MAX_TOKEN} bytes.
 *
 * @param tensors by name, in the order of the data
 * @param metadata the {@code __metadata__} map
 */
record SafetensorsHeader(Map<String, Entry> tensors, Map<String, String> metadata) {
  static final int MAX_NAME = 1024;
  static final int MAX_RANK = 16;
  static final int MAX_TENSORS = 100_000;
  static final int MAX_METADATA = 10_000;
  static final int MAX_TOKEN = 10_000_000;

  /**
   * A tensor and where it is.
   *
   * @param begin offset of its first byte in the data that follows the header
   * @param end offset after its last byte
   */
  record Entry(TensorInfo info, long begin, long end) {}

  /**
   * Parses and checks a header.
   *
   * @param file for messages
   * @param json the header's bytes
   * @param dataBytes size of the data that follows it
   * @throws WeightsException naming the first fault
   */
  static SafetensorsHeader parse(Path file, byte[] json, long dataBytes) {
    return new SafetensorsHeaderParser(file).parse(json, dataBytes);
  }

  /**
   * The header of these tensors: every byte of the data belongs to exactly one of them, so nothing
   * can hide in the file.
   *
   * @param file for messages
   * @param dataBytes size of the data
   * @throws WeightsException where that is not so
   */
  static SafetensorsHeader of(
      Path file, Collection<Entry> tensors, Map<String, String> metadata, long dataBytes) {
    List<Entry> order = new ArrayList<>(tensors);
    order.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    Map<String, Entry> sorted = new LinkedHashMap<>();
    long position = 0;
    for (Entry entry : order) {
      if (entry.begin() != position) {
        throw new WeightsException(
            file,
            "tensor "
                + quote(entry.info().name())
                + (entry.begin() < position
                    ? " overlaps the one before it, the file is damaged."
                    : " leaves a hole in the data before it, the file is damaged."));
      }
      position = entry.end();
      sorted.put(entry.info().name(), entry);
    }
    if (position != dataBytes) {
      throw new WeightsException(
          file,
          "its tensors take "
              + position
              + " bytes but "
              + dataBytes
              + " are there; the download may be incomplete, fetch the file again.");
    }
    return new SafetensorsHeader(Collections.unmodifiableMap(sorted), metadata);
  }

  /** Names come from the file: cut to a readable length, without control characters. */
  static String quote(String name) {
    String shown = name.length() > 80 ? name.substring(0, 77) + "..." : name;
    return '"' + shown.replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", "?") + '"';
  }
}
