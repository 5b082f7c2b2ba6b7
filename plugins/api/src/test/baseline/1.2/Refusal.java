package dev.atelier.plugins.api;
import java.util.Objects;
public record Refusal(String field, String sentence) {
  public Refusal {
    Objects.requireNonNull(field, "field");
    Objects.requireNonNull(sentence, "sentence");
  }
}
