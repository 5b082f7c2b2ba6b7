package dev.atelier.server.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.models.pipeline.InvalidRequestException;
import dev.atelier.models.weights.WeightsException;
import dev.atelier.server.Requests;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class JobFailureTest {
  private static JobFailure of(Throwable thrown) {
    return JobFailure.of(thrown, Requests.small(1));
  }

  @Test
  void whatTheEngineSaysToTheUserIsPassedOn() {
    JobFailure failure = of(new InvalidRequestException("model", "There is no model “x”."));
    assertEquals("There is no model “x”.", failure.sentence());
    assertEquals(JobFailure.Kind.EXPECTED, failure.kind());
  }

  @Test
  void everyAllocatorsComplaintIsLackOfMemory() {
    for (Throwable thrown :
        new Throwable[] {
          new OutOfMemoryError("Java heap space"),
          new IllegalStateException("CUDA out of memory. Tried to allocate 2.00 GiB"),
          new RuntimeException(new RuntimeException("MPS backend out of memory")),
          new RuntimeException(
              "[enforce fail at alloc_cpu.cpp:115] DefaultCPUAllocator: can't allocate memory: you tried to allocate 17179869184 bytes"),
          new WeightsException(
              Path.of("unet.safetensors"),
              "it cannot be read.",
              new IOException("Map failed", new OutOfMemoryError("Map failed")))
        }) {
      assertEquals(
          "There is not enough memory for a picture of 64 × 64 pixels; make a smaller one, or close"
              + " other programs.",
          of(thrown).sentence());
      assertEquals(JobFailure.Kind.MEMORY, of(thrown).kind());
    }
  }

  /** Trying again would not help, and the sentence of the file's fault would be lost. */
  @Test
  void modelThatIsCalledOutOfMemoryIsNoLackOfMemory() {
    JobFailure failure = of(new WeightsException(Path.of("out of memory.ckpt"), "is cut off"));
    assertEquals("out of memory.ckpt: is cut off", failure.sentence());
    assertEquals(JobFailure.Kind.EXPECTED, failure.kind());
  }

  @Test
  void batchThatDoesNotFitShouldBeSmaller() {
    JobFailure failure = JobFailure.of(new OutOfMemoryError(), Requests.of("a fox", 1, 1, 4));
    assertEquals(
        "There is not enough memory for 4 pictures of 64 × 64 pixels at once; make fewer or smaller"
            + " ones.",
        failure.sentence());
  }

  @Test
  void fullDiskIsNamed() {
    assertEquals(
        "The picture could not be written to the data folder (No space left on device); make room"
            + " on its disk.",
        of(new IOException("No space left on device")).sentence());
  }

  @Test
  void anythingElseIsAtelierFaultAndForTheLog() {
    JobFailure failure = of(new NullPointerException());
    assertEquals("Something went wrong inside Atelier: NullPointerException", failure.sentence());
    assertEquals(JobFailure.Kind.FAULT, failure.kind());
  }

  @Test
  void causeThatIsItsOwnCauseEndsTheSearch() {
    Throwable one = new IllegalStateException("one");
    one.initCause(new IllegalStateException("two", one));
    assertTrue(of(one).sentence().endsWith("one"));
  }
}
