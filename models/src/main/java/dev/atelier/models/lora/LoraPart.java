package dev.atelier.models.lora;

import java.util.List;
import java.util.Locale;

/** What a tensor is of a module's change, as {@code lora.keys} names it. */
enum LoraPart {
  UP,
  DOWN,
  UP_BIAS,
  MID,
  HADA_W1_A,
  HADA_W1_B,
  HADA_W2_A,
  HADA_W2_B,
  HADA_T1,
  HADA_T2,
  LOKR_W1,
  LOKR_W1_A,
  LOKR_W1_B,
  LOKR_W2,
  LOKR_W2_A,
  LOKR_W2_B,
  LOKR_T2,
  DIFF,
  DIFF_B,
  /** kohya's and LyCORIS', whose shape says which axis it belongs to. */
  DORA_SCALE,
  /** PEFT's, one number for each output. */
  MAGNITUDE,
  ALPHA;

  /** Those that have the rank first. */
  static final List<LoraPart> RANKED = List.of(DOWN, HADA_W1_B, LOKR_W1_B, LOKR_W2_B);

  /** Its name, as a file has it. */
  String words() {
    return name().toLowerCase(Locale.ROOT);
  }
}
