package dev.atelier.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class StudioOptionsTest {
  @Command
  private static final class Some {
    @Mixin final StudioOptions studio = new StudioOptions();
  }

  @AfterEach
  void forget() {
    List.of("ATELIER_MODELS", "ATELIER_DATA", "atelier.home").forEach(System::clearProperty);
  }

  private static StudioOptions parse(String... arguments) {
    var some = new Some();
    new CommandLine(some).parseArgs(arguments);
    return some.studio;
  }

  @Test
  void dataLiesInTheCheckoutUnlessSaid() {
    System.setProperty("atelier.home", "checkout");
    assertEquals(Path.of("checkout", "data"), parse().dataDir());
    assertEquals(Path.of("checkout", "models", "storybook"), parse().builtInModel());
    assertEquals(
        List.of(
            Path.of("checkout", "models", "storybook"),
            Path.of("checkout", "models", "storybook-extras")),
        parse().builtInModels());
    assertEquals(List.of(), parse().modelDirs());
    assertEquals(Path.of("elsewhere"), parse("--data", "elsewhere").dataDir());
  }

  @Test
  void modelFoldersComeFromTheVariableOrTheOption() {
    System.setProperty("ATELIER_MODELS", "a" + File.pathSeparator + "b");
    assertEquals(List.of(Path.of("a"), Path.of("b")), parse().modelDirs());
    assertEquals(
        List.of(Path.of("c"), Path.of("d")), parse("--models", "c", "--models", "d").modelDirs());
  }

  @Test
  void variableSetToNothingIsNotSet() {
    System.setProperty("atelier.home", "checkout");
    System.setProperty("ATELIER_MODELS", "");
    System.setProperty("ATELIER_DATA", "");
    assertEquals(List.of(), parse().modelDirs());
    assertEquals(Path.of("checkout", "data"), parse().dataDir());
  }
}
