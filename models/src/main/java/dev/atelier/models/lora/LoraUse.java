package dev.atelier.models.lora;

import java.nio.file.Path;
import java.util.Objects;

/**
 * One LoRA in one picture.
 *
 * @param file its file
 * @param unetWeight how much of it is added to the UNet, {@value #MIN_WEIGHT} to {@value
 *     #MAX_WEIGHT}; 1 is what it was trained for, 0 none of it
 * @param textEncoderWeight the same for the text encoder
 */
public record LoraUse(Path file, double unetWeight, double textEncoderWeight) {
  public static final double MIN_WEIGHT = -10;
  public static final double MAX_WEIGHT = 10;

  /**
   * Checks the weights.
   *
   * @throws IllegalArgumentException when one is outside of its range
   */
  public LoraUse {
    Objects.requireNonNull(file, "file");
    check(unetWeight);
    check(textEncoderWeight);
  }

  private static void check(double weight) {
    if (!(weight >= MIN_WEIGHT && weight <= MAX_WEIGHT)) { // false for NaN, too
      throw new IllegalArgumentException(
          "A LoRA's weight must be between %.0f and %.0f, not %s."
              .formatted(MIN_WEIGHT, MAX_WEIGHT, weight));
    }
  }
}
