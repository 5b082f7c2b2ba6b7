package dev.atelier.models.catalog;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What a model file is, after the sub-folder of a model folder that holds its kind. */
public enum ModelKind {
  CHECKPOINT(List.of("checkpoints", "Stable-diffusion"), List.of("safetensors", "ckpt")),
  LORA(List.of("loras", "Lora", "LyCORIS"), List.of("safetensors", "ckpt", "pt", "bin")),
  CONTROLNET(
      List.of("controlnets", "controlnet", "ControlNet"),
      List.of("safetensors", "ckpt", "pt", "pth", "bin")),
  VAE(List.of("vae", "VAE"), List.of("safetensors", "ckpt", "pt", "bin")),
  EMBEDDING(List.of("embeddings"), List.of("safetensors", "pt", "bin", "ckpt"));

  private final List<String> folders;
  private final List<String> endings;

  ModelKind(List<String> folders, List<String> endings) {
    this.folders = folders;
    this.endings = endings;
  }

  /** The sub-folder of a model folder that holds models of this kind; ids begin with it. */
  public String folder() {
    return folders.get(0);
  }

  /** Whether a file of that name may be a model of this kind. */
  public boolean accepts(String fileName) {
    return stem(fileName).isPresent();
  }

  /** That sub-folder and what AUTOMATIC1111, Forge and ComfyUI call theirs. */
  List<String> folders() {
    return folders;
  }

  /** Whether a folder of that name holds models of a kind, whosever name it is. */
  public static boolean isFolderName(String name) {
    return Stream.of(values()).anyMatch(kind -> kind.folders.contains(name));
  }

  /** The name without its ending, for a file that may be a model of this kind. */
  Optional<String> stem(String fileName) {
    int dot = fileName.lastIndexOf('.');
    boolean model =
        dot > 0 && endings.contains(fileName.substring(dot + 1).toLowerCase(Locale.ROOT));
    return model ? Optional.of(fileName.substring(0, dot)) : Optional.empty();
  }
}
