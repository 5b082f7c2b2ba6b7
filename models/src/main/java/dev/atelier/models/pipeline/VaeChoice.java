package dev.atelier.models.pipeline;

import dev.atelier.models.catalog.ModelCatalog;
import dev.atelier.models.catalog.ModelEntry;
import dev.atelier.models.catalog.ModelKind;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Which VAE a picture is made with, as AUTOMATIC1111's {@code sd_vae} says it: {@link #AUTOMATIC},
 * {@link #NONE}, or the id of one of the {@link ModelCatalog}.
 *
 * @param label the word or the id
 */
public record VaeChoice(String label) {
  /**
   * The VAE that lies beside the checkpoint or among the VAEs and has the checkpoint's name, with
   * or without {@code .vae}; where there is none, the checkpoint's own.
   */
  public static final VaeChoice AUTOMATIC = new VaeChoice("Automatic");

  /** The checkpoint's own. */
  public static final VaeChoice NONE = new VaeChoice("None");

  private static final String BESIDE = ".vae";
  private static final int MAX_LENGTH = 1000;

  /**
   * Checks the length.
   *
   * @throws InvalidRequestException when it is no id
   */
  public VaeChoice {
    Objects.requireNonNull(label, "vae");
    FieldCheck.check(
        !label.isBlank() && label.length() <= MAX_LENGTH,
        "vae",
        "The VAE must be Automatic, None or one of those listed.");
  }

  /**
   * The VAE for a checkpoint; empty for the checkpoint's own.
   *
   * @throws InvalidRequestException when the one that is named is not there or cannot be used
   */
  public Optional<ModelEntry> of(ModelEntry checkpoint, ModelCatalog catalog) {
    List<ModelEntry> vaes = catalog.entries(ModelKind.VAE);
    if (equals(NONE)) {
      return Optional.empty();
    }
    if (equals(AUTOMATIC)) {
      List<ModelEntry> named =
          vaes.stream().filter(vae -> vae.usable() && belongs(vae, checkpoint)).toList();
      Path folder = checkpoint.path().getParent();
      return named.stream()
          .filter(vae -> vae.path().getParent().equals(folder))
          .findFirst()
          .or(() -> named.stream().findFirst());
    }
    ModelEntry named =
        vaes.stream()
            .filter(vae -> vae.id().equals(label))
            .findFirst()
            .orElseThrow(
                () ->
                    new InvalidRequestException(
                        "vae", "There is no VAE “" + label + "”; choose one of the list."));
    named
        .problem()
        .ifPresent(
            problem -> {
              throw new InvalidRequestException("vae", problem);
            });
    return Optional.of(named);
  }

  /** Narrower than AUTOMATIC1111, which takes every VAE whose name begins with the checkpoint's. */
  private static boolean belongs(ModelEntry vae, ModelEntry checkpoint) {
    String stem = vae.stem();
    return stem.equals(checkpoint.stem()) || stem.equals(checkpoint.stem() + BESIDE);
  }
}
