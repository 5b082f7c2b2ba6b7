package dev.atelier.models.lora;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.atelier.models.Golden;
import dev.atelier.models.engine.ComputeDevice;
import dev.atelier.models.weights.CheckpointFiles;
import dev.atelier.models.weights.StoredType;
import dev.atelier.models.weights.WeightsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every way to write down a change against loops over its definition, for weights of the golden
 * model: a linear one of 32 by 32 and a convolution of 32 by 32 by 3 by 3.
 */
class DecompositionTest {
  private static final String LINEAR = "down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q";
  private static final String CONVOLUTION = "down_blocks.0.resnets.0.conv1";
  private static final String NORM = "down_blocks.0.resnets.0.norm1";
  private static final int N = 32;
  private static final int TAPS = 9;
  private static final double WEIGHT = 0.75;
  private static final double TOLERANCE = 2e-5;

  @TempDir private Path folder;
  private static ComputeDevice device;
  private static CheckpointFiles model;

  @BeforeAll
  static void open() {
    device = ComputeDevice.open().inFloat32();
    model = CheckpointFiles.open(Golden.file("model"));
  }

  @AfterAll
  static void close() {
    device.close();
  }

  private static String kohya(String module) {
    return "lora_unet_" + module.replace('.', '_');
  }

  private static double[] plain(int size) {
    return new Random(5).doubles(size, -2, 2).map(x -> (float) x).toArray();
  }

  /** The parameter with the LoRAs' changes, as the patch writes it. */
  private static float[] patched(String parameter, Shape shape, LoraUse... uses) {
    double[] plain = plain((int) shape.size());
    var numbers = new float[plain.length];
    for (int i = 0; i < plain.length; i++) {
      numbers[i] = (float) plain[i];
    }
    try (LoraSet loras = LoraSet.open(List.of(uses), model.unet(), model.textEncoder(), device);
        NDManager manager = device.manager().newSubManager()) {
      NDArray stored = manager.create(numbers, shape);
      NDArray into = manager.zeros(shape);
      loras.unet().write(parameter, stored, into);
      return into.toFloatArray();
    }
  }

  private interface Delta {
    double at(int out, int in, int tap);
  }

  private void assertAdds(LoraBytes lora, String module, int taps, double weight, Delta delta) {
    Shape shape = taps == 1 ? new Shape(N, N) : new Shape(N, N, 3, 3);
    Path file = lora.write(folder.resolve("lora.safetensors"));
    float[] actual = patched(module + ".weight", shape, new LoraUse(file, weight, 0));
    double[] plain = plain((int) shape.size());
    for (int i = 0; i < plain.length; i++) {
      double expected = plain[i] + weight * delta.at(i / taps / N, i / taps % N, i % taps);
      assertEquals(expected, actual[i], TOLERANCE * Math.max(1, Math.abs(expected)), "at " + i);
    }
  }

  private static double sum(int count, IntToDoubleFunction term) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += term.applyAsDouble(i);
    }
    return sum;
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "F16", "BF16"})
  void lowRankWithAlphaInEveryType(StoredType type) {
    var lora = new LoraBytes(type, 1);
    double[] up = lora.add(kohya(LINEAR) + ".lora_up.weight", N, 3);
    double[] down = lora.add(kohya(LINEAR) + ".lora_down.weight", 3, N);
    lora.put(kohya(LINEAR) + ".alpha", new double[] {1.5});
    assertAdds(
        lora, LINEAR, 1, WEIGHT, (o, i, t) -> 0.5 * sum(3, r -> up[o * 3 + r] * down[r * N + i]));
  }

  @Test
  void convolutionThenOneOfOneByOne() {
    var lora = new LoraBytes();
    double[] up = lora.add(kohya(CONVOLUTION) + ".lora_up.weight", N, 2, 1, 1);
    double[] down = lora.add(kohya(CONVOLUTION) + ".lora_down.weight", 2, N, 3, 3);
    assertAdds(
        lora,
        CONVOLUTION,
        TAPS,
        -1,
        (o, i, t) -> sum(2, r -> up[o * 2 + r] * down[(r * N + i) * TAPS + t]));
  }

  @Test
  void threeFactorsOfAConvolution() {
    var lora = new LoraBytes();
    double[] up = lora.add(kohya(CONVOLUTION) + ".lora_up.weight", N, 2, 1, 1);
    double[] mid = lora.add(kohya(CONVOLUTION) + ".lora_mid.weight", 2, 3, 3, 3);
    double[] down = lora.add(kohya(CONVOLUTION) + ".lora_down.weight", 3, N, 1, 1);
    lora.put(kohya(CONVOLUTION) + ".alpha", new double[] {6});
    assertAdds(
        lora,
        CONVOLUTION,
        TAPS,
        WEIGHT,
        (o, i, t) ->
            2
                * sum(
                    2,
                    n ->
                        sum(
                            3,
                            m -> mid[(n * 3 + m) * TAPS + t] * up[o * 2 + n] * down[m * N + i])));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, TAPS})
  void hadamardProduct(int taps) {
    String module = taps == 1 ? LINEAR : CONVOLUTION;
    var lora = new LoraBytes();
    double[] a1 = lora.add(kohya(module) + ".hada_w1_a", N, 2);
    double[] b1 = lora.add(kohya(module) + ".hada_w1_b", 2, (long) N * taps);
    double[] a2 = lora.add(kohya(module) + ".hada_w2_a", N, 2);
    double[] b2 = lora.add(kohya(module) + ".hada_w2_b", 2, (long) N * taps);
    lora.put(kohya(module) + ".alpha", new double[] {1});
    assertAdds(
        lora,
        module,
        taps,
        WEIGHT,
        (o, i, t) ->
            0.5
                * sum(2, r -> a1[o * 2 + r] * b1[r * N * taps + i * taps + t])
                * sum(2, r -> a2[o * 2 + r] * b2[r * N * taps + i * taps + t]));
  }

  @Test
  void hadamardProductWithCores() {
    var lora = new LoraBytes();
    double[] t1 = lora.add(kohya(CONVOLUTION) + ".hada_t1", 2, 2, 3, 3);
    double[] a1 = lora.add(kohya(CONVOLUTION) + ".hada_w1_a", 2, N);
    double[] b1 = lora.add(kohya(CONVOLUTION) + ".hada_w1_b", 2, N);
    double[] t2 = lora.add(kohya(CONVOLUTION) + ".hada_t2", 2, 2, 3, 3);
    double[] a2 = lora.add(kohya(CONVOLUTION) + ".hada_w2_a", 2, N);
    double[] b2 = lora.add(kohya(CONVOLUTION) + ".hada_w2_b", 2, N);
    assertAdds(
        lora,
        CONVOLUTION,
        TAPS,
        WEIGHT,
        (o, i, t) -> tucker(t1, a1, b1, o, i, t) * tucker(t2, a2, b2, o, i, t));
  }

  private static double tucker(double[] core, double[] a, double[] b, int o, int i, int t) {
    return sum(2, n -> sum(2, m -> core[(n * 2 + m) * TAPS + t] * a[n * N + o] * b[m * N + i]));
  }

  /** Of two whole factors: alpha does not count then. */
  @Test
  void kroneckerProduct() {
    var lora = new LoraBytes();
    double[] w1 = lora.add(kohya(LINEAR) + ".lokr_w1", 4, 8);
    double[] w2 = lora.add(kohya(LINEAR) + ".lokr_w2", 8, 4);
    lora.put(kohya(LINEAR) + ".alpha", new double[] {1});
    assertAdds(lora, LINEAR, 1, WEIGHT, (o, i, t) -> w1[o / 8 * 8 + i / 4] * w2[o % 8 * 4 + i % 4]);
  }

  @Test
  void kroneckerProductOfProducts() {
    var lora = new LoraBytes();
    double[] a1 = lora.add(kohya(LINEAR) + ".lokr_w1_a", 4, 2);
    double[] b1 = lora.add(kohya(LINEAR) + ".lokr_w1_b", 2, 8);
    double[] a2 = lora.add(kohya(LINEAR) + ".lokr_w2_a", 8, 2);
    double[] b2 = lora.add(kohya(LINEAR) + ".lokr_w2_b", 2, 4);
    lora.put(kohya(LINEAR) + ".alpha", new double[] {1});
    assertAdds(
        lora,
        LINEAR,
        1,
        WEIGHT,
        (o, i, t) ->
            0.5
                * sum(2, r -> a1[o / 8 * 2 + r] * b1[r * 8 + i / 4])
                * sum(2, r -> a2[o % 8 * 2 + r] * b2[r * 4 + i % 4]));
  }

  @Test
  void kroneckerProductWithAConvolution() {
    var lora = new LoraBytes();
    double[] w1 = lora.add(kohya(CONVOLUTION) + ".lokr_w1", 4, 8);
    double[] a2 = lora.add(kohya(CONVOLUTION) + ".lokr_w2_a", 8, 2);
    double[] b2 = lora.add(kohya(CONVOLUTION) + ".lokr_w2_b", 2, 4 * TAPS);
    assertAdds(
        lora,
        CONVOLUTION,
        TAPS,
        WEIGHT,
        (o, i, t) ->
            w1[o / 8 * 8 + i / 4]
                * sum(2, r -> a2[o % 8 * 2 + r] * b2[r * 4 * TAPS + i % 4 * TAPS + t]));
  }

  @Test
  void kroneckerProductWithACore() {
    var lora = new LoraBytes();
    double[] w1 = lora.add(kohya(CONVOLUTION) + ".lokr_w1", 4, 8);
    double[] t2 = lora.add(kohya(CONVOLUTION) + ".lokr_t2", 2, 2, 3, 3);
    double[] a2 = lora.add(kohya(CONVOLUTION) + ".lokr_w2_a", 2, 8);
    double[] b2 = lora.add(kohya(CONVOLUTION) + ".lokr_w2_b", 2, 4);
    lora.put(kohya(CONVOLUTION) + ".alpha", new double[] {4});
    assertAdds(
        lora,
        CONVOLUTION,
        TAPS,
        WEIGHT,
        (o, i, t) ->
            2
                * w1[o / 8 * 8 + i / 4]
                * sum(
                    2,
                    n ->
                        sum(
                            2,
                            m ->
                                t2[(n * 2 + m) * TAPS + t]
                                    * a2[n * 8 + o % 8]
                                    * b2[m * 4 + i % 4])));
  }

  /** Magnitudes of the outputs (kohya's shape and PEFT's) and of the inputs. */
  @ParameterizedTest
  @CsvSource({
    "kohya outputs, 1",
    "kohya outputs, 9",
    "PEFT, 1",
    "PEFT, 9",
    "kohya inputs, 1",
    "kohya inputs, 9"
  })
  void magnitudeAndDirection(String kind, int taps) {
    String module = taps == 1 ? LINEAR : CONVOLUTION;
    boolean peft = kind.equals("PEFT");
    boolean inputs = kind.equals("kohya inputs");
    String prefix = peft ? "base_model.model." + module : kohya(module);
    var lora = new LoraBytes();
    long[] upShape = taps == 1 ? new long[] {N, 2} : new long[] {N, 2, 1, 1};
    long[] downShape = taps == 1 ? new long[] {2, N} : new long[] {2, N, 3, 3};
    double[] up = lora.add(prefix + (peft ? ".lora_B.weight" : ".lora_up.weight"), upShape);
    double[] down = lora.add(prefix + (peft ? ".lora_A.weight" : ".lora_down.weight"), downShape);
    double[] magnitude =
        lora.add(
            prefix + (peft ? ".lora_magnitude_vector" : ".dora_scale"),
            magnitudeShape(peft, inputs, taps));
    double[] plain = plain(N * N * taps);
    var merged = new double[plain.length];
    for (int at = 0; at < plain.length; at++) {
      int o = at / taps / N;
      int column = at % (N * taps);
      merged[at] = plain[at] + sum(2, r -> up[o * 2 + r] * down[r * N * taps + column]);
    }
    var squares = new double[N];
    for (int at = 0; at < plain.length; at++) {
      squares[inputs ? at / taps % N : at / taps / N] += merged[at] * merged[at];
    }
    assertAdds(
        lora,
        module,
        taps,
        WEIGHT,
        (o, i, t) -> {
          int at = (o * N + i) * taps + t;
          int axis = inputs ? i : o;
          return magnitude[axis] * merged[at] / Math.sqrt(squares[axis]) - plain[at];
        });
  }

  private static long[] magnitudeShape(boolean peft, boolean inputs, int taps) {
    if (taps == 1) {
      return peft ? new long[] {N} : inputs ? new long[] {1, N} : new long[] {N, 1};
    }
    return peft || inputs ? new long[] {1, N, 1, 1} : new long[] {N, 1, 1, 1};
  }

  @Test
  void wholeDifference() {
    var lora = new LoraBytes();
    double[] diff = lora.add(kohya(CONVOLUTION) + ".diff", N, N, 3, 3);
    assertAdds(lora, CONVOLUTION, TAPS, WEIGHT, (o, i, t) -> diff[(o * N + i) * TAPS + t]);
  }

  @Test
  void differencesOfNormAndBias() {
    var lora = new LoraBytes();
    double[] weight = lora.add(kohya(NORM) + ".w_norm", N);
    double[] bias = lora.add(kohya(NORM) + ".b_norm", N);
    var use = new LoraUse(lora.write(folder.resolve("norm.safetensors")), WEIGHT, 0);
    double[] plain = plain(N);
    float[] weights = patched(NORM + ".weight", new Shape(N), use);
    float[] biases = patched(NORM + ".bias", new Shape(N), use);
    for (int i = 0; i < N; i++) {
      assertEquals(plain[i] + WEIGHT * weight[i], weights[i], TOLERANCE);
      assertEquals(plain[i] + WEIGHT * bias[i], biases[i], TOLERANCE);
    }
  }

  /** Of different ranks, as trainers with rank dropout leave them. */
  @Test
  void severalAtOnce() {
    var one = new LoraBytes(StoredType.F16, 1);
    double[] up1 = one.add(kohya(LINEAR) + ".lora_up.weight", N, 1);
    double[] down1 = one.add(kohya(LINEAR) + ".lora_down.weight", 1, N);
    Path file = one.write(folder.resolve("one.safetensors"));
    var two = new LoraBytes(StoredType.F32, 2);
    double[] up2 = two.add("unet." + LINEAR + ".lora.up.weight", N, 5);
    double[] down2 = two.add("unet." + LINEAR + ".lora.down.weight", 5, N);
    Path other = two.write(folder.resolve("two.safetensors"));
    float[] actual =
        patched(
            LINEAR + ".weight",
            new Shape(N, N),
            new LoraUse(file, 0.5, 0),
            new LoraUse(other, -2, 0));
    double[] plain = plain(N * N);
    for (int at = 0; at < plain.length; at++) {
      int o = at / N;
      int i = at % N;
      double expected =
          plain[at] + 0.5 * up1[o] * down1[i] - 2 * sum(5, r -> up2[o * 5 + r] * down2[r * N + i]);
      assertEquals(expected, actual[at], 5e-5);
    }
  }

  @Test
  void alphaInDiffusersMetadata() {
    var lora = new LoraBytes();
    lora.addMetadata("lora_adapter_metadata", "{\"unet.lora_alpha\": 8, \"unet.r\": 2}");
    double[] up = lora.add("unet." + LINEAR + ".lora_B.weight", N, 2);
    double[] down = lora.add("unet." + LINEAR + ".lora_A.weight", 2, N);
    assertAdds(
        lora, LINEAR, 1, WEIGHT, (o, i, t) -> 4 * sum(2, r -> up[o * 2 + r] * down[r * N + i]));
  }

  @Test
  void alphaInPeftsFileBesideIt() throws IOException {
    var lora = new LoraBytes();
    double[] up = lora.add("base_model.model." + LINEAR + ".lora_B.weight", N, 4);
    double[] down = lora.add("base_model.model." + LINEAR + ".lora_A.weight", 4, N);
    Files.writeString(
        folder.resolve("adapter_config.json"), "{\"lora_alpha\": 6, \"use_rslora\": true}");
    Path file = lora.write(folder.resolve("adapter_model.safetensors"));
    float[] actual = patched(LINEAR + ".weight", new Shape(N, N), new LoraUse(file, 1, 0));
    double expected = plain(N * N)[0] + 3 * sum(4, r -> up[r] * down[r * N]);
    assertEquals(expected, actual[0], 5e-5);
  }

  private String refusal(LoraBytes lora) {
    var use = new LoraUse(lora.write(folder.resolve("x.safetensors")), 1, 1);
    return assertThrows(
            WeightsException.class,
            () -> LoraSet.open(List.of(use), model.unet(), model.textEncoder(), device))
        .getMessage();
  }

  @Test
  void anotherModelsShapesAreNamed() {
    var lora = new LoraBytes();
    lora.add(kohya(LINEAR) + ".lora_up.weight", 64, 2);
    lora.add(kohya(LINEAR) + ".lora_down.weight", 2, N);
    String message = refusal(lora);
    assertEquals(
        folder.getFileName()
            + "/x.safetensors: its change of "
            + LINEAR
            + ".weight (key \""
            + kohya(LINEAR)
            + ".lora_up.weight\") has the shape [64, 32], but the model's has the shape [32, 32]; it"
            + " was made for another kind of model.",
        message);
  }

  @Test
  void factorsThatDoNotFitEachOtherAreNamed() {
    var lora = new LoraBytes();
    lora.add(kohya(LINEAR) + ".lora_up.weight", N, 3);
    lora.add(kohya(LINEAR) + ".lora_down.weight", 2, N);
    assertEquals(
        folder.getFileName()
            + "/x.safetensors: its keys \""
            + kohya(LINEAR)
            + ".lora_up.weight\" and \""
            + kohya(LINEAR)
            + ".lora_down.weight\" do not fit each other: their shapes are [32, 3] and [2, 32].",
        refusal(lora));
  }

  @Test
  void aMissingFactorIsNamed() {
    var lora = new LoraBytes();
    lora.add(kohya(LINEAR) + ".hada_w1_a", N, 3);
    lora.add(kohya(LINEAR) + ".hada_w1_b", 3, N);
    assertEquals(
        folder.getFileName()
            + "/x.safetensors: its change of "
            + LINEAR
            + ", \""
            + kohya(LINEAR)
            + ".hada_w1_a\", lacks its hada_w2_a; the file is damaged or incomplete.",
        refusal(lora));
  }

  @Test
  void aFileForOtherModelsIsRefused() {
    var lora = new LoraBytes();
    lora.add("lora_te2_text_model_encoder_layers_0_mlp_fc1.lora_up.weight", N, 3);
    assertEquals(
        folder.getFileName()
            + "/x.safetensors: none of its keys belongs to a module of the model; it was made for"
            + " another kind of model or is no LoRA.",
        refusal(lora));
  }
}
