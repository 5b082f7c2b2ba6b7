package dev.atelier.server.hub;

import dev.atelier.models.catalog.ModelKind;
import dev.atelier.server.outbound.OutboundClient;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Makes plans of Civitai's models. Its API is described at developer.civitai.com. */
final class CivitaiHub {
  private static final String NAME = "Civitai";

  private static final Map<String, ModelKind> KINDS =
      Map.of(
          "Checkpoint", ModelKind.CHECKPOINT,
          "LORA", ModelKind.LORA,
          "LoCon", ModelKind.LORA,
          "DoRA", ModelKind.LORA,
          "TextualInversion", ModelKind.EMBEDDING,
          "Controlnet", ModelKind.CONTROLNET,
          "VAE", ModelKind.VAE);

  private final URI endpoint;
  private final HubApi api;

  /**
   * @param endpoint where the hub is, {@code https://civitai.com}
   */
  CivitaiHub(OutboundClient client, URI endpoint) {
    this.endpoint = endpoint;
    this.api = new HubApi(client, NAME);
  }

  /**
   * Says what an address stands for: the version that it names, else the newest.
   *
   * @param half whether 16-bit weights are wanted where there are any
   */
  Future<Offer> look(ModelAddress.Civitai address, boolean half) {
    Future<Long> id =
        address.model().isPresent()
            ? Future.succeededFuture(address.model().getAsLong())
            : get("model-versions/" + address.version().getAsLong())
                .map(version -> number(version, "modelId").orElse(-1));
    return id.compose(model -> get("models/" + model)).map(model -> offer(address, model, half));
  }

  private Future<JsonObject> get(String path) {
    return api.get(
        URI.create(endpoint + "/api/v1/" + path),
        response ->
            response.statusCode() == 404
                ? Optional.of("Civitai has no such model or version; check the number.")
                : response.statusCode() == 401 || response.statusCode() == 403
                    ? Optional.of(login())
                    : Optional.empty());
  }

  /** What to do about a model that is given to members only. */
  static String login() {
    return "Civitai gives this only to who is signed in: make an API key in your account there, and"
        + " start the studio with CIVITAI_TOKEN set to it.";
  }

  private Offer offer(ModelAddress.Civitai address, JsonObject model, boolean half) {
    JsonObject version = version(address, model);
    String type = model.getString("type", "");
    ModelKind kind = KINDS.get(type);
    if (kind == null) {
      throw HubApi.refusal(
          "This is of Civitai's type %s, which Atelier has no use for.".formatted(plain(type)));
    }
    String base = version.getString("baseModel", "");
    if (!base.matches("SD 1\\..*")) {
      throw HubApi.refusal(
          "This was made for %s, but only models for Stable Diffusion 1.5 can be used."
              .formatted(base.isEmpty() ? "an unknown base model" : plain(base)));
    }
    List<JsonObject> files = files(version, half);
    Optional<JsonObject> file =
        address.file().isPresent()
            ? files.stream().filter(f -> number(f, "id").equals(address.file())).findFirst()
            : files.stream().findFirst();
    DownloadPlan plan =
        file.map(chosen -> plan(model, version, kind, chosen))
            .orElseThrow(
                () ->
                    HubApi.refusal(
                        "This version has no .safetensors or .ckpt file that Civitai found to be clean."));
    List<Offer.Choice> others =
        files.stream()
            .filter(other -> other != file.orElse(null))
            .map(other -> choice(model, version, other))
            .toList();
    return new Offer(Optional.of(plan), others);
  }

  private static JsonObject version(ModelAddress.Civitai address, JsonObject model) {
    return objects(model, "modelVersions")
        .filter(
            version ->
                address.version().isEmpty() || number(version, "id").equals(address.version()))
        .findFirst()
        .orElseThrow(
            () -> HubApi.refusal("Civitai has no such version of this model; check the number."));
  }

  /** The files of weights that are no danger, the likeliest first. */
  private static List<JsonObject> files(JsonObject version, boolean half) {
    return objects(version, "files")
        .filter(file -> List.of("Model", "Pruned Model").contains(file.getString("type", "Model")))
        .filter(file -> FileNames.ending(file.getString("name", "")).isPresent())
        .filter(file -> !"Danger".equals(file.getString("virusScanResult")))
        .filter(file -> !"Danger".equals(file.getString("pickleScanResult")))
        .sorted(
            Comparator.<JsonObject, Boolean>comparing(
                    file -> !file.getString("name").endsWith(".safetensors"))
                .thenComparing(file -> half != "fp16".equals(metadata(file, "fp")))
                .thenComparing(file -> !Boolean.TRUE.equals(file.getValue("primary"))))
        .toList();
  }

  private DownloadPlan plan(JsonObject model, JsonObject version, ModelKind kind, JsonObject file) {
    String name =
        FileNames.weights(file.getString("name"), plain(model.getString("name", "model")));
    URI url =
        endpoint.resolve(file.getString("downloadUrl", "/api/download/models/" + id(version)));
    PlannedFile planned =
        new PlannedFile(name, url, bytes(file), Checksum.sha256(hash(file).orElse(null)));
    return new DownloadPlan(
        address(model, version, file),
        NAME,
        Optional.of(
            "https://civitai.com/models/%d?modelVersionId=%d".formatted(id(model), id(version))),
        name,
        kind,
        Optional.of(plain(version.getString("baseModel"))),
        Optional.of(license(model)),
        false,
        List.of(planned),
        notes(model, version, planned));
  }

  private static List<String> notes(JsonObject model, JsonObject version, PlannedFile file) {
    List<String> notes = new ArrayList<>();
    if (model.getValue("name") instanceof String name) {
      notes.add(
          "It is “%s”, version %s.".formatted(shown(name), shown(version.getString("name", "?"))));
    }
    if (version.getValue("trainedWords") instanceof JsonArray words && !words.isEmpty()) {
      notes.add(
          "Trigger words: "
              + shown(String.join(", ", words.stream().map(String::valueOf).toList())));
    }
    if (!file.path().endsWith(".safetensors")) {
      notes.add("Its weights are pickled; Atelier reads them without running what is in them.");
    }
    return notes;
  }

  /** Civitai's four permissions as one sentence. */
  private static String license(JsonObject model) {
    List<String> terms = new ArrayList<>();
    Object commercial = model.getValue("allowCommercialUse");
    String uses = String.valueOf(commercial);
    terms.add(
        commercial == null || uses.contains("None") || uses.equals("[]")
            ? "no commercial use"
            : "commercial use: " + plain(uses.replaceAll("[\\[\\]\"{}]", "")));
    if (Boolean.FALSE.equals(model.getValue("allowNoCredit"))) {
      terms.add("credit has to be given");
    }
    if (Boolean.FALSE.equals(model.getValue("allowDerivatives"))) {
      terms.add("no merges of it may be shared");
    }
    if (Boolean.FALSE.equals(model.getValue("allowDifferentLicense"))) {
      terms.add("merges keep these terms");
    }
    return "Civitai: " + String.join(", ", terms);
  }

  private static Offer.Choice choice(JsonObject model, JsonObject version, JsonObject file) {
    return new Offer.Choice(
        address(model, version, file), plain(file.getString("name")), bytes(file));
  }

  private static String address(JsonObject model, JsonObject version, JsonObject file) {
    return new ModelAddress.Civitai(number(model, "id"), number(version, "id"), number(file, "id"))
        .text();
  }

  /** Given in kilobytes with a fraction that tells the bytes. */
  private static OptionalLong bytes(JsonObject file) {
    return file.getValue("sizeKB") instanceof Number kilobytes && kilobytes.doubleValue() > 0
        ? OptionalLong.of(Math.round(kilobytes.doubleValue() * 1024))
        : OptionalLong.empty();
  }

  private static Optional<String> hash(JsonObject file) {
    return file.getValue("hashes") instanceof JsonObject hashes
            && hashes.getValue("SHA256") instanceof String hash
        ? Optional.of(hash.toLowerCase(Locale.ROOT))
        : Optional.empty();
  }

  private static String metadata(JsonObject file, String key) {
    return file.getValue("metadata") instanceof JsonObject metadata
        ? String.valueOf(metadata.getValue(key))
        : "";
  }

  private static long id(JsonObject json) {
    return number(json, "id").orElse(0);
  }

  private static OptionalLong number(JsonObject json, String key) {
    return json.getValue(key) instanceof Number n
        ? OptionalLong.of(n.longValue())
        : OptionalLong.empty();
  }

  private static Stream<JsonObject> objects(JsonObject json, String key) {
    return json.getValue(key) instanceof JsonArray array
        ? array.stream().filter(JsonObject.class::isInstance).map(JsonObject.class::cast)
        : Stream.empty();
  }

  private static String plain(String text) {
    return FileNames.plain(text);
  }

  /** A stranger's words, short and on one line. */
  private static String shown(String text) {
    String line = text.replaceAll("\\p{Cntrl}+", " ").strip();
    return line.length() > 120 ? line.substring(0, 120) + "…" : line;
  }
}
