package dev.atelier.server;

import dev.atelier.server.cli.Atelier;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.WebClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A studio in a process of its own, on this test's class path. */
final class StudioProcess implements AutoCloseable {
  private static final Pattern READY =
      Pattern.compile("Atelier is ready at http://127\\.0\\.0\\.1:(\\d+)");
  private final Process process;
  private final int port;
  private final WebClient client;

  private StudioProcess(Process process, int port, Vertx vertx) {
    this.process = process;
    this.port = port;
    this.client = WebClient.create(vertx);
  }

  /**
   * Starts Atelier as its launcher does, on any free port, and waits for its ready line.
   *
   * @param options more of its options
   */
  static StudioProcess atelier(Vertx vertx, Path data, String... options) throws IOException {
    List<String> main = new ArrayList<>();
    main.addAll(List.of(Atelier.class.getName(), "run", "--port", "0"));
    main.addAll(List.of("--home", Path.of("..").toAbsolutePath().normalize().toString()));
    main.addAll(List.of("--data", data.toString()));
    main.addAll(List.of(options));
    return start(vertx, main);
  }

  /**
   * Starts a process and waits for its ready line.
   *
   * @param main the main class and its arguments
   */
  static StudioProcess start(Vertx vertx, List<String> main) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path")));
    command.addAll(main);
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      Matcher ready = READY.matcher(line);
      if (ready.matches()) {
        return new StudioProcess(process, Integer.parseInt(ready.group(1)), vertx);
      }
    }
    throw new IOException("The studio ended before it was ready");
  }

  int port() {
    return port;
  }

  long pid() {
    return process.pid();
  }

  /** Queues a job. */
  JsonObject post(JsonObject request) {
    return post("/api/v1/images", request);
  }

  JsonObject post(String path, JsonObject request) {
    return client.post(port, "127.0.0.1", path).sendJsonObject(request).await().bodyAsJsonObject();
  }

  JsonObject get(String path) {
    return client.get(port, "127.0.0.1", path).send().await().bodyAsJsonObject();
  }

  byte[] bytes(String path) {
    return client.get(port, "127.0.0.1", path).send().await().body().getBytes();
  }

  /** Waits for the job's end, however long that takes. */
  JsonObject ended(JsonObject job) {
    JsonObject now = get("/api/v1/jobs/" + job.getString("id") + "?wait=60");
    while (List.of("queued", "running").contains(now.getString("state"))) {
      now = get("/api/v1/jobs/" + job.getString("id") + "?wait=60");
    }
    return now;
  }

  /** SIGKILL: the process gets to do nothing more. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() throws InterruptedException {
    kill();
    client.close();
  }
}
