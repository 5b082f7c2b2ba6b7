package dev.atelier.models.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.pytorch.jni.JniUtils;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class EngineFactsTest {
  @Test
  void readsWhatTheEngineSays() {
    EngineFacts facts = EngineFacts.read();

    assertTrue(facts.djl().startsWith("0."), facts.djl());
    assertTrue(facts.libtorch().startsWith("2."), facts.libtorch());
    assertTrue(
        Files.exists(facts.libtorchFolder().resolve(System.mapLibraryName("torch"))),
        facts.toString());
    assertEquals(JniUtils.getNumThreads(), facts.threads());
    assertEquals(facts.cuda().isEmpty(), facts.gpus().isEmpty());
    assertTrue(facts.gradients());
  }

  @Test
  void leavesTheGradientModeOfItsThread() {
    EngineFacts.read();
    JniUtils.setGradMode(false);
    try {
      EngineFacts.read();
      assertEquals(false, JniUtils.isGradMode());
    } finally {
      JniUtils.setGradMode(true);
    }
  }
}
