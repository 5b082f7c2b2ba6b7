package dev.atelier.server.plugins;

import dev.atelier.models.pipeline.ImageRequest;
import dev.atelier.models.pipeline.InvalidRequestException;
import dev.atelier.plugins.api.GenerationStep.OnFault;
import dev.atelier.plugins.api.PictureOrder;
import dev.atelier.plugins.api.PicturePart;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Asks every plugin that runs for its parts in a job. */
final class PictureOpening {
  private final UUID job;
  private final ImageRequest request;
  private final BiConsumer<RunningPlugin, String> onFault;
  private final List<PictureParts.Part> parts = new ArrayList<>();

  private PictureOpening(
      UUID job, ImageRequest request, BiConsumer<RunningPlugin, String> onFault) {
    this.job = job;
    this.request = request;
    this.onFault = onFault;
  }

  /**
   * Opens the parts.
   *
   * @param onFault told what a plugin did wrong
   * @param onLeave told which plugins took part when the job has ended
   */
  static PictureParts open(
      RunningSet running,
      UUID job,
      ImageRequest request,
      BiConsumer<RunningPlugin, String> onFault,
      Consumer<List<RunningPlugin>> onLeave) {
    List<RunningPlugin> plugins =
        running.enter(job, request).stream()
            .sorted(Comparator.comparing(RunningPlugin::id))
            .toList();
    PictureOpening opening = new PictureOpening(job, request, onFault);
    Runnable close =
        () -> {
          plugins.forEach(plugin -> plugin.attendance().leave(job));
          List<RunningPlugin> used = plugins.stream().filter(opening::takesPart).toList();
          if (!used.isEmpty()) {
            onLeave.accept(used);
          }
        };
    PictureParts opened = null;
    try {
      plugins.forEach(opening::ask);
      opened = new PictureParts(request, opening.parts, onFault, close);
      return opened.rewrite();
    } catch (RuntimeException e) {
      (opened == null ? new PictureParts(request, opening.parts, onFault, close) : opened).close();
      throw e;
    }
  }

  private boolean takesPart(RunningPlugin plugin) {
    return parts.stream().anyMatch(part -> part.plugin() == plugin);
  }

  private void ask(RunningPlugin plugin) {
    PictureOrder order = plugin.order(request);
    for (RunningPlugin.Step step : plugin.steps()) {
      try {
        plugin
            .refusal(step, order)
            .ifPresent(
                refusal -> {
                  throw new InvalidRequestException(refusal.field(), refusal.sentence());
                });
        Optional<PicturePart> part =
            plugin.callbacks().call("open a picture", () -> step.step().open(order));
        part.ifPresent(found -> parts.add(new PictureParts.Part(plugin, step.onFault(), found)));
      } catch (PluginFault e) {
        onFault.accept(plugin, e.getMessage());
        if (step.onFault() == OnFault.FAIL) {
          throw PictureParts.failed(e.getMessage());
        }
        break;
      }
    }
    if (!takesPart(plugin)) {
      // A picture that is none of its business does not keep it from leaving.
      plugin.attendance().leave(job);
    }
  }
}
