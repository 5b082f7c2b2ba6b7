package dev.atelier.plugins.lora;

import dev.atelier.models.weights.FileStamps;
import dev.atelier.plugins.api.Answer;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Pictures of LoRAs: the one that the user chose, which lies in the plugin's own folder, else one
 * beside the file as AUTOMATIC1111 and its kin keep it, else the one in its metadata. Nothing is
 * written to a model folder.
 */
final class Thumbnails {
  private static final List<String> ENDINGS =
      List.of(".preview.png", ".preview.jpg", ".preview.jpeg", ".png", ".jpg", ".jpeg", ".webp");

  private static final long MAX_BYTES = 16L << 20;

  private final Path chosen;

  /**
   * @param data the plugin's folder
   */
  Thumbnails(Path data) {
    chosen = data.resolve("thumbnails");
  }

  /** Part of the address of a LoRA's picture, another for another picture; empty without one. */
  Optional<String> stamp(Lora lora) {
    return file(lora)
        .map(Thumbnails::stamp)
        .or(
            () ->
                lora.summary()
                    .metadata()
                    .thumbnail()
                    .map(url -> Integer.toHexString(url.hashCode())));
  }

  private static String stamp(Path file) {
    return FileStamps.State.of(file)
        .map(
            now ->
                Long.toHexString(now.bytes()) + "-" + Long.toHexString(now.modified().toMillis()))
        .orElse("gone");
  }

  private Optional<Path> file(Lora lora) {
    Path own = own(lora);
    return Files.isRegularFile(own) ? Optional.of(own) : beside(lora);
  }

  /** By the LoRA's id, which may hold anything. */
  private Path own(Lora lora) {
    byte[] id = lora.id().getBytes(StandardCharsets.UTF_8);
    return chosen.resolve(UUID.nameUUIDFromBytes(id) + ".jpg");
  }

  /** In the very folder of the LoRA: a link that leads elsewhere is not followed. */
  private static Optional<Path> beside(Lora lora) {
    Path file = lora.file();
    for (String ending : ENDINGS) {
      Path picture = file.resolveSibling(lora.name() + ending);
      try {
        if (Files.isRegularFile(picture)
            && Files.size(picture) <= MAX_BYTES
            && picture.toRealPath().getParent().equals(file.getParent().toRealPath())) {
          return Optional.of(picture);
        }
      } catch (IOException e) {
        // Gone, or not to be read: the next one, then.
      }
    }
    return Optional.empty();
  }

  /** The picture, small. */
  Answer answer(Lora lora) throws IOException {
    Optional<byte[]> bytes = bytes(lora);
    if (bytes.isEmpty()) {
      return Answer.problem(404, "This LoRA has no picture.");
    }
    if (isWebp(bytes.get())) {
      // Java reads none; the browser does.
      return Answer.file("image/webp", bytes.get());
    }
    Optional<BufferedImage> picture = SmallPicture.read(new ByteArrayInputStream(bytes.get()));
    return picture.isPresent()
        ? Answer.file("image/jpeg", SmallPicture.jpeg(picture.get()))
        : Answer.problem(404, "The picture of this LoRA cannot be read.");
  }

  private Optional<byte[]> bytes(Lora lora) throws IOException {
    Optional<Path> file = file(lora);
    if (file.isPresent()) {
      return Optional.of(Files.readAllBytes(file.get()));
    }
    return lora.summary().metadata().thumbnail().flatMap(Thumbnails::decoded);
  }

  private static boolean isWebp(byte[] bytes) {
    return bytes.length > 12
        && new String(bytes, 0, 4, StandardCharsets.ISO_8859_1).equals("RIFF")
        && new String(bytes, 8, 4, StandardCharsets.ISO_8859_1).equals("WEBP");
  }

  /**
   * Takes a picture of the user's.
   *
   * @param url a {@code data:} URL of a PNG or JPEG
   * @return whether it is a picture
   */
  boolean choose(Lora lora, String url) throws IOException {
    Optional<byte[]> bytes = decoded(url);
    Optional<BufferedImage> picture =
        bytes.isPresent()
            ? SmallPicture.read(new ByteArrayInputStream(bytes.get()))
            : Optional.empty();
    if (picture.isEmpty()) {
      return false;
    }
    Files.createDirectories(chosen);
    Files.write(own(lora), SmallPicture.jpeg(picture.get()));
    return true;
  }

  /** Goes back to the picture that lies beside the file. */
  void forget(Lora lora) throws IOException {
    Files.deleteIfExists(own(lora));
  }

  /** Whether the picture is one that the user chose. */
  boolean isChosen(Lora lora) {
    return Files.isRegularFile(own(lora));
  }

  private static Optional<byte[]> decoded(String url) {
    int comma = url.indexOf(',');
    if (!url.startsWith("data:image/") || comma < 0) {
      return Optional.empty();
    }
    try {
      return Optional.of(Base64.getDecoder().decode(url.substring(comma + 1)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
