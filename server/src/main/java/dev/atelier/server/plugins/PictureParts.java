package dev.atelier.server.plugins;

import dev.atelier.models.pipeline.ImageRequest;
import dev.atelier.models.pipeline.InvalidRequestException;
import dev.atelier.plugins.api.GenerationStep.OnFault;
import dev.atelier.plugins.api.PicturePart;
import dev.atelier.server.metadata.PluginNotes;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/**
 * The parts that plugins have in one job, for the worker that runs it. Not thread-safe. Every
 * method throws {@link PluginFault} when the pictures must fail because a plugin did.
 */
public final class PictureParts implements AutoCloseable {
  private static final Pattern NOTE_NAME = Pattern.compile("[A-Za-z][A-Za-z0-9 /-]{1,63}");
  private static final int MAX_NOTE = 4000;

  private final List<Part> parts;
  private final BiConsumer<RunningPlugin, String> onFault;
  private final Runnable onClose;
  private ImageRequest request;

  /** One step's part. */
  record Part(RunningPlugin plugin, OnFault onFault, PicturePart part) {}

  /**
   * @param onFault told what a plugin did wrong
   * @param onClose called when the job needs the plugins no more
   */
  PictureParts(
      ImageRequest request,
      List<Part> parts,
      BiConsumer<RunningPlugin, String> onFault,
      Runnable onClose) {
    this.request = request;
    this.parts = new ArrayList<>(parts);
    this.onFault = onFault;
    this.onClose = onClose;
  }

  /** Nobody takes part. */
  public static PictureParts none(ImageRequest request) {
    return new PictureParts(request, List.of(), (plugin, fault) -> {}, () -> {});
  }

  /** Lets the steps rewrite the request. */
  PictureParts rewrite() {
    for (Iterator<Part> each = parts.iterator(); each.hasNext(); ) {
      Part part = each.next();
      ImageRequest before = request;
      Rewritten after =
          call(
              each,
              part,
              "rewrite a request",
              () -> rewritten(before, part.part()),
              new Rewritten(before, Optional.empty()));
      if (after.refusal().isPresent()) {
        throw after.refusal().get();
      }
      request = after.request();
    }
    return this;
  }

  /** A request, or what the user has to change first: no fault of the plugin's. */
  private record Rewritten(ImageRequest request, Optional<InvalidRequestException> refusal) {}

  private static Rewritten rewritten(ImageRequest before, PicturePart part) {
    try {
      return new Rewritten(checked(before, part.rewrite(before)), Optional.empty());
    } catch (InvalidRequestException e) {
      // Another one, without the plugin's stack.
      return new Rewritten(
          before, Optional.of(new InvalidRequestException(e.field(), e.getMessage())));
    }
  }

  private static ImageRequest checked(ImageRequest before, ImageRequest after) {
    boolean kept =
        after.width() == before.width()
            && after.height() == before.height()
            && after.batchSize() == before.batchSize()
            && after.batchNoise() == before.batchNoise()
            && after.seed() == before.seed();
    if (!kept) {
      throw new IllegalArgumentException("size, number and seed of the pictures must stay");
    }
    return after;
  }

  /** What the pictures are made from. */
  public ImageRequest request() {
    return request;
  }

  /** The pictures as the steps want them. */
  public List<BufferedImage> finish(List<BufferedImage> pictures) {
    List<BufferedImage> finished = new ArrayList<>(pictures);
    for (Iterator<Part> each = parts.iterator(); each.hasNext(); ) {
      Part part = each.next();
      List<BufferedImage> before = List.copyOf(finished);
      List<BufferedImage> after =
          call(each, part, "finish a picture", () -> finish(part.part(), before), before);
      Collections.copy(finished, after);
    }
    return finished;
  }

  private static List<BufferedImage> finish(PicturePart part, List<BufferedImage> pictures) {
    List<BufferedImage> finished = new ArrayList<>();
    for (int i = 0; i < pictures.size(); i++) {
      BufferedImage before = pictures.get(i);
      // Its own, so that a step that fails half way leaves the picture as it was.
      finished.add(sameSize(before, part.finish(copy(before), i)));
    }
    return finished;
  }

  /** What a plugin made of a picture, as a plain one. */
  static BufferedImage sameSize(BufferedImage before, BufferedImage made) {
    BufferedImage after = Objects.requireNonNull(made, "no picture");
    if (after.getWidth() != before.getWidth() || after.getHeight() != before.getHeight()) {
      throw new IllegalArgumentException("the picture's size must stay");
    }
    return copy(after);
  }

  /** A plain one, of none of the plugin's classes. */
  static BufferedImage copy(BufferedImage picture) {
    BufferedImage copy =
        new BufferedImage(picture.getWidth(), picture.getHeight(), BufferedImage.TYPE_INT_RGB);
    var graphics = copy.createGraphics();
    graphics.drawImage(picture, 0, 0, null);
    graphics.dispose();
    return copy;
  }

  /** What the steps want to be known of each picture, in batch order. */
  public List<PluginNotes> notes(int pictures) {
    List<PluginNotes> notes = new ArrayList<>(Collections.nCopies(pictures, PluginNotes.NONE));
    for (Iterator<Part> each = parts.iterator(); each.hasNext(); ) {
      Part part = each.next();
      List<PluginNotes> own =
          call(each, part, "annotate a picture", () -> notes(part.part(), pictures), List.of());
      for (int i = 0; i < own.size(); i++) {
        notes.set(i, notes.get(i).and(own.get(i)));
      }
    }
    return notes;
  }

  private static List<PluginNotes> notes(PicturePart part, int pictures) {
    List<PluginNotes> notes = new ArrayList<>();
    for (int i = 0; i < pictures; i++) {
      PluginNotes own = new PluginNotes(part.promptNote(i), part.annotate(i));
      own.fields()
          .forEach(
              (name, value) -> {
                if (!NOTE_NAME.matcher(name).matches() || value.length() > MAX_NOTE) {
                  throw new IllegalArgumentException("“" + name + "” is no name of a note");
                }
              });
      if (own.prompt().length() > MAX_NOTE || own.prompt().contains("\n")) {
        throw new IllegalArgumentException("a note of the prompt is one line, and shorter");
      }
      notes.add(own);
    }
    return notes;
  }

  /** Calls a part; one that fails is out, with the picture or without it, as it declared. */
  private <T> T call(
      Iterator<Part> at, Part part, String doing, Callable<T> callback, T otherwise) {
    try {
      return part.plugin().callbacks().call(doing, callback);
    } catch (PluginFault e) {
      at.remove();
      onFault.accept(part.plugin(), e.getMessage());
      if (part.onFault() == OnFault.FAIL) {
        throw failed(e.getMessage());
      }
      return otherwise;
    }
  }

  static PluginFault failed(String fault) {
    return new PluginFault(fault + " It has been switched off; make the picture without it.");
  }

  /** Ends the parts, the last one first. Throws nothing: what becomes of the job is settled. */
  @Override
  public void close() {
    try {
      Collections.reverse(parts);
      for (Part part : parts) {
        try {
          part.plugin()
              .callbacks()
              .call(
                  "end its part in a picture",
                  () -> {
                    part.part().close();
                    return null;
                  });
        } catch (PluginFault e) {
          onFault.accept(part.plugin(), e.getMessage());
        }
      }
      parts.clear();
    } finally {
      onClose.run();
    }
  }
}
