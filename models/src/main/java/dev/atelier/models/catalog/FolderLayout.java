package dev.atelier.models.catalog;

import static java.util.stream.Collectors.toSet;

import dev.atelier.models.weights.DiffusersFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Whose way of laying out models a folder follows. */
public enum FolderLayout {
  /** Itself one checkpoint. */
  DIFFUSERS,
  /** AUTOMATIC1111's and Forge's, or the {@code models} in it. */
  A1111,
  /** ComfyUI's, or the {@code models} in it. */
  COMFYUI,
  /** Atelier's own: {@code checkpoints/}, {@code loras/} and so on. */
  ATELIER;

  private static final Set<String> OF_A1111 =
      Set.of("Stable-diffusion", "Lora", "LyCORIS", "VAE", "ControlNet");

  /** What Atelier, which has most names in common with ComfyUI, does not have. */
  private static final Set<String> OF_COMFYUI =
      Set.of(
          "clip_vision",
          "controlnet",
          "diffusion_models",
          "style_models",
          "text_encoders",
          "upscale_models",
          "vae_approx");

  /**
   * Recognises a folder by the names in it, compared to the letter: some differ in case alone, also
   * where the file system does not care. Blocks on the disk.
   *
   * @return empty when nothing in it is called as models' folders are
   * @throws IOException when it cannot be read
   */
  public static Optional<FolderLayout> of(Path folder) throws IOException {
    if (DiffusersFolder.isAt(folder)) {
      return Optional.of(DIFFUSERS);
    }
    Set<String> own = foldersIn(folder);
    Path program = folder.resolve(FolderScan.PROGRAM_MODELS);
    Set<String> below = Files.isDirectory(program) ? foldersIn(program) : Set.of();
    if (anyOf(OF_A1111, own) || anyOf(OF_A1111, below)) {
      return Optional.of(A1111);
    }
    if (anyOf(OF_COMFYUI, own) || anyOf(OF_COMFYUI, below) || anyKind(below)) {
      return Optional.of(COMFYUI);
    }
    return anyKind(own) ? Optional.of(ATELIER) : Optional.empty();
  }

  private static Set<String> foldersIn(Path folder) throws IOException {
    try (Stream<Path> children = Files.list(folder)) {
      return children
          .filter(Files::isDirectory)
          .map(child -> child.getFileName().toString())
          .collect(toSet());
    }
  }

  private static boolean anyOf(Set<String> signs, Set<String> names) {
    return !Collections.disjoint(signs, names);
  }

  private static boolean anyKind(Set<String> names) {
    return names.stream().anyMatch(ModelKind::isFolderName);
  }
}
