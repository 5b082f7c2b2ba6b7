package dev.atelier.models;

import dev.atelier.models.weights.CheckpointFiles;
import dev.atelier.models.weights.Component;
import dev.atelier.models.weights.WeightSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * The reference's single file, put together again: golden/single_file.tsv has its keys, shapes and
 * the digest of each tensor's bytes, and the folder has the bytes. No code under test says which
 * tensor is which, and the digest of the whole file says that it is the reference's.
 */
public final class GoldenSingleFile {
  private static final String SHA256 =
      "35c15be2546b091c1e08f0bcb2917717803b1a117e809469f40d362ee9b6a9c0";

  private record Line(String name, String shape, String digest) {}

  private GoldenSingleFile() {}

  /** Writes the file. */
  public static Path write(Path target) throws IOException {
    Map<String, byte[]> byDigest = tensors();
    StringBuilder header = new StringBuilder("{\"__metadata__\":{\"format\":\"pt\"}");
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    for (Line line : lines()) {
      byte[] bytes = byDigest.get(line.digest());
      int begin = data.size();
      data.writeBytes(bytes);
      header.append(
          ",\"%s\":{\"dtype\":\"F16\",\"shape\":[%s],\"data_offsets\":[%d,%d]}"
              .formatted(line.name(), line.shape(), begin, data.size()));
    }
    header.append('}');
    header.append(" ".repeat(-header.length() & 7));
    byte[] text = header.toString().getBytes(StandardCharsets.UTF_8);
    byte[] file =
        ByteBuffer.allocate(8 + text.length + data.size())
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(text.length)
            .put(text)
            .put(data.toByteArray())
            .array();
    if (!hex(file).equals(SHA256)) {
      throw new IllegalStateException("This is not the reference's file.");
    }
    return Files.write(target, file);
  }

  /** What the single file calls the UNet's tensors, by their names in the folder. */
  public static Map<String, String> unetNames() throws IOException {
    Map<String, String> byDigest = new HashMap<>();
    for (Line line : lines()) {
      byDigest.put(line.digest(), line.name());
    }
    Map<String, String> names = new HashMap<>();
    try (WeightSource unet = CheckpointFiles.open(Golden.file("model")).open(Component.UNET)) {
      for (String name : unet.names()) {
        names.put(name, byDigest.get(digest(unet, name)));
      }
    }
    return names;
  }

  private static List<Line> lines() throws IOException {
    List<Line> lines = new ArrayList<>();
    for (String line : Files.readAllLines(Golden.file("single_file.tsv"))) {
      String[] fields = line.split("\t", -1);
      lines.add(new Line(fields[0], fields[1], fields[2]));
    }
    return lines;
  }

  private static Map<String, byte[]> tensors() throws IOException {
    Map<String, byte[]> byDigest = new HashMap<>();
    CheckpointFiles folder = CheckpointFiles.open(Golden.file("model"));
    for (Component component : Component.values()) {
      try (WeightSource source = folder.open(component)) {
        for (String name : source.names()) {
          byte[] bytes = bytes(source, name);
          byDigest.put(digest(bytes), bytes);
        }
      }
    }
    byte[] positions = positionIds();
    byDigest.put(digest(positions), positions);
    return byDigest;
  }

  private static byte[] bytes(WeightSource source, String name) throws IOException {
    var bytes = new ByteArrayOutputStream();
    source.copy(name, Channels.newChannel(bytes));
    return bytes.toByteArray();
  }

  private static String digest(WeightSource source, String name) throws IOException {
    return digest(bytes(source, name));
  }

  private static String digest(byte[] bytes) {
    return hex(bytes).substring(0, 16);
  }

  /** 0 to 76 in fp16: the one tensor that the folder does not have. */
  private static byte[] positionIds() {
    ByteBuffer bytes = ByteBuffer.allocate(2 * 77).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 77; i++) {
      // Small integers: an fp16 is then a float with a shorter mantissa and another bias.
      int bits = Float.floatToIntBits(i);
      bytes.putShort((short) (i == 0 ? 0 : (bits >> 13) - ((127 - 15) << 10)));
    }
    return bytes.array();
  }

  private static String hex(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
