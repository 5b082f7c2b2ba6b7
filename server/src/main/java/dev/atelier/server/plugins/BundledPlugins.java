package dev.atelier.server.plugins;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lays the plugins that Atelier brings into the plugin folder: once, and again when Atelier has a
 * newer one, as long as the jar is as it was laid there. One that was deleted stays away, and one
 * that was exchanged for another stays.
 */
public final class BundledPlugins {
  private static final Logger LOG = LoggerFactory.getLogger(BundledPlugins.class);

  private final Path folder;
  private final Path note;

  /** What was laid, by the file's name: the SHA-256 of the jar. */
  private final JsonObject laid;

  private BundledPlugins(Path folder, Path note) throws IOException {
    this.folder = folder;
    this.note = note;
    this.laid = read(note);
  }

  /**
   * Lays them. What cannot be laid is told to the log: the studio works without it. Blocks on the
   * disk.
   *
   * @param from folder of the jars
   */
  public static void lay(Path from, PluginPlaces places) {
    if (!Files.isDirectory(from)) {
      LOG.debug("{} is not there: the studio starts without the plugins that it brings", from);
      return;
    }
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(from, "*.jar")) {
      Files.createDirectories(places.folder());
      BundledPlugins bundled = new BundledPlugins(places.folder(), places.bundled());
      for (Path jar : jars) {
        bundled.lay(jar);
      }
      bundled.save();
    } catch (IOException e) {
      LOG.warn("The plugins that Atelier brings cannot be laid into {}", places.folder(), e);
    }
  }

  private static JsonObject read(Path note) throws IOException {
    try {
      return new JsonObject(Files.readString(note));
    } catch (NoSuchFileException e) {
      return new JsonObject();
    } catch (DecodeException e) {
      LOG.warn("{} cannot be read", note, e);
      return new JsonObject();
    }
  }

  private void lay(Path jar) throws IOException {
    String name = jar.getFileName().toString();
    String hash = sha256(jar);
    String before = laid.getString(name);
    if (hash.equals(before)) {
      return;
    }
    Path target = folder.resolve(name);
    boolean there = Files.exists(target);
    if (before == null ? !there : there && sha256(target).equals(before)) {
      Path partial = folder.resolve("." + name + ".part");
      Files.copy(jar, partial, StandardCopyOption.REPLACE_EXISTING);
      Files.move(
          partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
    laid.put(name, hash);
  }

  private void save() throws IOException {
    Path partial = note.resolveSibling(note.getFileName() + ".part");
    Files.writeString(partial, laid.encodePrettily());
    Files.move(partial, note, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static String sha256(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      new DigestInputStream(in, sha256).transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(sha256.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java platform has SHA-256
    }
  }
}
