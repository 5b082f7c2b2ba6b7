package dev.atelier.server.plugins;

import dev.atelier.server.plugins.FoundJar.Stamp;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder that jars are dropped into. Tells of what has changed in it, a file once it has stayed
 * the same for a moment: one that is being copied is not whole. Looks on the host's thread.
 */
final class PluginFolder implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PluginFolder.class);

  /** For file systems that tell nothing, such as some over the network. */
  private static final long LOOK_SECONDS = 2;

  private final Path folder;
  private final Duration settle;
  private final ScheduledExecutorService host;
  private final Runnable changed;

  /** What was there at the last look, complete or not. */
  private Map<Path, Stamp> seen = Map.of();

  private final Map<Path, FoundJar> found = new TreeMap<>();
  private WatchService watcher;

  /**
   * @param host the host's thread
   * @param changed called on it after a change
   */
  PluginFolder(Path folder, Duration settle, ScheduledExecutorService host, Runnable changed) {
    this.folder = folder;
    this.settle = settle;
    this.host = host;
    this.changed = changed;
  }

  /** The folder. */
  Path path() {
    return folder;
  }

  /** What is in the folder. */
  List<FoundJar> found() {
    return List.copyOf(found.values());
  }

  /** Takes what is there for complete, and looks from now on. */
  void open() throws IOException {
    Files.createDirectories(folder);
    seen = scan();
    seen.forEach((file, stamp) -> found.put(file, FoundJar.look(file, stamp)));
    watcher = folder.getFileSystem().newWatchService();
    folder.register(
        watcher,
        StandardWatchEventKinds.ENTRY_CREATE,
        StandardWatchEventKinds.ENTRY_MODIFY,
        StandardWatchEventKinds.ENTRY_DELETE);
    Thread thread = new Thread(this::watch, "plugin-watch");
    thread.setDaemon(true);
    thread.start();
  }

  private void watch() {
    try {
      while (true) {
        WatchKey key = watcher.poll(LOOK_SECONDS, TimeUnit.SECONDS);
        if (key != null) {
          key.pollEvents();
          key.reset();
        }
        host.execute(this::look);
      }
    } catch (ClosedWatchServiceException | RejectedExecutionException e) {
      LOG.debug("The plugin folder is no longer watched", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Looks for changes; on the host's thread. */
  void look() {
    Map<Path, Stamp> now;
    try {
      now = scan();
    } catch (IOException e) {
      LOG.debug("The plugin folder cannot be read", e);
      return;
    }
    boolean differs = found.keySet().retainAll(now.keySet());
    boolean unsettled = false;
    for (Map.Entry<Path, Stamp> entry : now.entrySet()) {
      FoundJar known = found.get(entry.getKey());
      Stamp stamp = entry.getValue();
      if (known != null && known.stamp().equals(stamp)) {
        continue;
      }
      if (stamp.equals(seen.get(entry.getKey()))) {
        found.put(entry.getKey(), FoundJar.look(entry.getKey(), stamp));
        differs = true;
      } else {
        unsettled = true;
      }
    }
    seen = now;
    if (unsettled) {
      host.schedule(this::look, settle.toMillis(), TimeUnit.MILLISECONDS);
    }
    if (differs) {
      changed.run();
    }
  }

  /**
   * Takes a whole jar: under the name of the one of its plugin, or else of the plugin's id.
   *
   * @return the plugin's id
   * @throws UnusableJarException when it can be no plugin; nothing is left of it then
   */
  String take(byte[] content) throws IOException, UnusableJarException {
    // Hidden until it is known to be a plugin's.
    Path arrived = Files.createTempFile(folder, ".arrived", ".jar");
    try {
      Files.write(arrived, content);
      FoundJar jar = FoundJar.look(arrived, Stamp.of(arrived));
      if (jar.problem().isPresent()) {
        throw new UnusableJarException(jar.problem().get());
      }
      String id = PluginPlan.id(jar);
      Path target =
          found.values().stream()
              .filter(other -> other.descriptor().isPresent() && PluginPlan.id(other).equals(id))
              .map(FoundJar::file)
              .findFirst()
              .orElse(folder.resolve(id + ".jar"));
      Files.move(
          arrived, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      Stamp stamp = Stamp.of(target);
      found.put(target, FoundJar.look(target, stamp));
      return id;
    } finally {
      Files.deleteIfExists(arrived);
    }
  }

  private Map<Path, Stamp> scan() throws IOException {
    Map<Path, Stamp> stamps = new HashMap<>();
    List<Path> gone = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.{jar,zip}")) {
      for (Path file : files) {
        try {
          if (Files.isRegularFile(file) && !file.getFileName().toString().startsWith(".")) {
            stamps.put(file, Stamp.of(file));
          }
        } catch (IOException e) {
          gone.add(file);
        }
      }
    }
    LOG.trace("Gone while they were looked at: {}", gone);
    return stamps;
  }

  @Override
  public void close() throws IOException {
    if (watcher != null) {
      watcher.close();
    }
  }
}
