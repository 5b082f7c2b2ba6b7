package dev.atelier.plugins.lora;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A prompt with its tags taken out, as AUTOMATIC1111 does (its {@code modules/extra_networks.py}
 * and {@code extensions-builtin/Lora/extra_networks_lora.py}): {@code <lora:name>}, {@code
 * <lora:name:0.8>} for both networks, {@code <lora:name:0.8:0.5>} for the text encoder and the UNet
 * in this order, and {@code te=} and {@code unet=} in any place. {@code lyco} is another word for
 * {@code lora}; tags of other words are left where they are.
 *
 * @param text the prompt without them
 * @param tags them, in order
 */
record PromptTags(String text, List<Tag> tags) {
  /** No name or number is longer; the bound keeps the search linear. */
  private static final Pattern TAG = Pattern.compile("<(?:lora|lyco):([^<>]{1,1000})>");

  /**
   * One tag.
   *
   * @param name what it names
   * @param unet its weight for the UNet
   * @param textEncoder its weight for the text encoder
   */
  record Tag(String name, double unet, double textEncoder) {
    /** The tag as it is written in a prompt, as short as it can be. */
    String write() {
      String weights = number(textEncoder);
      return "<lora:%s:%s>"
          .formatted(name, unet == textEncoder ? weights : weights + ":" + number(unet));
    }

    /** Four digits are more than a slider has. */
    private static String number(double weight) {
      return BigDecimal.valueOf(weight)
          .setScale(4, RoundingMode.HALF_UP)
          .stripTrailingZeros()
          .toPlainString();
    }
  }

  /** A tag whose numbers are none; the message is a sentence for the user. */
  static final class WrongTag extends Exception {
    private static final long serialVersionUID = 1L;

    WrongTag(String sentence) {
      super(sentence);
    }
  }

  /** Whether a tag can name a LoRA of that name. */
  static boolean canName(String name) {
    return name.chars().noneMatch(c -> c == ':' || c == '<' || c == '>');
  }

  /** Whether there may be tags in a prompt. */
  static boolean in(String prompt) {
    return TAG.matcher(prompt).find();
  }

  /**
   * Takes the tags out.
   *
   * @throws WrongTag when one cannot be understood
   */
  static PromptTags of(String prompt) throws WrongTag {
    List<Tag> tags = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    Matcher matcher = TAG.matcher(prompt);
    while (matcher.find()) {
      matcher.appendReplacement(text, "");
      tags.add(tag(matcher.group(), matcher.group(1)));
    }
    return new PromptTags(matcher.appendTail(text).toString(), List.copyOf(tags));
  }

  private static Tag tag(String whole, String arguments) throws WrongTag {
    List<String> positional = new ArrayList<>();
    Map<String, String> named = new HashMap<>();
    for (String argument : arguments.split(":", -1)) {
      int equals = argument.indexOf('=');
      // A name may have a sign of equality in it.
      if (equals > 0 && !positional.isEmpty()) {
        named.put(argument.substring(0, equals).strip(), argument.substring(equals + 1));
      } else {
        positional.add(argument);
      }
    }
    double textEncoder = number(whole, named.get("te"), positional, 1, 1);
    double unet = number(whole, named.get("unet"), positional, 2, textEncoder);
    if (positional.get(0).isBlank()) {
      throw new WrongTag("The tag %s names no LoRA; write <lora:name:0.8>.".formatted(whole));
    }
    return new Tag(positional.get(0), unet, textEncoder);
  }

  private static double number(
      String tag, String named, List<String> positional, int place, double otherwise)
      throws WrongTag {
    String text = named != null ? named : positional.size() > place ? positional.get(place) : null;
    if (text == null) {
      return otherwise;
    }
    try {
      double number = Double.parseDouble(text.strip());
      if (Double.isFinite(number)) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw new WrongTag(
        "The weight “%s” in %s is no number; write it like <lora:name:0.8>."
            .formatted(text.strip(), tag));
  }
}
