package dev.atelier.plugins.api;
import java.awt.image.BufferedImage;
import java.util.Optional;
public interface Annotator {
  String id();
  String title();
  default Optional<String> schema() {
    return Optional.empty();
  }
  BufferedImage annotate(BufferedImage picture, Parameters parameters);
}
