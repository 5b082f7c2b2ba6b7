package dev.atelier.server.inputs;

import dev.atelier.models.pipeline.InputPicture;
import dev.atelier.models.pipeline.InvalidRequestException;
import dev.atelier.models.pipeline.PictureSource;
import dev.atelier.server.imaging.PictureEncoder;
import dev.atelier.server.store.Database;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;

/**
 * The pictures that jobs begin with, as PNG files named by the SHA-256 of their bytes: the same
 * picture sent twice is one file. Those that no job has named within a week go at the next start.
 * Thread-safe.
 */
public final class InputStore implements PictureSource {
  private static final Duration UNUSED_FOR = Duration.ofDays(7);
  private static final Pattern ID = Pattern.compile("[0-9a-f]{64}");
  private final Vertx vertx;
  private final Database database;
  private final Path folder;
  private final InstantSource clock;
  private final AtomicLong writes = new AtomicLong();

  private InputStore(Vertx vertx, Database database, Path folder, InstantSource clock) {
    this.vertx = vertx;
    this.database = database;
    this.folder = folder;
    this.clock = clock;
  }

  /**
   * Opens the store and removes what was not used.
   *
   * @param folder its folder, made when it is not there
   */
  public static Future<InputStore> open(
      Vertx vertx, Database database, Path folder, InstantSource clock) {
    InputStore store = new InputStore(vertx, database, folder, clock);
    return database
        .transaction(sql -> InputTable.removeUnused(sql, clock.instant().minus(UNUSED_FOR)))
        .compose(unused -> vertx.executeBlocking(() -> store.tidied(unused)));
  }

  private InputStore tidied(List<String> unused) throws IOException {
    Files.createDirectories(folder);
    try (var left = Files.newDirectoryStream(folder, "*.part")) {
      for (Path half : left) {
        Files.delete(half);
      }
    }
    for (String id : unused) {
      Files.deleteIfExists(file(id));
    }
    return this;
  }

  /**
   * Keeps a picture.
   *
   * @param file a PNG or JPEG
   * @return fails with an {@link UnusableInputException} when it cannot be used
   */
  public Future<InputPicture> add(byte[] file) {
    return vertx
        .executeBlocking(() -> written(InputDecoder.decode(file)), false)
        .compose(
            input ->
                database
                    .transaction(sql -> InputTable.add(sql, input, clock.instant()))
                    .map(input));
  }

  private InputPicture written(BufferedImage picture) throws IOException {
    byte[] png = PictureEncoder.PNG.encode(picture);
    String id = HexFormat.of().formatHex(sha256().digest(png));
    Path half = folder.resolve(id + "." + writes.incrementAndGet() + ".part");
    Files.write(half, png);
    Files.move(half, file(id), StandardCopyOption.ATOMIC_MOVE);
    return new InputPicture(id, picture.getWidth(), picture.getHeight());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }

  /** The picture of that id; empty when there is none. */
  public Future<Optional<InputPicture>> find(String id) {
    return ID.matcher(id).matches()
        ? database.transaction(sql -> InputTable.find(sql, id))
        : Future.succeededFuture(Optional.empty());
  }

  /** The PNG file of a picture that {@link #find} gave. */
  public Path file(InputPicture input) {
    return file(input.id());
  }

  private Path file(String id) {
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException("no id of a picture: " + id);
    }
    return folder.resolve(id + ".png");
  }

  @Override
  public BufferedImage read(InputPicture input) {
    try {
      BufferedImage picture = ImageIO.read(file(input).toFile());
      if (picture != null) {
        return picture;
      }
    } catch (IOException e) {
      // Said below.
    }
    throw new InvalidRequestException(
        "start", "The picture to begin with is no longer there; choose it again.");
  }
}
