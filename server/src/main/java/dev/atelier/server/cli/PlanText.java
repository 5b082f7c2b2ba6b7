package dev.atelier.server.cli;

import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;

/** What would be downloaded, for a terminal. */
final class PlanText {
  private PlanText() {}

  /** Prints what the API says of an address. */
  static void print(JsonObject offer, PrintWriter out) {
    JsonObject plan = offer.getJsonObject("plan");
    if (plan != null) {
      out.println(plan.getString("name") + "  from " + plan.getString("source"));
      line(out, "Kind", plan.getString("kind"));
      line(out, "Made for", plan.getString("base_model"));
      line(out, "Licence", plan.getString("license"));
      line(out, "Page", plan.getString("page"));
      line(out, "Size", Sizes.text(plan.getLong("bytes")));
      line(out, "Goes to", offer.getString("folder") + "/" + plan.getString("target"));
      plan.getJsonArray("files").forEach(file -> file((JsonObject) file, out));
      plan.getJsonArray("notes").forEach(note -> out.println("  " + plain(String.valueOf(note))));
    }
    if (!offer.getJsonArray("choices").isEmpty()) {
      out.println(plan == null ? "There is more than one model here:" : "Other files there:");
      offer.getJsonArray("choices").forEach(choice -> choice((JsonObject) choice, out));
    }
  }

  private static void choice(JsonObject choice, PrintWriter out) {
    out.printf("  %10s  %s%n", size(choice), plain(choice.getString("address")));
  }

  private static void file(JsonObject file, PrintWriter out) {
    String hash = file.getString("hash");
    out.printf(
        "  %10s  %s%s%n",
        size(file),
        file.getString("path"),
        hash == null ? "  (no published hash)" : "  " + hash.substring(0, hash.indexOf(':') + 11));
  }

  private static String size(JsonObject json) {
    Long bytes = json.getLong("bytes");
    return bytes == null ? "?" : Sizes.text(bytes);
  }

  private static void line(PrintWriter out, String what, String value) {
    out.printf("  %-9s %s%n", what, value == null ? "not said" : plain(value));
  }

  /** A stranger's words can steer a terminal no more. */
  private static String plain(String text) {
    return text.replaceAll("\\p{Cntrl}", " ");
  }
}
