package dev.atelier.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command as a process of its own, as the launcher starts it. */
@Timeout(
    value = 120,
    unit = TimeUnit.SECONDS,
    threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // a pipe that is read heeds no interrupt
class RunCommandTest {
  private static final String READY = "Atelier is ready at ";

  @TempDir Path data;
  private Process process;

  @AfterEach
  void end() {
    if (process != null) {
      process.destroyForcibly();
    }
  }

  private void run(String... options) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add("-Datelier.home=" + Path.of("..").toAbsolutePath().normalize());
    command.add(Atelier.class.getName());
    command.add("run");
    command.addAll(List.of(options));
    process = new ProcessBuilder(command).start();
  }

  private String errors() throws IOException {
    return new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  @Test
  void printsOneLineWhenItTakesRequestsAndStopsWhenTold() throws Exception {
    run("--port", "0", "--data", data.toString());
    try (var out = process.inputReader()) {
      String line = out.readLine();
      assertTrue(line.startsWith(READY + "http://127.0.0.1:"), line);
      var health = URI.create(line.substring(READY.length()) + "/health");
      var answer =
          HttpClient.newHttpClient()
              .send(HttpRequest.newBuilder(health).build(), HttpResponse.BodyHandlers.ofString());
      assertEquals(200, answer.statusCode());

      // Process.destroy would close the pipe that is still read.
      process.toHandle().destroy();
      assertNull(out.readLine(), "a second line");
    }
    assertEquals(128 + 15, process.waitFor(), "exit code of a process that SIGTERM ended");
  }

  @Test
  void portInUseIsOneSentence() throws Exception {
    try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      run("--port", "" + other.getLocalPort(), "--data", data.toString());
      assertEquals(
          "Port "
              + other.getLocalPort()
              + " is in use already; stop what listens there, or choose another with --port."
              + System.lineSeparator(),
          errors());
      assertEquals(1, process.waitFor());
    }
  }

  @Test
  void dataFolderThatCannotBeUsedIsOneSentence() throws Exception {
    Path file = Files.writeString(data.resolve("file"), "not a folder");
    run("--port", "0", "--data", file.toString());
    String errors = errors();
    assertTrue(errors.startsWith("The data folder " + file + " cannot be"), errors);
    assertTrue(errors.endsWith("with --data." + System.lineSeparator()), errors);
    assertEquals(1, errors.lines().count(), errors);
    assertEquals(1, process.waitFor());
  }
}
