package dev.atelier.plugins.lora;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hashes by which AUTOMATIC1111 knows LoRAs (its {@code extensions-builtin/Lora/network.py}): the
 * first twelve digits of the SHA-256 of a safetensors file's tensors, which its metadata may name,
 * or of the whole of any other file. Computed once for a file. Thread-safe.
 */
final class LoraHashes {
  private static final Logger LOG = LoggerFactory.getLogger(LoraHashes.class);
  private static final int DIGITS = 12;

  /** A note of a picture is not longer. */
  private static final int MOST_CHARACTERS = 4000;

  private final Map<Path, Known> known = new ConcurrentHashMap<>();

  private record Known(FileStamp stamp, String hash) {}

  /** As AUTOMATIC1111 lists them: {@code name: hash, other: hash}. */
  Optional<String> note(List<Lora> loras) {
    StringBuilder note = new StringBuilder();
    for (Lora lora : loras) {
      String each = lora.name().replaceAll("[:,]", "") + ": " + shortHash(lora).orElse("");
      if (shortHash(lora).isPresent() && note.length() + each.length() + 2 <= MOST_CHARACTERS) {
        note.append(note.isEmpty() ? "" : ", ").append(each);
      }
    }
    return note.isEmpty() ? Optional.empty() : Optional.of(note.toString());
  }

  private Optional<String> shortHash(Lora lora) {
    return lora.summary()
        .metadata()
        .modelHash()
        .or(() -> computed(lora.file()))
        .map(hash -> hash.substring(0, DIGITS));
  }

  private Optional<String> computed(Path file) {
    FileStamp stamp = FileStamp.of(file);
    Known before = known.get(file);
    if (before != null && before.stamp().equals(stamp)) {
      return Optional.of(before.hash());
    }
    try {
      String hash = sha256(file);
      known.put(file, new Known(stamp, hash));
      return Optional.of(hash);
    } catch (IOException e) {
      LOG.warn("The picture goes without the hash of {}", file, e);
      return Optional.empty();
    }
  }

  private static String sha256(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      if (file.getFileName().toString().endsWith(".safetensors")) {
        long header =
            ByteBuffer.wrap(in.readNBytes(Long.BYTES)).order(ByteOrder.LITTLE_ENDIAN).getLong();
        in.skipNBytes(header);
      }
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      new DigestInputStream(in, sha256).transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(sha256.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java platform has SHA-256
    }
  }
}
