package dev.atelier.server.plugins;

import dev.atelier.plugins.api.JobContext;
import dev.atelier.plugins.api.JobEndedException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;

/** The long work that plugins which run can do. Thread-safe. */
public final class JobTypes {
  private final RunningSet running;
  private final BiConsumer<RunningPlugin, String> onFault;

  /**
   * @param onFault told what a plugin did wrong
   */
  JobTypes(RunningSet running, BiConsumer<RunningPlugin, String> onFault) {
    this.running = running;
    this.onFault = onFault;
  }

  /** Every kind of work, in the order of the plugins' start. */
  public List<LiveJobType> list() {
    return running.inOrder().stream()
        .filter(plugin -> !plugin.attendance().closing())
        .flatMap(plugin -> plugin.jobTypes().stream())
        .toList();
  }

  /** The kind of work of that {@link LiveJobType#id}, if a plugin that runs does it. */
  public Optional<LiveJobType> find(String id) {
    return list().stream().filter(type -> type.id().equals(id)).findFirst();
  }

  /**
   * Keeps a plugin from being unloaded until a job of it has ended.
   *
   * @param type of {@link LiveJobType#id}
   * @param onClosing called when the plugin is about to be unloaded and waits for the job; must not
   *     wait
   * @return empty when no plugin that runs does such work
   */
  public Optional<Entered> enter(String type, UUID job, Runnable onClosing) {
    for (RunningPlugin plugin : running.inOrder()) {
      Optional<LiveJobType> found =
          plugin.jobTypes().stream().filter(known -> known.id().equals(type)).findFirst();
      if (found.isPresent() && plugin.attendance().enter(job, onClosing)) {
        return Optional.of(new Entered(plugin, found.get(), job));
      }
    }
    return Optional.empty();
  }

  /** One job's hold on the plugin that does it. */
  public final class Entered implements AutoCloseable {
    private final RunningPlugin plugin;
    private final LiveJobType type;
    private final UUID job;

    private Entered(RunningPlugin plugin, LiveJobType type, UUID job) {
      this.plugin = plugin;
      this.type = type;
      this.job = job;
    }

    /** What is done. */
    public LiveJobType type() {
      return type;
    }

    /**
     * Does the job; blocks for as long as it takes.
     *
     * @param asked completes when it shall end
     * @return why it cannot be done as the user asked for it; empty when it is done
     * @throws JobEndedException when it ended because it was asked to
     * @throws PluginFault when the plugin threw or did not end in time; it is switched off then
     */
    public Optional<String> run(JobContext context, CompletableFuture<?> asked) {
      try {
        return type.run(context, asked);
      } catch (PluginFault e) {
        onFault.accept(plugin, e.getMessage());
        throw e;
      }
    }

    /** Lets the plugin go. */
    @Override
    public void close() {
      plugin.attendance().leave(job);
    }
  }
}
