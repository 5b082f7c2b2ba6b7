package dev.atelier.plugins.lora;

import dev.atelier.models.catalog.ModelCatalog;
import dev.atelier.models.catalog.ModelFolder;
import dev.atelier.models.catalog.ModelKind;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** The LoRAs of the model folders as the last scan found them. Thread-safe. */
final class Shelf {
  private final Supplier<ModelCatalog> models;

  Shelf(Supplier<ModelCatalog> models) {
    this.models = models;
  }

  /** All of them, also those that cannot be used. Blocks on the disk for those that changed. */
  List<Lora> all() {
    ModelCatalog now = models.get();
    return now.entries(ModelKind.LORA).stream()
        .map(entry -> new Lora(entry, now.lora(entry)))
        .toList();
  }

  /** Where they were looked for. */
  List<ModelFolder> folders() {
    return models.get().folders();
  }

  /** The one of that id in the catalog. */
  Optional<Lora> byId(String id) {
    return all().stream().filter(lora -> lora.id().equals(id)).findFirst();
  }

  /**
   * The one that a tag or a request names: as AUTOMATIC1111 does by its file's name, then by the
   * name that it was trained under; then in any case where one alone fits. An id will do as well.
   */
  Optional<Lora> find(String name) {
    List<Lora> all = all();
    // People copy names from prompts, where brackets are escaped.
    String plain = name.strip().replaceAll("\\\\(.)", "$1");
    return first(all, lora -> lora.id().equals(name))
        .or(() -> first(all, lora -> lora.name().equals(name.strip())))
        .or(() -> first(all, lora -> lora.name().equals(plain)))
        .or(() -> first(all, lora -> lora.alias().equals(plain)))
        .or(() -> only(all, plain, Lora::name))
        .or(() -> only(all, plain, Lora::alias));
  }

  private static Optional<Lora> first(List<Lora> all, Predicate<Lora> wanted) {
    return all.stream().filter(wanted).findFirst();
  }

  private static Optional<Lora> only(List<Lora> all, String name, Function<Lora, String> by) {
    String wanted = name.toLowerCase(Locale.ROOT);
    List<Lora> found =
        all.stream().filter(l -> by.apply(l).toLowerCase(Locale.ROOT).equals(wanted)).toList();
    return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
  }

  /** Names that look like one that there is not, the likeliest first. */
  List<String> near(String name) {
    return NearNames.of(name, all().stream().map(Lora::name).distinct().toList());
  }
}
