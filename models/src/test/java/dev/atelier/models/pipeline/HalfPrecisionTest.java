package dev.atelier.models.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import dev.atelier.models.Golden;
import dev.atelier.models.engine.ComputeDevice;
import dev.atelier.models.engine.OnGpu;
import dev.atelier.models.nn.VaeDecoder;
import dev.atelier.models.registry.Lease;
import dev.atelier.models.registry.MemoryBudget;
import dev.atelier.models.registry.ModelRegistry;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A GPU's fp16 beside fp32 on the same GPU. */
@OnGpu
class HalfPrecisionTest {
  private static ComputeDevice device;
  private static Golden golden;
  private static ModelRegistry registry;
  private static Checkpoint half;
  private static Checkpoint precise;

  @BeforeAll
  static void open() {
    device = ComputeDevice.open();
    golden = new Golden(device.manager());
    registry = new ModelRegistry(device.device(), MemoryBudget.defaultBytes(device.device()));
    half = Checkpoint.open(Golden.file("model"), device);
    precise = Checkpoint.open(Golden.file("model"), device.inFloat32());
  }

  @AfterAll
  static void close() {
    registry.close();
    golden.close();
    device.close();
  }

  @Test
  void networksComputeInHalfPrecision() {
    try (Lease<VaeDecoder> vae = registry.lease(half.vaeDecoder())) {
      NDArray z = golden.get("vae.z").toType(DataType.FLOAT16, false);
      assertEquals(DataType.FLOAT16, vae.model().decode(z).getDataType());
    }
  }

  /** The reference's picture, of -1 to 1, within one step of 255. */
  @Test
  void decodesWhatTheReferenceDecodes() {
    try (Lease<VaeDecoder> vae = registry.lease(half.vaeDecoder())) {
      NDArray z = golden.get("vae.z").toType(DataType.FLOAT16, false);
      NDArray decoded = vae.model().decode(z).toType(DataType.FLOAT32, false);
      float error = decoded.sub(golden.get("vae.decoded")).abs().mean().getFloat();
      assertTrue(error < 2.0 / 255, () -> "off by " + error); // false for NaN, too
    }
  }

  /** Larger than fp16's greatest number: without fp32 the picture would be black. */
  @Test
  void latentsBeyondHalfPrecisionAreDecodedInFloat32() {
    NDArray latent = golden.get("vae.z").get("0:1").mul(1e6);
    try (Lease<VaeDecoder> vae = registry.lease(half.vaeDecoder());
        Lease<VaeDecoder> full = registry.lease(precise.vaeDecoder())) {
      var decoder =
          new PictureDecoder(device, vae.model(), () -> registry.lease(precise.vaeDecoder()));
      var wanted =
          new PictureDecoder(device.inFloat32(), full.model(), HalfPrecisionTest::notNeeded);
      BufferedImage picture = decoder.decode(latent);
      assertTrue(colours(picture) > 1, "the picture has one colour");
      assertEquals(colours(wanted.decode(latent)), colours(picture));
    }
    assertFalse(registry.snapshot().models().stream().anyMatch(m -> m.leases() > 0));
  }

  private static Lease<VaeDecoder> notNeeded() {
    throw new AssertionError("it is in fp32 already");
  }

  private static long colours(BufferedImage picture) {
    return Arrays.stream(
            picture.getRGB(
                0, 0, picture.getWidth(), picture.getHeight(), null, 0, picture.getWidth()))
        .distinct()
        .count();
  }
}
