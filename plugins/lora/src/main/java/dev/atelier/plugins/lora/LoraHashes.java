package dev.atelier.plugins.lora;

import dev.atelier.models.weights.FileDigest;
import dev.atelier.models.weights.FileStamps;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
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

  private record Known(FileStamps stamps, String hash) {}

  /** As AUTOMATIC1111 lists them: {@code name: hash, other: hash}. */
  Optional<String> note(List<Lora> loras) {
    StringBuilder note = new StringBuilder();
    for (Lora lora : loras) {
      Optional<String> hash = shortHash(lora);
      String each = lora.name().replaceAll("[:,]", "") + ": " + hash.orElse("");
      if (hash.isPresent() && note.length() + each.length() + 2 <= MOST_CHARACTERS) {
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
    FileStamps stamps = FileStamps.of(List.of(file));
    Known before = known.get(file);
    if (before != null && before.stamps().equals(stamps)) {
      return Optional.of(before.hash());
    }
    try {
      String hash = sha256(file);
      known.put(file, new Known(stamps, hash));
      return Optional.of(hash);
    } catch (IOException e) {
      LOG.warn("The picture goes without the hash of {}", file, e);
      return Optional.empty();
    }
  }

  private static String sha256(Path file) throws IOException {
    boolean safetensors = file.getFileName().toString().endsWith(".safetensors");
    return FileDigest.sha256(file, safetensors ? headerEnd(file) : 0);
  }

  private static long headerEnd(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] length = in.readNBytes(Long.BYTES);
      return Long.BYTES + ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong();
    }
  }
}
