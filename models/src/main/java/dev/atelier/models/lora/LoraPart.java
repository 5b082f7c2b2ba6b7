package dev.atelier.models.lora;

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
  DORA_SCALE,
  MAGNITUDE,
  ALPHA
}
