package dev.atelier.server.plugins;

import dev.atelier.models.pipeline.Extras;
import dev.atelier.models.pipeline.ImageRequest;
import dev.atelier.models.pipeline.InvalidRequestException;
import dev.atelier.plugins.api.Panel;
import dev.atelier.plugins.api.Refusal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/**
 * The plugins that run, in the order in which they were started. Changed by the host's thread
 * alone; the lock keeps a picture from beginning between an old version's end and the new one's
 * start.
 */
final class RunningSet {
  private static final int MAX_WAIT_SECONDS = 30;

  private volatile List<RunningPlugin> plugins = List.of();
  private boolean moving;

  /** Whether one that is on its way out comes back. */
  private boolean changing;

  RunningSet() {}

  /** In the order of their start. */
  List<RunningPlugin> inOrder() {
    return plugins;
  }

  /** The plugin of that id, if it runs. */
  Optional<RunningPlugin> find(String id) {
    return plugins.stream().filter(plugin -> plugin.id().equals(id)).findFirst();
  }

  synchronized void add(RunningPlugin plugin) {
    List<RunningPlugin> more = new ArrayList<>(plugins);
    more.add(plugin);
    plugins = List.copyOf(more);
  }

  synchronized void remove(RunningPlugin plugin) {
    plugins = plugins.stream().filter(other -> other != plugin).toList();
  }

  /**
   * These take part in no new picture.
   *
   * @param wanted ids of plugins that shall run: of those, another start follows
   */
  synchronized void leaving(Collection<RunningPlugin> going, Set<String> wanted) {
    going.forEach(plugin -> plugin.attendance().close());
    changing = going.stream().map(RunningPlugin::id).anyMatch(wanted::contains);
    notifyAll();
  }

  /** No picture begins until {@link #settled}. */
  synchronized void moving() {
    moving = true;
  }

  synchronized void settled() {
    moving = false;
    notifyAll();
  }

  /**
   * Enters a job into every plugin that may take part. Waits while plugins are exchanged, from the
   * moment when the old version takes no more pictures until the new one does.
   *
   * @throws PluginFault when one that it names does not run
   */
  synchronized List<RunningPlugin> enter(UUID job, ImageRequest request) {
    Set<String> named = request.extras().parameters().keySet();
    try {
      while (moving || changing) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PluginFault("The studio stopped before the picture began.");
    }
    for (String id : named) {
      if (find(id).filter(plugin -> !plugin.attendance().closing()).isEmpty()) {
        throw new PluginFault(absent(id));
      }
    }
    return plugins.stream().filter(plugin -> plugin.attendance().enter(job)).toList();
  }

  /**
   * See {@link PluginHost#admit}. Under the lock, so that no exchange begins between the wait and
   * the look.
   */
  synchronized ImageRequest complete(ImageRequest request) {
    if (request.extras().parameters().isEmpty()) {
      return request;
    }
    awaitSettled();
    Map<String, Map<String, Object>> complete = new HashMap<>();
    request
        .extras()
        .parameters()
        .forEach((id, values) -> complete.put(id, schema(id).complete(values)));
    return request.toBuilder().optExtras(new Extras(complete)).build();
  }

  /** Waits while plugins are exchanged, at most for as long as their callbacks may take. */
  private void awaitSettled() {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(MAX_WAIT_SECONDS);
    try {
      for (long left = end - System.nanoTime();
          moving && left > 0;
          left = end - System.nanoTime()) {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * What is wrong with a request to the eyes of the plugins that run, the first found.
   *
   * @param onFault told what a plugin did wrong
   */
  Optional<Refusal> refusal(ImageRequest request, BiConsumer<RunningPlugin, String> onFault) {
    for (RunningPlugin plugin : plugins) {
      if (plugin.attendance().closing()) {
        continue;
      }
      try {
        Optional<Refusal> refusal = plugin.refusal(request);
        if (refusal.isPresent()) {
          return refusal;
        }
      } catch (PluginFault e) {
        onFault.accept(plugin, e.getMessage());
      }
    }
    return Optional.empty();
  }

  private ParameterSchema schema(String id) {
    RunningPlugin plugin =
        find(id).orElseThrow(() -> new InvalidRequestException("plugins", absent(id)));
    return schema(plugin)
        .orElseThrow(
            () ->
                new InvalidRequestException(
                    "plugins", "The plugin %s has no parameters; leave it out.".formatted(id)));
  }

  /** The schema of its panel among the settings of a picture. */
  static Optional<ParameterSchema> schema(RunningPlugin plugin) {
    return plugin.panels().stream()
        .filter(panel -> panel.place() == Panel.Place.GENERATE)
        .map(LivePanel::schema)
        .findFirst();
  }

  private static String absent(String id) {
    return "The plugin %s does not run; switch it on, or make the picture without it."
        .formatted(id);
  }

  /**
   * A file of a panel.
   *
   * @param path as in the panel's address
   */
  Optional<PanelFiles.PanelFile> file(String path) {
    return plugins.stream()
        .filter(plugin -> path.startsWith(plugin.files()))
        .findFirst()
        .flatMap(plugin -> plugin.panelFiles().find(path.substring(plugin.files().length())));
  }
}
