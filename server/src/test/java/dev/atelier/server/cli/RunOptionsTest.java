package dev.atelier.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class RunOptionsTest {
  private static final String VARIABLE = "ATELIER_FOLDERS_OVER_HTTP";

  @AfterEach
  void forget() {
    System.clearProperty(VARIABLE);
  }

  /** A variable that is set to nothing is not set. */
  @ParameterizedTest
  @CsvSource({
    ", , false",
    "true, , true",
    "'', , false",
    ", --folders-over-http, true",
    "true, --folders-over-http, true"
  })
  void foldersOverHttpIsAVariableOrAnOption(String variable, String option, boolean expected) {
    if (variable != null) {
      System.setProperty(VARIABLE, variable);
    }
    CommandLine run = new CommandLine(new RunCommand());
    run.parseArgs(option == null ? new String[0] : new String[] {option});
    boolean value = run.getCommandSpec().findOption("--folders-over-http").getValue();
    assertEquals(expected, value);
  }
}
