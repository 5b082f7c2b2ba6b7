package dev.atelier.server.metadata;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What plugins add to a picture's settings.
 *
 * @param prompt what stands behind the prompt, for other programs; empty for nothing
 * @param fields more fields, in order
 */
public record PluginNotes(String prompt, Map<String, String> fields) {
  /** Nothing. */
  public static final PluginNotes NONE = new PluginNotes("", Map.of());

  public PluginNotes {
    fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
  }

  /** Both, the others behind these. */
  public PluginNotes and(PluginNotes others) {
    Map<String, String> all = new LinkedHashMap<>(fields);
    all.putAll(others.fields);
    return new PluginNotes(spaced(prompt, others.prompt), all);
  }

  /** Two texts with a space between them, where there are two. */
  static String spaced(String text, String more) {
    return Stream.of(text, more).filter(each -> !each.isEmpty()).collect(Collectors.joining(" "));
  }
}
