package dev.atelier.models.weights;

/** The networks of a checkpoint. */
public enum Component {
  UNET("unet", "diffusion_pytorch_model"),
  VAE("vae", "diffusion_pytorch_model"),
  TEXT_ENCODER("text_encoder", "model");

  private final String folder;
  private final String weights;

  Component(String folder, String weights) {
    this.folder = folder;
    this.weights = weights;
  }

  /** The sub-folder of a diffusers folder that holds it. */
  public String folder() {
    return folder;
  }

  /** The name of its safetensors file there, without endings. */
  String weights() {
    return weights;
  }

  /** The name of its pickled file there, without endings. */
  String pickledWeights() {
    return this == TEXT_ENCODER ? "pytorch_model" : weights;
  }
}
