package dev.atelier.plugins.lora;

import dev.atelier.models.catalog.ModelFolder;
import dev.atelier.plugins.api.Answer;
import dev.atelier.plugins.api.Call;
import dev.atelier.plugins.api.Routes;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code GET /plugins/lora/list}, {@code GET /plugins/lora/thumbnail?id=…}, and {@code POST} there
 * with {@code {"picture": "data:image/…"}}, null for the one beside the file.
 */
final class LoraRoutes implements Routes {
  private static final String THUMBNAIL = "/thumbnail";

  /** Keys that are listed; more tell nobody more. */
  private static final int MOST_KEYS = 100;

  private final Shelf shelf;
  private final Thumbnails thumbnails;

  LoraRoutes(Shelf shelf, Thumbnails thumbnails) {
    this.shelf = shelf;
    this.thumbnails = thumbnails;
  }

  @Override
  public Answer answer(Call call) throws IOException {
    return switch (call.method() + " " + call.path()) {
      case "GET /list" -> list();
      case "GET " + THUMBNAIL -> {
        Optional<Lora> lora = named(call);
        yield lora.isPresent() ? thumbnails.answer(lora.get()) : unknown();
      }
      case "POST " + THUMBNAIL -> choose(call);
      default -> Answer.problem(404, "There is nothing here; see /plugins/lora/list.");
    };
  }

  private Optional<Lora> named(Call call) {
    return shelf.byId(call.query().getOrDefault("id", ""));
  }

  private static Answer unknown() {
    return Answer.problem(404, "There is no LoRA of this id; rescan the models.");
  }

  private Answer list() {
    return Answer.json(
        Map.of(
            "loras", shelf.all().stream().map(this::lora).toList(),
            "folders",
                shelf.folders().stream().map(ModelFolder::path).map(String::valueOf).toList()));
  }

  private Map<String, Object> lora(Lora lora) {
    var metadata = lora.summary().metadata();
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("id", lora.id());
    facts.put("name", lora.name());
    facts.put("alias", lora.alias());
    facts.put("title", metadata.title().orElse(null));
    facts.put("base_model", metadata.family().orElse(null));
    facts.put("kind", lora.summary().kind());
    facts.put("bytes", lora.entry().bytes());
    facts.put("trigger_words", lora.summary().triggerWords());
    facts.put("author", metadata.author().orElse(null));
    facts.put("license", metadata.license().orElse(null));
    facts.put("description", metadata.description().orElse(null));
    facts.put("unet_modules", lora.summary().unetModules());
    facts.put("text_encoder_modules", lora.summary().textEncoderModules());
    List<String> unmatched = lora.summary().unmatched();
    facts.put("unmatched", unmatched.stream().limit(MOST_KEYS).toList());
    facts.put("unmatched_count", unmatched.size());
    facts.put("problem", lora.problem().orElse(null));
    facts.put("thumbnail", thumbnails.stamp(lora).map(stamp -> address(lora, stamp)).orElse(null));
    facts.put("thumbnail_chosen", thumbnails.isChosen(lora));
    return facts;
  }

  private static String address(Lora lora, String stamp) {
    return "/plugins/lora/thumbnail?id=%s&v=%s"
        .formatted(URLEncoder.encode(lora.id(), StandardCharsets.UTF_8), stamp);
  }

  private Answer choose(Call call) throws IOException {
    Optional<Lora> lora = named(call);
    if (lora.isEmpty()) {
      return unknown();
    }
    Optional<String> picture = call.fields().map(fields -> fields.text("picture", ""));
    if (picture.isEmpty()) {
      return Answer.problem(400, "Send JSON: {\"picture\": \"data:image/jpeg;base64,…\"}.");
    }
    if (picture.get().isEmpty()) {
      thumbnails.forget(lora.get());
    } else if (!thumbnails.choose(lora.get(), picture.get())) {
      return Answer.problem(
          422, "This is no PNG or JPEG that can be read; choose another picture.");
    }
    return Answer.json(lora(lora.get()));
  }
}
