package dev.atelier.server.plugins;

import java.io.IOException;
import java.nio.file.Files;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** What users change in a studio's plugins. Thread-safe: all of it is done on the host's thread. */
public final class PluginChanges {
  private final HostThread thread;
  private final PluginFolder folder;
  private final Switches switches;
  private final RunningSet running;
  private final StatusBoard board;
  private final Reconciliation reconciliation;
  private final Consumer<UUID> cancelJob;

  /**
   * @param cancelJob asks for a job to end at its next step
   */
  PluginChanges(
      HostThread thread,
      PluginFolder folder,
      Switches switches,
      RunningSet running,
      StatusBoard board,
      Reconciliation reconciliation,
      Consumer<UUID> cancelJob) {
    this.thread = thread;
    this.folder = folder;
    this.switches = switches;
    this.running = running;
    this.board = board;
    this.reconciliation = reconciliation;
    this.cancelJob = cancelJob;
  }

  /** Switches a plugin on, also one that was switched off for a fault. */
  public CompletionStage<Boolean> enable(String id) {
    return change(id, false, () -> switches.enable(id));
  }

  /**
   * Switches a plugin off.
   *
   * @param cancel whether to cancel the pictures that it takes part in, rather than wait for them
   */
  public CompletionStage<Boolean> disable(String id, boolean cancel) {
    return change(id, cancel, () -> switches.disable(id));
  }

  /** Ends a plugin and starts it anew from its jar. */
  public CompletionStage<Boolean> reload(String id, boolean cancel) {
    return change(
        id,
        cancel,
        () -> {
          switches.enable(id);
          reconciliation.again(id);
          folder.look();
        });
  }

  /** Ends a plugin and deletes its jars. */
  public CompletionStage<Boolean> remove(String id, boolean cancel) {
    return change(
        id,
        cancel,
        () -> {
          for (FoundJar jar : folder.found()) {
            boolean named = jar.file().getFileName().toString().equals(id);
            if (named || jar.descriptor().filter(d -> d.getPluginId().equals(id)).isPresent()) {
              Files.deleteIfExists(jar.file());
            }
          }
          folder.look();
        });
  }

  /**
   * Puts a jar into the folder, in the place of the one that has its plugin by now.
   *
   * @return the plugin's id, once no older version of it runs; whether it starts says {@link
   *     PluginHost#plugins}. Fails with {@link UnusableJarException} when the jar can be no plugin
   */
  public CompletionStage<String> install(byte[] jar) {
    return thread
        .submit(
            () -> {
              String id = folder.take(jar);
              reconciliation.run();
              return reconciliation.settled(id).thenApply(settled -> id);
            })
        .thenCompose(installed -> installed);
  }

  private interface Change {
    void make() throws IOException;
  }

  /** Whether there is such a plugin; completes when all is as it shall be with it. */
  private CompletionStage<Boolean> change(String id, boolean cancel, Change change) {
    if (cancel) {
      running.find(id).ifPresent(plugin -> plugin.attendance().jobs().forEach(cancelJob));
    }
    return thread
        .submit(
            () -> {
              if (board.plugins().stream().noneMatch(plugin -> plugin.id().equals(id))) {
                return CompletableFuture.completedStage(false);
              }
              change.make();
              reconciliation.run();
              return reconciliation.settled(id).thenApply(settled -> true);
            })
        .thenCompose(changed -> changed);
  }
}
