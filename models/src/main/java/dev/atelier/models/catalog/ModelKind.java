package dev.atelier.models.catalog;

/** What a model file is, after the sub-folder of a model folder that holds its kind. */
public enum ModelKind {
  CHECKPOINT("checkpoints"),
  LORA("loras"),
  CONTROLNET("controlnets"),
  VAE("vae"),
  EMBEDDING("embeddings");

  private final String folder;

  ModelKind(String folder) {
    this.folder = folder;
  }

  /** The sub-folder of a model folder that holds models of this kind. */
  public String folder() {
    return folder;
  }
}
