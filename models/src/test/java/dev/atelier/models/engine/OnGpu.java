package dev.atelier.models.engine;

import ai.djl.engine.Engine;
import ai.djl.engine.StandardCapabilities;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A test of what happens on a GPU alone; it is left out where there is none. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(OnGpu.Condition.class)
public @interface OnGpu {
  /** Whether libtorch finds a GPU. */
  final class Condition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      return Engine.getEngine("PyTorch").hasCapability(StandardCapabilities.CUDA)
          ? ConditionEvaluationResult.enabled("a GPU is here")
          : ConditionEvaluationResult.disabled("no GPU is here");
    }
  }
}
