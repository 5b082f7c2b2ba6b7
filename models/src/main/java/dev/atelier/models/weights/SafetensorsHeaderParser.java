package dev.atelier.models.weights;

import ai.djl.ndarray.types.Shape;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the JSON of a {@link SafetensorsHeader}: what each member is, and how much of it there may
 * be.
 */
final class SafetensorsHeaderParser {
  private static final String METADATA = "__metadata__";

  private final Path file;
  private final Map<String, SafetensorsHeader.Entry> tensors = new LinkedHashMap<>();
  private Map<String, String> metadata;

  /**
   * @param file for messages
   */
  SafetensorsHeaderParser(Path file) {
    this.file = file;
  }

  /** As {@link SafetensorsHeader#parse}. */
  SafetensorsHeader parse(byte[] json, long dataBytes) {
    if (json.length == 0 || json[0] != '{') {
      throw fault("its header does not begin with \"{\", so it is not a safetensors file.");
    }
    checkTokenLengths(json);
    // A decoder of its own reports malformed UTF-8, where a charset would replace it.
    var decoder = StandardCharsets.UTF_8.newDecoder();
    try (var reader =
        new JsonReader(new InputStreamReader(new ByteArrayInputStream(json), decoder))) {
      reader.setStrictness(Strictness.STRICT);
      reader.beginObject();
      while (reader.hasNext()) {
        readMember(reader, reader.nextName());
      }
      reader.endObject();
      if (reader.peek() != JsonToken.END_DOCUMENT) {
        throw new MalformedJsonException("more after the closing brace");
      }
    } catch (IOException e) {
      // The bytes are in memory, so this is always a matter of syntax.
      throw new WeightsException(file, "its header is not valid JSON.", e);
    }
    return SafetensorsHeader.of(
        file, tensors.values(), metadata == null ? Map.of() : metadata, dataBytes);
  }

  /** The JSON reader would collect a token of any length in memory, several times over. */
  private void checkTokenLengths(byte[] json) {
    boolean quoted = false;
    int start = 0;
    for (int i = 0; i < json.length; i++) {
      switch (json[i]) {
        case '"' -> {
          quoted = !quoted;
          start = i;
        }
        case '\\' -> i++; // What follows is escaped, even a quote.
        case ',', ':', ' ', '\t', '\n', '\r', '[', ']', '{', '}' -> start = quoted ? start : i;
        default -> {}
      }
      if (i - start > SafetensorsHeader.MAX_TOKEN) {
        throw fault(
            "its header has a text or number of more than "
                + SafetensorsHeader.MAX_TOKEN
                + " bytes.");
      }
    }
  }

  private void readMember(JsonReader reader, String name) throws IOException {
    if (name.equals(METADATA)) {
      if (metadata != null) {
        throw fault("its header has " + METADATA + " twice.");
      }
      metadata = readMetadata(reader);
      return;
    }
    if (name.length() > SafetensorsHeader.MAX_NAME) {
      throw fault("a tensor's name has more than " + SafetensorsHeader.MAX_NAME + " characters.");
    }
    if (tensors.size() == SafetensorsHeader.MAX_TENSORS) {
      throw fault("it has more than " + SafetensorsHeader.MAX_TENSORS + " tensors.");
    }
    if (tensors.put(name, readTensor(reader, name)) != null) {
      throw fault("it has the tensor " + SafetensorsHeader.quote(name) + " twice.");
    }
  }

  private Map<String, String> readMetadata(JsonReader reader) throws IOException {
    Map<String, String> map = new LinkedHashMap<>();
    expect(reader, JsonToken.BEGIN_OBJECT, METADATA, "an object");
    reader.beginObject();
    while (reader.hasNext()) {
      String key = reader.nextName();
      expect(reader, JsonToken.STRING, METADATA, "a map of strings");
      if (map.size() == SafetensorsHeader.MAX_METADATA) {
        throw fault(
            "its " + METADATA + " has more than " + SafetensorsHeader.MAX_METADATA + " entries.");
      }
      if (map.put(key, reader.nextString()) != null) {
        throw fault("its " + METADATA + " has " + SafetensorsHeader.quote(key) + " twice.");
      }
    }
    reader.endObject();
    return Collections.unmodifiableMap(map);
  }

  private SafetensorsHeader.Entry readTensor(JsonReader reader, String name) throws IOException {
    String dtype = null;
    long[] shape = null;
    long[] offsets = null;
    expect(reader, JsonToken.BEGIN_OBJECT, name, "an object");
    reader.beginObject();
    while (reader.hasNext()) {
      String field = reader.nextName();
      boolean again = false;
      switch (field) {
        case "dtype" -> {
          again = dtype != null;
          expect(reader, JsonToken.STRING, name, "given a dtype that is a string");
          dtype = reader.nextString();
        }
        case "shape" -> {
          again = shape != null;
          shape = readNumbers(reader, name, SafetensorsHeader.MAX_RANK);
        }
        case "data_offsets" -> {
          again = offsets != null;
          offsets = readNumbers(reader, name, 2);
        }
        default -> reader.skipValue();
      }
      if (again) {
        throw fault("tensor " + SafetensorsHeader.quote(name) + " has " + field + " twice.");
      }
    }
    reader.endObject();
    if (dtype == null || shape == null || offsets == null || offsets.length != 2) {
      throw fault(
          "tensor " + SafetensorsHeader.quote(name) + " lacks its dtype, shape or data_offsets.");
    }
    return entry(name, dtype, shape, offsets[0], offsets[1]);
  }

  private SafetensorsHeader.Entry entry(
      String name, String dtype, long[] shape, long begin, long end) {
    StoredType type =
        StoredType.byName(dtype)
            .orElseThrow(
                () ->
                    fault(
                        "tensor "
                            + SafetensorsHeader.quote(name)
                            + " has the unknown dtype "
                            + SafetensorsHeader.quote(dtype)
                            + "."));
    long bytes = end - begin;
    if (begin > end || bytes != size(name, type, shape)) {
      throw fault(
          "tensor "
              + SafetensorsHeader.quote(name)
              + " has data_offsets that do not fit its shape and dtype, the file is damaged.");
    }
    return new SafetensorsHeader.Entry(
        new TensorInfo(name, type, new Shape(shape), bytes), begin, end);
  }

  private long size(String name, StoredType type, long[] shape) {
    try {
      long product = type.bytes();
      boolean empty = false;
      for (long dimension : shape) {
        // Zeros are left out of the product: strides must not overflow either.
        product = Math.multiplyExact(product, Math.max(dimension, 1));
        empty |= dimension == 0;
      }
      return empty ? 0 : product;
    } catch (ArithmeticException e) {
      throw fault("tensor " + SafetensorsHeader.quote(name) + " has an impossibly large shape.");
    }
  }

  /** Unsigned integers up to {@link Long#MAX_VALUE}, {@code most} of them at most. */
  private long[] readNumbers(JsonReader reader, String name, int most) throws IOException {
    List<Long> numbers = new ArrayList<>();
    expect(reader, JsonToken.BEGIN_ARRAY, name, "given its shape and data_offsets as arrays");
    reader.beginArray();
    while (reader.hasNext()) {
      expect(reader, JsonToken.NUMBER, name, "given its shape and data_offsets in numbers");
      String digits = reader.nextString();
      if (numbers.size() == most || !isUnsignedLong(digits)) {
        throw fault(
            "tensor "
                + SafetensorsHeader.quote(name)
                + " has a shape or data_offsets that are out of range.");
      }
      numbers.add(Long.parseLong(digits));
    }
    reader.endArray();
    return numbers.stream().mapToLong(Long::longValue).toArray();
  }

  private static boolean isUnsignedLong(String digits) {
    // 18 digits always fit, and no file has an exabyte.
    return digits.length() <= 18 && digits.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private void expect(JsonReader reader, JsonToken token, String name, String what)
      throws IOException {
    if (reader.peek() != token) {
      throw fault("in its header " + SafetensorsHeader.quote(name) + " is not " + what + ".");
    }
  }

  private WeightsException fault(String fault) {
    return new WeightsException(file, fault);
  }
}
