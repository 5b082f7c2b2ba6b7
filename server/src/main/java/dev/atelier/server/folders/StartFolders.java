package dev.atelier.server.folders;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The folders that a studio is started with.
 *
 * @param named those that the user named, in order
 * @param downloads the one that the studio downloads to; may be one of those
 * @param builtIn those that come with Atelier
 * @param data the studio's own: not to be taken for one of models
 */
public record StartFolders(List<Path> named, Path downloads, List<Path> builtIn, Path data) {
  /** Keeps copies. */
  public StartFolders {
    named = List.copyOf(named);
    downloads = downloads.toAbsolutePath().normalize();
    builtIn = List.copyOf(builtIn);
  }

  /**
   * These and the added ones, in the order in which models are looked for, so that a model of the
   * user's own comes before what is built in. One that is there twice is what it is first.
   */
  List<ListedFolder> with(List<ListedFolder> added) {
    List<ListedFolder> all = new ArrayList<>();
    named.forEach(path -> all.add(ListedFolder.fixed(path, FolderOrigin.NAMED)));
    all.addAll(added);
    all.add(ListedFolder.fixed(downloads, FolderOrigin.DOWNLOADS));
    builtIn.forEach(path -> all.add(ListedFolder.fixed(path, FolderOrigin.BUILT_IN)));
    Map<Path, ListedFolder> once = new LinkedHashMap<>();
    all.forEach(folder -> once.putIfAbsent(folder.path(), folder));
    return List.copyOf(once.values());
  }

  /**
   * The paths to look for models in: all of these and the added ones, and the one of downloads once
   * it holds anything, since nobody misses it before. Blocks on the disk.
   */
  public List<Path> toScan(List<ListedFolder> added) {
    return with(added).stream()
        .map(ListedFolder::path)
        .filter(path -> !path.equals(downloads) || holdsAnything(path))
        .toList();
  }

  private static boolean holdsAnything(Path own) {
    try (Stream<Path> files = Files.walk(own)) {
      return files
          .filter(Files::isRegularFile)
          .map(own::relativize)
          .anyMatch(file -> !file.startsWith(".parts") && !file.startsWith(".trash"));
    } catch (IOException e) {
      return false;
    }
  }
}
