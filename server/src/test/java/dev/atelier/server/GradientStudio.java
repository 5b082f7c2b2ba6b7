package dev.atelier.server;

import java.nio.file.Path;
import java.util.List;

/** A process of its own with a studio that draws gradients: something to kill. */
public final class GradientStudio {
  private GradientStudio() {}

  /** Starts it on the data folder that is the only argument, on any free port. */
  public static void main(String[] args) {
    ServerConfig config =
        new ServerConfig(
            "127.0.0.1",
            0,
            Path.of(args[0]),
            List.of(),
            Path.of("..", "models", "storybook"),
            List.of());
    AtelierServer server =
        AtelierServer.start(config, (models, pictures) -> GradientGenerator.free()).await();
    System.out.println("Atelier is ready at http://127.0.0.1:" + server.port());
  }
}
