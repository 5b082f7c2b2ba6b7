package dev.atelier.server.metadata;

import dev.atelier.models.pipeline.ImageRequest;
import dev.atelier.models.sampling.BatchNoise;
import dev.atelier.models.sampling.Sampler;
import dev.atelier.models.sampling.ScheduleType;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The {@code parameters} text that AUTOMATIC1111 writes into its PNG files and that other tools
 * read (its {@code modules/processing.py: create_infotext} and {@code modules/infotext_utils.py}):
 * the prompt, a line {@code Negative prompt: …} when there is one, and a last line {@code Steps:
 * 20, Sampler: …}.
 *
 * @param prompt the prompt
 * @param negativePrompt the negative prompt, empty for none
 * @param fields the last line, in order
 */
public record PngParameters(String prompt, String negativePrompt, Map<String, String> fields) {
  /** Keyword of the text chunk that holds the text. */
  public static final String KEYWORD = "parameters";

  private static final String VERSION = "Version";
  private static final String NEGATIVE = "Negative prompt:";

  /**
   * A1111's {@code re_param}, {@code \s*(\w[\w \-/]+):\s*("(?:\\.|[^\\"])+"|[^,]*)(?:,|$)}, made
   * safe for text from anywhere: no space in front (a search skips it anyway) and a bound on the
   * length of a name keep it linear, and the possessive {@code ++} keeps it off the stack.
   */
  private static final Pattern FIELD =
      Pattern.compile(
          "(\\w[\\w \\-/]{1,64}):\\s*(\"(?:\\\\.|[^\\\\\"])++\"|[^,]*)(?:,|$)",
          Pattern.UNICODE_CHARACTER_CLASS | Pattern.DOTALL);

  /** With fewer fields than this the last line is prompt, as A1111 has it. */
  private static final int MIN_FIELDS = 3;

  public PngParameters {
    fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
  }

  /**
   * What a picture was made from.
   *
   * @param index the picture's place in the batch
   * @param notes what the request does not say
   * @param version Atelier's version
   */
  public static PngParameters of(
      ImageRequest request, int index, PictureNotes notes, String version) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("Steps", Integer.toString(request.steps()));
    fields.put("Sampler", request.sampler().label());
    fields.put("Schedule type", scheduleType(request).label());
    fields.put("CFG scale", number(request.guidanceScale()));
    if (request.guidanceRescale() > 0) {
      fields.put("CFG rescale", number(request.guidanceRescale()));
    }
    fields.put("Seed", Long.toString(request.seedOf(index)));
    fields.put("Size", request.width() + "x" + request.height());
    notes.modelHash().ifPresent(hash -> fields.put("Model hash", hash));
    // A1111 names a model by its file, without the folder.
    fields.put("Model", request.model().substring(request.model().lastIndexOf('/') + 1));
    notes
        .vae()
        .ifPresent(
            vae -> {
              vae.hash().ifPresent(hash -> fields.put("VAE hash", hash));
              fields.put("VAE", vae.fileName());
            });
    if (request.clipSkip() > 1) {
      fields.put("Clip skip", Integer.toString(request.clipSkip()));
    }
    request
        .variationOf(index)
        .ifPresent(
            variation -> {
              fields.put("Variation seed", Long.toString(variation.seed()));
              fields.put("Variation seed strength", number(variation.strength()));
            });
    request
        .seedResize()
        .ifPresent(from -> fields.put("Seed resize from", from.width() + "x" + from.height()));
    StartParameters.add(request, fields);
    if (request.batchNoise() == BatchNoise.ONE_GENERATOR && request.batchSize() > 1) {
      // The seed alone does not make this picture again: only the whole batch does.
      fields.put("Batch size", Integer.toString(request.batchSize()));
      fields.put("Batch pos", Integer.toString(index));
      fields.put("Batch noise", "one generator");
    }
    if (!notes.embeddings().isEmpty()) {
      fields.put("TI hashes", list(notes.embeddings()));
    }
    fields.put(VERSION, "Atelier " + version);
    return new PngParameters(request.prompt(), request.negativePrompt(), fields);
  }

  /** The same with what plugins add; fields come before the version. */
  public PngParameters with(PluginNotes added) {
    Map<String, String> more = new LinkedHashMap<>(fields);
    Optional<String> version = Optional.ofNullable(more.remove(VERSION));
    more.putAll(added.fields());
    version.ifPresent(last -> more.put(VERSION, last));
    return new PngParameters(PluginNotes.spaced(prompt, added.prompt()), negativePrompt, more);
  }

  /** As A1111 lists embeddings. */
  private static String list(Map<String, String> hashes) {
    return hashes.entrySet().stream()
        .map(each -> each.getKey().replaceAll("[:,]", "") + ": " + each.getValue())
        .collect(Collectors.joining(", "));
  }

  /**
   * What DPM++ 2M has for automatic here is Uniform, and Karras in AUTOMATIC1111: named outright it
   * is read alike by both.
   */
  private static ScheduleType scheduleType(ImageRequest request) {
    boolean otherwise =
        request.sampler() == Sampler.DPMPP_2M && request.scheduleType() == ScheduleType.AUTOMATIC;
    return otherwise ? request.sampler().automatic() : request.scheduleType();
  }

  static String number(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }

  /** The text. */
  public String write() {
    String negative = negativePrompt.isEmpty() ? "" : "\n" + NEGATIVE + " " + negativePrompt;
    String line =
        fields.entrySet().stream()
            .map(field -> field.getKey() + ": " + quote(field.getValue()))
            .collect(Collectors.joining(", "));
    return (prompt + negative + "\n" + line).strip();
  }

  /**
   * Reads the text back, by A1111's rules. Whatever the text is, there is an answer: text without a
   * line of fields is all prompt.
   */
  public static PngParameters parse(String text) {
    List<String> lines = new ArrayList<>(List.of(text.strip().split("\n", -1)));
    List<MatchResult> matches = fields(lines.get(lines.size() - 1));
    Map<String, String> fields = new LinkedHashMap<>();
    if (matches.size() >= MIN_FIELDS) {
      lines.remove(lines.size() - 1);
      matches.forEach(field -> fields.put(field.group(1), unquote(field.group(2))));
    }
    List<String> prompt = new ArrayList<>();
    List<String> negative = new ArrayList<>();
    List<String> current = prompt;
    for (String each : lines) {
      String line = each.strip();
      if (line.startsWith(NEGATIVE)) {
        current = negative;
        line = line.substring(NEGATIVE.length()).strip();
      }
      current.add(line);
    }
    return new PngParameters(join(prompt), join(negative), fields);
  }

  /** A1111 adds a line break only after text: empty lines at the start are lost. */
  private static String join(List<String> lines) {
    String text = "";
    for (String line : lines) {
      text = text.isEmpty() ? line : text + "\n" + line;
    }
    return text;
  }

  private static List<MatchResult> fields(String line) {
    Matcher matcher = FIELD.matcher(line);
    return matcher.results().toList();
  }

  private static String quote(String value) {
    boolean plain = value.chars().noneMatch(c -> c == ',' || c == '\n' || c == ':');
    return plain ? value : Json.encode(value);
  }

  private static String unquote(String value) {
    if (value.length() < 2 || !value.startsWith("\"") || !value.endsWith("\"")) {
      return value;
    }
    try {
      return Json.decodeValue(value) instanceof String text ? text : value;
    } catch (DecodeException e) {
      return value;
    }
  }
}
