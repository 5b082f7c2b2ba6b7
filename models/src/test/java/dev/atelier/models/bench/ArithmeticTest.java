package dev.atelier.models.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.atelier.models.weights.Component;
import dev.atelier.models.weights.RandomCheckpoint;
import org.junit.jupiter.api.Test;

/** Against a count from the architecture's description instead of from the weights. */
class ArithmeticTest {
  private static final RandomCheckpoint SD15 = RandomCheckpoint.sd15(1);

  @Test
  void guidanceStepOfStableDiffusion15() {
    var unet = new UNetArithmetic(SD15.shapes(Component.UNET), SD15.unet(), 64, 64, 77);
    assertEquals(1606, 2 * unet.count() / 1e9, 1);
  }

  @Test
  void decodingOfStableDiffusion15() {
    var decoder = new DecoderArithmetic(SD15.shapes(Component.VAE), SD15.vae(), 64, 64);
    assertEquals(2514, decoder.count() / 1e9, 1);
  }
}
