package dev.atelier.server.downloads;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * A file that has come in part: {@code NAME.part}, and beside it {@code NAME.part.json} with the
 * address and the ETag that its bytes belong to. Blocks on the disk; what has nothing to tell
 * returns null, for {@link io.vertx.core.Vertx#executeBlocking}.
 *
 * @param whole what it is called when it is whole and checked
 */
record PartFile(Path whole) {
  Path part() {
    return whole.resolveSibling(whole.getFileName() + ".part");
  }

  private Path sidecar() {
    return whole.resolveSibling(whole.getFileName() + ".part.json");
  }

  /** Whether it is whole and checked. */
  boolean isWhole() {
    return Files.isRegularFile(whole);
  }

  /** Bytes that have come. */
  long bytes() {
    try {
      return Files.size(isWhole() ? whole : part());
    } catch (IOException e) {
      return 0; // none yet
    }
  }

  /** The ETag of its bytes, when they are from that address. */
  Optional<String> etag(String url) {
    try {
      JsonObject known = new JsonObject(Files.readString(sidecar()));
      return url.equals(known.getString("url"))
          ? Optional.ofNullable(known.getString("etag"))
          : Optional.empty();
    } catch (IOException | DecodeException | ClassCastException e) {
      return Optional.empty();
    }
  }

  /** Begins again with nothing, of what that address gives now. */
  Void begin(String url, Optional<String> etag) throws IOException {
    Files.createDirectories(whole.getParent());
    Files.deleteIfExists(part());
    Files.writeString(
        sidecar(), new JsonObject().put("url", url).put("etag", etag.orElse(null)).encode());
    Files.createFile(part());
    return null;
  }

  /** Forgets what has come. */
  Void drop() throws IOException {
    Files.deleteIfExists(part());
    Files.deleteIfExists(sidecar());
    return null;
  }

  /** It is whole and checked. */
  void finish() throws IOException {
    Files.move(part(), whole, StandardCopyOption.ATOMIC_MOVE);
    Files.deleteIfExists(sidecar());
  }
}
