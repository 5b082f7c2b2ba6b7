package dev.atelier.server.hub;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What Hugging Face's API says of a repository at {@code
 * /api/models/REPO/revision/REVISION?blobs=true}. Everything in it was written by strangers.
 *
 * @param id {@code owner/name}, as it is called now
 * @param commit the commit that the revision stands for
 * @param gated whether its licence has to be accepted first
 * @param tags its tags
 * @param diffusersClass what diffusers would load it as
 * @param license the licence of its card
 * @param baseModel the base model of its card
 * @param files size and hash of its files by path
 */
record HuggingFaceRepo(
    String id,
    String commit,
    boolean gated,
    Set<String> tags,
    Optional<String> diffusersClass,
    Optional<String> license,
    Optional<String> baseModel,
    Map<String, Entry> files) {

  /** A file of the repository. */
  record Entry(OptionalLong bytes, Optional<Checksum> checksum) {}

  static HuggingFaceRepo of(JsonObject json) {
    JsonObject card = object(json, "cardData");
    Map<String, Entry> files = new LinkedHashMap<>();
    for (Object sibling : array(json, "siblings")) {
      if (sibling instanceof JsonObject file && file.getValue("rfilename") instanceof String path) {
        files.put(path, entry(file));
      }
    }
    return new HuggingFaceRepo(
        text(json, "id").orElse(""),
        text(json, "sha").orElse("main"),
        !List.of("false", "null").contains(String.valueOf(json.getValue("gated"))),
        Set.copyOf(strings(json, "tags")),
        text(object(object(json, "config"), "diffusers"), "_class_name"),
        license(card),
        strings(card, "base_model").stream().findFirst(),
        files);
  }

  private static Entry entry(JsonObject file) {
    JsonObject lfs = object(file, "lfs");
    OptionalLong bytes = size(lfs);
    // Files of git itself have no SHA-256 but git's own hash.
    Optional<Checksum> sha256 =
        Checksum.sha256(text(lfs, "sha256").or(() -> text(lfs, "oid")).orElse(null));
    Optional<Checksum> git =
        lfs.isEmpty() ? Checksum.gitBlob(text(file, "blobId").orElse(null)) : Optional.empty();
    return new Entry(bytes.isPresent() ? bytes : size(file), sha256.or(() -> git));
  }

  private static OptionalLong size(JsonObject json) {
    return json.getValue("size") instanceof Number n && n.longValue() >= 0
        ? OptionalLong.of(n.longValue())
        : OptionalLong.empty();
  }

  private static Optional<String> license(JsonObject card) {
    String licenses = String.join(", ", strings(card, "license"));
    Optional<String> name = text(card, "license_name");
    return licenses.isEmpty() || licenses.equals("other")
        ? name.or(() -> Optional.of(licenses).filter(text -> !text.isEmpty()))
        : Optional.of(licenses);
  }

  private static JsonObject object(JsonObject json, String key) {
    return json.getValue(key) instanceof JsonObject object ? object : new JsonObject();
  }

  private static JsonArray array(JsonObject json, String key) {
    return json.getValue(key) instanceof JsonArray array ? array : new JsonArray();
  }

  private static Optional<String> text(JsonObject json, String key) {
    return json.getValue(key) instanceof String text && !text.isBlank()
        ? Optional.of(text)
        : Optional.empty();
  }

  private static List<String> strings(JsonObject json, String key) {
    List<String> strings = new ArrayList<>();
    array(json, key).forEach(value -> strings.add(String.valueOf(value)));
    text(json, key).ifPresent(strings::add);
    return strings;
  }
}
