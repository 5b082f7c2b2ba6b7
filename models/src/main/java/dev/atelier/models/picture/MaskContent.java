package dev.atelier.models.picture;

import java.util.ArrayList;
import java.util.List;

/** What the masked part of a picture holds when the sampler begins. */
public enum MaskContent {
  /** The colours around it, blurred into it. */
  FILL("fill"),
  /** What it holds. */
  ORIGINAL("original"),
  /** Noise alone, in the latent. */
  LATENT_NOISE("latent noise"),
  /** Nothing: a latent of zeros. */
  LATENT_NOTHING("latent nothing");

  /** Standard deviations of the blurs that are laid over each other, and how often each is. */
  private static final int[][] BLURS = {{256, 1}, {64, 1}, {16, 2}, {4, 4}, {2, 2}, {0, 1}};

  private final String label;

  MaskContent(String label) {
    this.label = label;
  }

  /** AUTOMATIC1111's name for it. */
  public String label() {
    return label;
  }

  /**
   * Fills the masked part with the colours around it: the rest blurred, less and less, laid one
   * over the other. AUTOMATIC1111 {@code modules/masking.py: fill}.
   */
  static Pixels filled(Pixels picture, Plane mask) {
    Plane kept = mask.inverted();
    List<Plane> planes = new ArrayList<>(picture.map(plane -> product(plane, kept)).planes());
    List<Plane> result = picture.map(plane -> product(plane, ZERO)).planes();
    for (int[] blur : BLURS) {
      Plane alpha = GaussianBlur.blur(kept, blur[0]);
      List<Plane> under = result;
      List<Plane> next = new ArrayList<>();
      for (int c = 0; c < planes.size(); c++) {
        next.add(laidOver(GaussianBlur.blur(planes.get(c), blur[0]), alpha, under.get(c), blur[1]));
      }
      result = next;
    }
    return new Pixels(result);
  }

  private interface Factor {
    float at(int index);
  }

  private static final Factor ZERO = index -> 0;

  private static Plane product(Plane plane, Plane factor) {
    return product(plane, factor::at);
  }

  private static Plane product(Plane plane, Factor factor) {
    return Plane.of(plane.width(), plane.height(), i -> plane.at(i) * factor.at(i));
  }

  /** A colour multiplied by its alpha, laid over another one several times. */
  private static Plane laidOver(Plane colour, Plane alpha, Plane under, int times) {
    return Plane.of(
        colour.width(),
        colour.height(),
        i -> {
          float value = under.at(i);
          for (int n = 0; n < times; n++) {
            value = colour.at(i) + (1 - alpha.at(i)) * value;
          }
          return value;
        });
  }
}
