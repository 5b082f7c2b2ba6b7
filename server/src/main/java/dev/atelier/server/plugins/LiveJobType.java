package dev.atelier.server.plugins;

import dev.atelier.models.pipeline.InvalidRequestException;
import dev.atelier.plugins.api.JobContext;
import dev.atelier.plugins.api.JobEndedException;
import dev.atelier.plugins.api.JobType;
import dev.atelier.plugins.api.Parameters;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A plugin's long work as the studio calls it. Thread-safe. */
public final class LiveJobType {
  private final JobType type;
  private final Callbacks callbacks;
  private final String plugin;
  private final String id;
  private final String title;
  private final ParameterSchema schema;

  /** How a run came to its end without a fault. */
  private record Outcome(boolean asked, Optional<String> refusal) {}

  /**
   * Asks a kind of work what it is.
   *
   * @throws PluginFault when it throws, blocks or says what cannot be used
   */
  LiveJobType(JobType type, String plugin, PanelFiles files, Callbacks callbacks) {
    Named named =
        Named.ask(callbacks, "job", () -> new Named(type.id(), type.title(), type.schema()));
    this.type = type;
    this.callbacks = callbacks;
    this.plugin = plugin;
    id = plugin + "." + named.id();
    title = named.title();
    schema = named.schema(plugin, files);
  }

  /** The plugin's id, a dot and its own. */
  public String id() {
    return id;
  }

  /** The plugin's id. */
  public String plugin() {
    return plugin;
  }

  /** What users read. */
  public String title() {
    return title;
  }

  /** The schema of its parameters. */
  public ParameterSchema schema() {
    return schema;
  }

  /**
   * The parameters of a job, with defaults filled in.
   *
   * @param values those that differ from their defaults
   * @throws InvalidRequestException when one is not what it may be
   */
  public Parameters parameters(Map<String, Object> values) {
    try {
      return new Parameters(schema.complete(values));
    } catch (InvalidRequestException e) {
      throw new InvalidRequestException("parameters", e.getMessage());
    }
  }

  /**
   * Does the work; blocks for as long as it takes.
   *
   * @param asked completes when it shall end
   * @return why it cannot be done as the user asked for it; empty when it is done
   * @throws JobEndedException when it ended because it was asked to
   * @throws PluginFault when it threw anything else, or did not end in time
   */
  Optional<String> run(JobContext job, CompletableFuture<?> asked) {
    Outcome outcome =
        callbacks.callUntil(asked, "do the job “%s”".formatted(title), () -> outcome(job, asked));
    if (outcome.asked()) {
      throw new JobEndedException();
    }
    return outcome.refusal();
  }

  private Outcome outcome(JobContext job, CompletableFuture<?> asked) throws Exception {
    try {
      type.run(job);
      return new Outcome(false, Optional.empty());
    } catch (InvalidRequestException e) {
      // Its words alone, without the plugin's stack.
      return new Outcome(false, Optional.of(e.getMessage()));
    } catch (Exception e) {
      if (asked.isDone() && endedBy(e)) {
        return new Outcome(true, Optional.empty());
      }
      throw e;
    }
  }

  /** Also where a plugin has wrapped it. */
  private static boolean endedBy(Throwable thrown) {
    for (Throwable each = thrown; each != null; each = each.getCause()) {
      if (each instanceof JobEndedException) {
        return true;
      }
    }
    return false;
  }
}
