package dev.atelier.models.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.atelier.models.Golden;
import dev.atelier.models.weights.ClipTextConfig.Activation;
import dev.atelier.models.weights.SchedulerConfig.BetaSchedule;
import dev.atelier.models.weights.SchedulerConfig.PredictionType;
import dev.atelier.models.weights.SchedulerConfig.TimestepSpacing;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DiffusersFolderTest {
  @Test
  void readsTheConfigurationsOfTheGoldenModel() {
    DiffusersFolder folder = DiffusersFolder.open(Golden.file("model"));

    assertEquals(
        new UNetConfig(
            16,
            4,
            4,
            List.of(32, 32, 64, 64),
            List.of(true, true, true, false),
            List.of(false, true, true, true),
            List.of(2, 2, 2, 2),
            List.of(1, 1, 1, 1),
            List.of(8, 8, 8, 8),
            32,
            32,
            1e-5,
            false,
            false,
            true,
            0,
            1),
        folder.unet());
    assertEquals(
        new VaeConfig(3, 3, 4, List.of(32, 32, 64, 64), 2, 32, 0.18215, true, true, true, true),
        folder.vae());
    assertEquals(
        new ClipTextConfig(49408, 32, 64, 3, 4, 77, Activation.QUICK_GELU, 1e-5),
        folder.textEncoder());
    assertEquals(
        new SchedulerConfig(
            "PNDMScheduler",
            1000,
            0.00085,
            0.012,
            BetaSchedule.SCALED_LINEAR,
            PredictionType.EPSILON,
            1,
            Optional.of(TimestepSpacing.LEADING),
            Optional.of(false),
            Optional.of(true),
            false),
        folder.scheduler());
    assertEquals(128, folder.defaultSize());
  }

  @Test
  void everyNetworkOpensUnderCanonicalKeys() {
    DiffusersFolder folder = DiffusersFolder.open(Golden.file("model"));
    try (NDManager manager = NDManager.newBaseManager();
        WeightSource text = folder.open(Component.TEXT_ENCODER);
        WeightSource vae = folder.open(Component.VAE);
        WeightSource unet = folder.open(Component.UNET)) {
      assertTrue(text.names().contains("embeddings.token_embedding.weight"));
      assertTrue(vae.names().contains("decoder.mid_block.attentions.0.to_q.weight"));
      assertEquals(684, unet.names().size());

      NDArray conv = unet.read(manager, "conv_in.weight", DataType.FLOAT32);
      assertEquals(new Shape(32, 4, 3, 3), conv.getShape());
      assertEquals(DataType.FLOAT32, conv.getDataType());
      assertTrue(conv.abs().max().getFloat() > 0);
    }
  }

  @Test
  void aMissingFolderSaysWhatIsMissing() {
    var e =
        assertThrows(WeightsException.class, () -> DiffusersFolder.open(Golden.file("nowhere")));
    assertEquals(
        "nowhere/model_index.json: this file is missing; copy the model's folder again, with all"
            + " its sub-folders.",
        e.getMessage());
  }
}
