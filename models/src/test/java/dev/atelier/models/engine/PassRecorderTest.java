package dev.atelier.models.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** On a GPU, where there is one, passes are recorded; on a CPU each is made as it is. */
class PassRecorderTest {
  private static ComputeDevice device;
  private static NDManager manager;

  private final List<Integer> made = new ArrayList<>();
  private final Function<List<NDArray>, NDArray> pass =
      inputs -> {
        made.add((int) inputs.get(0).size());
        return device.layers().call("multiply", inputs.get(0), inputs.get(1));
      };

  @BeforeAll
  static void open() {
    device = ComputeDevice.open().inFloat32();
    manager = device.manager().newSubManager();
  }

  @AfterAll
  static void close() {
    manager.close();
    device.close();
  }

  private float[] run(PassRecorder recorder, float... factors) {
    try (var scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDArray x = manager.create(factors);
      return recorder.run(List.of(x, x), pass).toFloatArray();
    }
  }

  @Test
  void everyPassSeesItsOwnInputs() {
    try (var recorder = new PassRecorder(device)) {
      for (int i = 0; i < 5; i++) {
        assertArrayEquals(new float[] {i * i, 4}, run(recorder, i, 2));
      }
    }
  }

  @Test
  void inputsOfOtherShapesAreTakenAtAnyTime() {
    try (var recorder = new PassRecorder(device)) {
      for (int i = 0; i < 3; i++) {
        assertArrayEquals(new float[] {4, 9}, run(recorder, 2, 3));
        assertArrayEquals(new float[] {4, 9}, run(recorder, 2, 3));
        assertArrayEquals(new float[] {4, 9}, run(recorder, 2, 3));
        assertArrayEquals(new float[] {4, 9, 16}, run(recorder, 2, 3, 4));
      }
    }
  }

  @Test
  void resultsAreNotOverwrittenByTheNextPass() {
    try (var recorder = new PassRecorder(device);
        var scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      List<NDArray> results = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        NDArray x = manager.create(new float[] {i});
        results.add(recorder.run(List.of(x, x), pass));
      }
      for (int i = 0; i < 4; i++) {
        assertEquals(i * i, results.get(i).getFloat());
      }
    }
  }

  /**
   * The second pass of a shape is made once to warm up and once to record, the later ones never.
   */
  @Test
  void aGpuIsAskedForTheWholePassAtOnce() {
    try (var recorder = new PassRecorder(device)) {
      for (int i = 0; i < 6; i++) {
        run(recorder, i);
      }
    }
    assertEquals(device.device().isGpu() ? 3 : 6, made.size());
  }
}
