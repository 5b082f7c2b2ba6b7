package dev.atelier.models.pipeline;

import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/**
 * A second run on the first one's picture, enlarged: details for sizes at which the model alone
 * would repeat its subject. AUTOMATIC1111's "hires. fix".
 *
 * @param width pixels of the result, a multiple of 8
 * @param height pixels of the result, a multiple of 8
 * @param upscaler how the picture is enlarged
 * @param steps steps of the second run; 0 for as many as the first has
 * @param strength how much of the way the second run goes, 0 to 1; all its steps lie on that part
 */
public record HiresFix(int width, int height, Upscaler upscaler, int steps, double strength) {

  /** How a picture is enlarged. */
  public enum Upscaler {
    LATENT("Latent", true),
    LATENT_NEAREST("Latent (nearest)", true),
    LATENT_BICUBIC("Latent (bicubic)", true),
    LANCZOS("Lanczos", false);

    private final String label;
    private final boolean latent;

    Upscaler(String label, boolean latent) {
      this.label = label;
      this.latent = latent;
    }

    /** AUTOMATIC1111's name for it. */
    public String label() {
      return label;
    }

    /** Whether it enlarges the latent, not the decoded picture. */
    boolean latent() {
      return latent;
    }

    /** The upscaler of that {@link #label}, whatever the case of its letters. */
    public static Optional<Upscaler> byLabel(String label) {
      return Arrays.stream(values()).filter(u -> u.label.equalsIgnoreCase(label)).findFirst();
    }
  }

  /**
   * Checks every field.
   *
   * @throws InvalidRequestException naming the field and saying what it may be
   */
  public HiresFix {
    Objects.requireNonNull(upscaler, "upscaler");
    FieldCheck.size("hires.width", "hires width", width);
    FieldCheck.size("hires.height", "hires height", height);
    FieldCheck.range("hires.steps", "Hires steps", 0, ImageRequest.MAX_STEPS, steps);
    FieldCheck.strength("hires.strength", strength);
  }

  /** Steps of the second run after one of {@code first} steps. */
  int stepsAfter(int first) {
    return steps == 0 ? first : steps;
  }
}
