package dev.atelier.server.hub;

import dev.atelier.models.catalog.ModelKind;
import java.util.List;
import java.util.Optional;

/**
 * What would be downloaded, for a person to agree to.
 *
 * @param address what it was asked for by, such that asking again means the same
 * @param source who offers it, e.g. {@code Hugging Face}
 * @param page where people read about it; empty for a plain file
 * @param name what it will be called
 * @param kind what it is, as far as can be said before
 * @param baseModel what it was made for, in the hub's words
 * @param license its licence, in the hub's words
 * @param folder whether the model is a folder of files rather than one file
 * @param files what is downloaded
 * @param notes what is worth knowing before agreeing, each one sentence
 */
public record DownloadPlan(
    String address,
    String source,
    Optional<String> page,
    String name,
    ModelKind kind,
    Optional<String> baseModel,
    Optional<String> license,
    boolean folder,
    List<PlannedFile> files,
    List<String> notes) {

  /** Keeps copies. */
  public DownloadPlan {
    files = List.copyOf(files);
    notes = List.copyOf(notes);
  }

  /** Bytes of all files whose size is known. */
  public long bytes() {
    return files.stream().mapToLong(file -> file.bytes().orElse(0)).sum();
  }

  /** Where it goes below the folder of downloads, as far as can be said before. */
  public String target() {
    return kind.folder() + "/" + (folder ? name : files.get(0).path());
  }
}
