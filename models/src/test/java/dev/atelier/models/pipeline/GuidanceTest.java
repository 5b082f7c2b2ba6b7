package dev.atelier.models.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.atelier.models.CpuDevice;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The arithmetic of guidance, against its formulas in doubles. */
class GuidanceTest {
  private static final int SIZE = 4 * 3 * 5;
  private static final double SCALE = 7.5;
  @RegisterExtension private static final CpuDevice cpu = new CpuDevice();
  private static float[] outputs;

  @BeforeAll
  static void open() {
    var random = new Random(3);
    outputs = new float[4 * SIZE]; // two pictures without their prompts, then with them
    for (int i = 0; i < outputs.length; i++) {
      outputs[i] = (float) random.nextGaussian();
    }
  }

  private static float[] rescaled(double rescale) {
    try (NDArray output = cpu.device().manager().create(outputs, new Shape(4, 4, 3, 5));
        NDArray guided = cpu.device().layers().call("guidance", output, SCALE);
        NDArray result =
            cpu.device().layers().call("rescale_guidance", guided, output, 1, rescale)) {
      return result.toFloatArray();
    }
  }

  private static float[] expected(int picture, double rescale) {
    double[] guided = new double[SIZE];
    double[] conditional = new double[SIZE];
    for (int i = 0; i < SIZE; i++) {
      double unconditional = outputs[picture * SIZE + i];
      conditional[i] = outputs[(picture + 2) * SIZE + i];
      guided[i] = unconditional + SCALE * (conditional[i] - unconditional);
    }
    double ratio = deviation(conditional) / deviation(guided);
    float[] result = new float[SIZE];
    for (int i = 0; i < SIZE; i++) {
      result[i] = (float) (rescale * guided[i] * ratio + (1 - rescale) * guided[i]);
    }
    return result;
  }

  private static double deviation(double[] values) {
    double mean = 0;
    for (double value : values) {
      mean += value / values.length;
    }
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    return Math.sqrt(squares / (values.length - 1));
  }

  /** Lin et al. (2023), equations 14 to 16, each picture by itself. */
  @Test
  void rescaleGivesTheSpreadBackThatGuidanceAdds() {
    for (double rescale : new double[] {0, 0.3, 0.7, 1}) {
      float[] actual = rescaled(rescale);
      assertEquals(2 * SIZE, actual.length);
      for (int picture = 0; picture < 2; picture++) {
        float[] part = Arrays.copyOfRange(actual, picture * SIZE, (picture + 1) * SIZE);
        assertArrayEquals(expected(picture, rescale), part, 1e-5f, "rescale " + rescale);
      }
    }
  }

  /** As prompts joined by AND have it: one negative prompt and two others. */
  @Test
  void spreadOfSeveralPromptsIsThatOfTheirMean() {
    try (NDArray output = cpu.device().manager().create(outputs, new Shape(4, 4, 3, 5));
        NDArray three = output.get("0:3");
        NDArray guided = output.get("3:4").mul(9);
        NDArray result = cpu.device().layers().call("rescale_guidance", guided, three, 2, 1.0)) {
      double[] mean = new double[SIZE];
      for (int i = 0; i < SIZE; i++) {
        mean[i] = (outputs[SIZE + i] + outputs[2 * SIZE + i]) / 2;
      }
      double[] values = new double[SIZE];
      float[] actual = result.toFloatArray();
      for (int i = 0; i < SIZE; i++) {
        values[i] = actual[i];
      }
      assertEquals(deviation(mean), deviation(values), 1e-6);
    }
  }
}
