package dev.atelier.models.sampling;

import java.util.Arrays;
import java.util.Optional;

/** The samplers, under the names that AUTOMATIC1111 and its clients use. */
public enum Sampler {
  DDIM("DDIM"),
  PNDM("PNDM"),
  EULER("Euler"),
  EULER_ANCESTRAL("Euler a"),
  DPMPP_2M("DPM++ 2M"),
  DPMPP_2M_KARRAS("DPM++ 2M Karras");

  private final String label;

  Sampler(String label) {
    this.label = label;
  }

  /** The name shown to people and used in the APIs and in PNG metadata. */
  public String label() {
    return label;
  }

  /** The sampler of that {@link #label}, whatever the case of its letters. */
  public static Optional<Sampler> byLabel(String label) {
    return Arrays.stream(values()).filter(s -> s.label.equalsIgnoreCase(label)).findFirst();
  }
}
