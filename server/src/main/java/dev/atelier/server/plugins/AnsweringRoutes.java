package dev.atelier.server.plugins;

import dev.atelier.plugins.api.Answer;
import dev.atelier.plugins.api.Call;
import dev.atelier.plugins.api.Routes;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A plugin's endpoints as the studio calls them: a few requests at once. Thread-safe. */
final class AnsweringRoutes {
  /** Requests that are answered at once; more wait for a while, on threads that others need. */
  private static final int MAX_CALLS = 8;

  private static final int MAX_WAIT_SECONDS = 5;

  private final Routes routes;
  private final Callbacks callbacks;
  private final Semaphore calls = new Semaphore(MAX_CALLS);

  AnsweringRoutes(Routes routes, Callbacks callbacks) {
    this.routes = routes;
    this.callbacks = callbacks;
  }

  /**
   * Answers a request. Waits for its turn when there are many.
   *
   * @throws PluginFault when the plugin throws or blocks
   */
  Answer answer(Call call) {
    if (!turn()) {
      return Answer.problem(429, "The plugin is busy; try again in a moment.");
    }
    try {
      return callbacks.call("answer a request", () -> Objects.requireNonNull(routes.answer(call)));
    } finally {
      calls.release();
    }
  }

  private boolean turn() {
    try {
      return calls.tryAcquire(MAX_WAIT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
