package dev.atelier.server.studio;

import dev.atelier.models.catalog.ModelCatalog;
import dev.atelier.models.catalog.ModelEntry;
import dev.atelier.server.events.StudioEvents;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The SHA-256 of models by which other programs know them. Gigabytes take a while to read, so one
 * is computed while the first picture of a model is made, on a thread that lets others go first,
 * and kept in a file for as long as path, size and time of change stay the same. Thread-safe.
 *
 * <p>A single file's is that of the file, as in AUTOMATIC1111. A diffusers folder, which
 * AUTOMATIC1111 does not know, has that of its UNet's weights.
 */
public final class ModelHashes implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ModelHashes.class);
  private static final int PIECE = 1 << 20;

  /** AUTOMATIC1111 shortens a model's SHA-256 to this many hex digits. */
  private static final int SHORT = 10;

  private static final Duration CLOSING = Duration.ofSeconds(5);

  private final Path cache;
  private final StudioEvents events;

  /** The models of the last scan. */
  private volatile Map<Path, Version> versions = Map.of();

  private final Map<Version, String> known = new ConcurrentHashMap<>();
  private final Map<Version, CompletableFuture<Optional<String>>> wanted =
      new ConcurrentHashMap<>();
  private final ExecutorService thread = Executors.newSingleThreadExecutor(ModelHashes::thread);

  /** Weights as they were when they were hashed. */
  private record Version(String path, long bytes, long modified) {
    static Version of(ModelEntry model) throws IOException {
      long bytes = 0;
      long modified = 0;
      for (Path file : model.weights()) {
        bytes += Files.size(file);
        modified = Math.max(modified, Files.getLastModifiedTime(file).toMillis());
      }
      return new Version(model.weights().get(0).toString(), bytes, modified);
    }
  }

  private ModelHashes(Path cache, StudioEvents events) {
    this.cache = cache;
    this.events = events;
  }

  /**
   * Reads the hashes that are known. Blocks on the disk.
   *
   * @param cache the file that they are kept in; made when it is not there
   */
  public static ModelHashes open(Path cache, StudioEvents events) {
    var hashes = new ModelHashes(cache, events);
    hashes.load();
    return hashes;
  }

  /** The SHA-256 of a model in hex digits, once it is known. */
  public Optional<String> sha256(ModelEntry model) {
    return version(model).map(known::get);
  }

  /** What AUTOMATIC1111 calls a model's hash, once it is known: ten hex digits. */
  public Optional<String> shortHash(ModelEntry model) {
    return sha256(model).map(ModelHashes::shortened);
  }

  /** The first ten of a SHA-256's hex digits. */
  static String shortened(String sha256) {
    return sha256.substring(0, SHORT);
  }

  /**
   * Computes a model's hash soon, unless it is known; pages are told when it is.
   *
   * @return completes with the SHA-256; with nothing when the file cannot be read, or has changed
   *     since the model folders were
   */
  public CompletableFuture<Optional<String>> want(ModelEntry model) {
    Optional<Version> version = version(model);
    Optional<String> hash = version.map(known::get);
    if (version.isEmpty() || hash.isPresent()) {
      return CompletableFuture.completedFuture(hash);
    }
    var coming = new CompletableFuture<Optional<String>>();
    var before = wanted.putIfAbsent(version.get(), coming);
    if (before != null) {
      return before;
    }
    try {
      thread.execute(() -> compute(model, version.get()));
    } catch (RejectedExecutionException e) {
      end(version.get()); // The studio stops.
    }
    return coming;
  }

  /** Completes what {@link #want} promised. */
  private void end(Version version) {
    Optional.ofNullable(wanted.remove(version))
        .ifPresent(coming -> coming.complete(Optional.ofNullable(known.get(version))));
  }

  /**
   * Notes how the models' files are right now. Blocks on the disk, which nothing else here does.
   */
  void look(ModelCatalog catalog) {
    Map<Path, Version> found = new HashMap<>();
    for (ModelEntry model : catalog.entries()) {
      try {
        if (!model.weights().isEmpty()) {
          found.put(model.path(), Version.of(model));
        }
      } catch (IOException e) {
        LOG.debug("{} has gone since it was found", model.path(), e);
      }
    }
    versions = Map.copyOf(found);
  }

  private Optional<Version> version(ModelEntry model) {
    return Optional.ofNullable(versions.get(model.path()));
  }

  private void compute(ModelEntry model, Version version) {
    try {
      if (!Version.of(model).equals(version)) {
        return; // Gigabytes are not read for nothing, picture after picture.
      }
      String hash = digest(model);
      if (Version.of(model).equals(version)) {
        known.put(version, hash);
        save();
        events.publish(new JsonObject().put("type", "models"));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      LOG.warn("The hash of {} is not known", model.path(), e);
    } finally {
      end(version);
    }
  }

  private static String digest(ModelEntry model) throws IOException, InterruptedException {
    MessageDigest sha256;
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java platform has it
    }
    byte[] piece = new byte[PIECE];
    for (Path file : model.weights()) {
      try (InputStream in = Files.newInputStream(file)) {
        for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
          sha256.update(piece, 0, read);
          if (Thread.interrupted()) {
            throw new InterruptedException();
          }
        }
      }
    }
    return HexFormat.of().formatHex(sha256.digest());
  }

  private void load() {
    try {
      JsonObject json = new JsonObject(Files.readString(cache));
      for (String path : json.fieldNames()) {
        JsonObject entry = json.getJsonObject(path);
        known.put(
            new Version(path, entry.getLong("bytes"), entry.getLong("modified")),
            entry.getString("sha256"));
      }
    } catch (NoSuchFileException e) {
      LOG.debug("No hashes are known yet", e);
    } catch (IOException | DecodeException | ClassCastException | NullPointerException e) {
      LOG.warn("{} cannot be read; hashes are computed again", cache, e);
      known.clear();
    }
  }

  private void save() throws IOException {
    JsonObject json = new JsonObject();
    known.forEach(
        (version, hash) ->
            json.put(
                version.path(),
                new JsonObject()
                    .put("bytes", version.bytes())
                    .put("modified", version.modified())
                    .put("sha256", hash)));
    Path partial = cache.resolveSibling(cache.getFileName() + ".part");
    Files.writeString(partial, json.encodePrettily());
    Files.move(partial, cache, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "model-hashes");
    thread.setDaemon(true);
    thread.setPriority(Thread.MIN_PRIORITY);
    return thread;
  }

  /** Gives up what is being computed; nothing is written any more once it returns. */
  @Override
  public void close() {
    thread.shutdownNow();
    try {
      // A piece is read at most, or a few lines written.
      if (!thread.awaitTermination(CLOSING.toSeconds(), TimeUnit.SECONDS)) {
        LOG.warn("The disk of a model does not answer; its hash is given up");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    List.copyOf(wanted.keySet()).forEach(this::end);
  }
}
