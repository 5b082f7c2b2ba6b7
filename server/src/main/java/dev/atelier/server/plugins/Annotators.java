package dev.atelier.server.plugins;

import dev.atelier.models.pipeline.InvalidRequestException;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiConsumer;

/** The annotators of the plugins that run. Thread-safe. */
public final class Annotators {
  private final RunningSet running;
  private final BiConsumer<RunningPlugin, String> onFault;

  /**
   * @param onFault told what a plugin did wrong
   */
  Annotators(RunningSet running, BiConsumer<RunningPlugin, String> onFault) {
    this.running = running;
    this.onFault = onFault;
  }

  /** Every annotator, in the order of the plugins' start. */
  public List<LiveAnnotator> list() {
    return running.inOrder().stream()
        .filter(plugin -> !plugin.attendance().closing())
        .flatMap(plugin -> plugin.annotators().stream())
        .toList();
  }

  /**
   * Has a control map made; blocks. The plugin is not unloaded meanwhile.
   *
   * @param id of {@link LiveAnnotator#id}
   * @param picture left as it is
   * @param values the parameters that differ from their defaults
   * @return the map, of the same size; empty when no plugin that runs has such an annotator
   * @throws InvalidRequestException when the picture or a value does not do
   * @throws PluginFault when the plugin throws or blocks; it is switched off then
   */
  public Optional<BufferedImage> annotate(
      String id, BufferedImage picture, Map<String, Object> values) {
    for (RunningPlugin plugin : running.inOrder()) {
      Optional<LiveAnnotator> found =
          plugin.annotators().stream().filter(annotator -> annotator.id().equals(id)).findFirst();
      UUID work = UUID.randomUUID();
      if (found.isPresent() && plugin.attendance().enter(work)) {
        try {
          return Optional.of(found.get().annotate(picture, values));
        } catch (PluginFault e) {
          onFault.accept(plugin, e.getMessage());
          throw e;
        } finally {
          plugin.attendance().leave(work);
        }
      }
    }
    return Optional.empty();
  }
}
