package dev.atelier.models.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import dev.atelier.models.CpuDevice;
import dev.atelier.models.registry.HostCopy;
import dev.atelier.models.registry.Model;
import dev.atelier.models.weights.CheckpointFiles;
import dev.atelier.models.weights.Component;
import dev.atelier.models.weights.RandomCheckpoint;
import dev.atelier.models.weights.WeightSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Weights that are changed for a while and come back to the bit. */
class PatchTest {
  /** Two convolutions that are packed, of 3×3 and 1×1, and a linear layer. */
  private static final List<String> CHANGED =
      List.of(
          "down_blocks.1.resnets.0.conv2.weight",
          "up_blocks.1.attentions.0.proj_in.weight",
          "mid_block.attentions.0.transformer_blocks.0.attn1.to_q.weight");

  @TempDir private static Path folder;
  @RegisterExtension private static final CpuDevice cpu = new CpuDevice();
  private static CheckpointFiles files;

  @BeforeAll
  static void open() throws IOException {
    RandomCheckpoint.odd(3).writeFolder(folder);
    files = CheckpointFiles.open(folder);
  }

  /** Multiplies parameters by numbers. */
  private record Factor(Map<String, Float> factors, List<String> written) implements WeightPatch {
    static Factor of(List<String> parameters, float factor) {
      Map<String, Float> factors = new HashMap<>();
      parameters.forEach(parameter -> factors.put(parameter, factor));
      return new Factor(factors, new ArrayList<>());
    }

    @Override
    public List<?> changes(String parameter) {
      return factors.containsKey(parameter) ? List.of(factors.get(parameter)) : List.of();
    }

    @Override
    public void write(String parameter, NDArray stored, NDArray into) {
      written.add(parameter);
      float factor = factors.get(parameter);
      if (Float.isNaN(factor)) {
        throw new IllegalStateException("broken");
      }
      stored.toType(DataType.FLOAT32, false).mul(factor).copyTo(into);
    }
  }

  private static UNet unet() {
    return UNet.load(() -> files.open(Component.UNET), files.unet(), cpu.device());
  }

  private static float[] forward(UNet unet, int n, int height, int width) {
    try (var scope = new NDScope();
        NDManager manager = cpu.device().manager().newSubManager()) {
      scope.suppressNotUsedWarning();
      NDArray latent = manager.arange(n * 4 * height * width).reshape(n, 4, height, width).sin();
      NDArray context = manager.arange(n * 77 * 128).reshape(n, 77, 128).cos();
      return unet.forward(latent, new float[n], context).toFloatArray();
    }
  }

  private static float[] forward(UNet unet) {
    return forward(unet, 2, 16, 16);
  }

  @Test
  void isSeenWhileItIsOpenAndNotAfterwards() {
    try (UNet unet = unet()) {
      float[] plain = forward(unet);
      float[] patched;
      try (Patched open = unet.patched(Factor.of(CHANGED, 0.5f))) {
        patched = forward(unet);
        assertFalse(Arrays.equals(plain, patched));
      }
      assertArrayEquals(plain, forward(unet));
      try (Patched open = unet.patched(Factor.of(CHANGED, 0.5f))) {
        assertArrayEquals(patched, forward(unet));
      }
      try (Patched open = unet.patched(Factor.of(CHANGED.subList(0, 1), 2))) {
        assertFalse(Arrays.equals(patched, forward(unet)));
      }
      assertArrayEquals(plain, forward(unet));
    }
  }

  /** Packed before, packed while it is open, and packed for another size: the same weights. */
  @Test
  void holdsForEverySize() {
    float[][] fresh = new float[2][];
    try (UNet unet = unet();
        Patched open = unet.patched(Factor.of(CHANGED, 0.5f))) {
      fresh[0] = forward(unet);
    }
    try (UNet unet = unet();
        Patched open = unet.patched(Factor.of(CHANGED, 0.5f))) {
      fresh[1] = forward(unet, 1, 24, 8);
    }
    try (UNet unet = unet()) {
      float[] plain = forward(unet);
      try (Patched open = unet.patched(Factor.of(CHANGED, 0.5f))) {
        assertArrayEquals(fresh[0], forward(unet));
        assertArrayEquals(fresh[1], forward(unet, 1, 24, 8));
        assertArrayEquals(fresh[0], forward(unet));
      }
      assertArrayEquals(plain, forward(unet));
    }
  }

  @Test
  void whatIsThereAlreadyIsNotWrittenAgain() {
    try (UNet unet = unet()) {
      forward(unet);
      var first = Factor.of(CHANGED, 0.5f);
      try (Patched open = unet.patched(first)) {
        forward(unet);
        forward(unet);
      }
      assertEquals(CHANGED.stream().sorted().toList(), first.written.stream().sorted().toList());
      var same = Factor.of(CHANGED, 0.5f);
      try (Patched open = unet.patched(same)) {
        forward(unet);
      }
      assertEquals(List.of(), same.written);
    }
  }

  @Test
  void aPatchThatFailsLeavesTheWeightsAsTheyWere() {
    try (UNet unet = unet()) {
      float[] plain = forward(unet);
      var broken = Factor.of(CHANGED, 0.5f);
      broken.factors.put("conv_out.weight", Float.NaN);
      broken.factors.put("conv_in.bias", 3f);
      assertThrows(IllegalStateException.class, () -> unet.patched(broken));
      assertArrayEquals(plain, forward(unet));
      try (Patched open = unet.patched(Factor.of(CHANGED, 0.5f))) {
        assertFalse(Arrays.equals(plain, forward(unet)));
      }
    }
  }

  /** That of a packed convolution is found when the layer is used. */
  @Test
  void aPatchThatFailsLaterLeavesTheWeightsAsTheyWere() {
    try (UNet unet = unet()) {
      float[] plain = forward(unet);
      var broken = Factor.of(CHANGED, 0.5f);
      broken.factors.put("up_blocks.1.resnets.0.conv1.weight", Float.NaN);
      try (Patched open = unet.patched(broken)) {
        assertThrows(IllegalStateException.class, () -> forward(unet));
      }
      assertArrayEquals(plain, forward(unet));
    }
  }

  @Test
  void onlyOneAtATime() {
    try (UNet unet = unet();
        Patched open = unet.patched(Factor.of(CHANGED, 2))) {
      assertThrows(IllegalStateException.class, () -> unet.patched(Factor.of(CHANGED, 3)));
    }
  }

  private static float[] encode(ClipTextEncoder encoder) {
    try (var scope = new NDScope();
        NDManager manager = cpu.device().manager().newSubManager()) {
      scope.suppressNotUsedWarning();
      return encoder.forward(manager.create(new long[1][77])).toFloatArray();
    }
  }

  /** It goes to host memory as it is on disk, and is patched from there again. */
  @Test
  void aPatchedEncoderThatMakesRoomComesBackPlain(@TempDir Path own) throws IOException {
    RandomCheckpoint.odd(4).writeFolder(own);
    CheckpointFiles its = CheckpointFiles.open(own);
    Supplier<WeightSource> weights = () -> its.open(Component.TEXT_ENCODER);
    List<String> changed = List.of("encoder.layers.1.mlp.fc1.weight", "final_layer_norm.bias");
    ClipTextEncoder encoder = ClipTextEncoder.load(weights, its.textEncoder(), cpu.device());
    float[] plain = encode(encoder);
    float[] patched;
    try (Patched open = encoder.patched(Factor.of(changed, -2))) {
      patched = encode(encoder);
    }
    HostCopy copy = encoder.offload().orElseThrow();
    Model restored = copy.restore();
    copy.close();
    try (var again = (ClipTextEncoder) restored) {
      assertArrayEquals(plain, encode(again));
      try (Patched open = again.patched(Factor.of(changed, -2))) {
        assertArrayEquals(patched, encode(again));
      }
      assertArrayEquals(plain, encode(again));
    }
    Files.delete(own.resolve("text_encoder/model.safetensors"));
  }
}
