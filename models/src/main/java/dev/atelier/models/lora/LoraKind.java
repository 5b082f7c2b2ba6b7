package dev.atelier.models.lora;

/** How a file writes down what is added to a weight. */
public enum LoraKind {
  /** The product of two narrow matrices (arXiv 2106.09685). */
  LORA("LoRA"),
  /** The same for convolutions, perhaps with a third factor between the two. */
  LOCON("LoCon"),
  /** The elementwise product of two such products (FedPara, arXiv 2108.06098). */
  LOHA("LoHa"),
  /** The Kronecker product of a small and a large matrix (LyCORIS, arXiv 2309.14859). */
  LOKR("LoKr"),
  /**
   * Direction and magnitude of a weight changed apart (arXiv 2402.09353), with any of the above.
   */
  DORA("DoRA"),
  /** The whole difference. */
  FULL("full difference");

  private final String label;

  LoraKind(String label) {
    this.label = label;
  }

  /** What people call it. */
  public String label() {
    return label;
  }
}
