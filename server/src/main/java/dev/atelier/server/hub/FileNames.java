package dev.atelier.server.hub;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Names of files on this computer made from what a hub calls them. A name from outside is never a
 * path here: only its last part counts, and of that only what every file system takes.
 */
final class FileNames {
  private static final int LONGEST = 100;
  private static final Pattern UNWANTED = Pattern.compile("[^A-Za-z0-9 ._()+-]+");
  private static final Pattern ENDING = Pattern.compile("\\.(safetensors|ckpt|pth|pt|bin)$");

  /** What Windows opens as a device whatever its ending. */
  private static final Pattern DEVICE =
      Pattern.compile("(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\\..*)?");

  /** Names that say nothing of a model: its repository's says more. */
  private static final Set<String> GENERIC =
      Set.of(
          "pytorch_lora_weights",
          "pytorch_model",
          "diffusion_pytorch_model",
          "diffusion_pytorch_model.fp16",
          "learned_embeds",
          "adapter_model",
          "model");

  private FileNames() {}

  /** A name without ending, for a folder or to put an ending to. */
  static String plain(String name) {
    String last = name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
    String safe = UNWANTED.matcher(last).replaceAll("_").strip();
    safe = safe.replaceAll("^[._ ]+", "").replaceAll("[. ]+$", "");
    safe = safe.length() > LONGEST ? safe.substring(0, LONGEST).strip() : safe;
    return safe.isEmpty() || DEVICE.matcher(safe).matches() ? "model" + safe : safe;
  }

  /** The ending of a file of weights, with its dot; empty for any other file. */
  static Optional<String> ending(String name) {
    var matcher = ENDING.matcher(name.toLowerCase(Locale.ROOT));
    return matcher.find() ? Optional.of(matcher.group()) : Optional.empty();
  }

  /**
   * What a file of weights is called here.
   *
   * @param instead what it is called when its own name says nothing
   */
  static String weights(String name, String instead) {
    String ending = ending(name).orElse("");
    String stem = plain(name.substring(0, name.length() - ending.length()));
    return (GENERIC.contains(stem.toLowerCase(Locale.ROOT)) ? plain(instead) : stem) + ending;
  }
}
