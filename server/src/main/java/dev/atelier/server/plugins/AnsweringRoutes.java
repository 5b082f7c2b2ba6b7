package dev.atelier.server.plugins;

import dev.atelier.plugins.api.Answer;
import dev.atelier.plugins.api.Call;
import dev.atelier.plugins.api.Routes;
import java.util.Objects;

/** A plugin's endpoints as the studio calls them. Thread-safe. */
final class AnsweringRoutes {
  private final Routes routes;
  private final Callbacks callbacks;
  private final Turns turns = new Turns(8);

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
    return turns
        .take(
            () ->
                callbacks.call(
                    "answer a request", () -> Objects.requireNonNull(routes.answer(call))))
        .orElseGet(() -> Answer.problem(429, "The plugin is busy; try again in a moment."));
  }
}
