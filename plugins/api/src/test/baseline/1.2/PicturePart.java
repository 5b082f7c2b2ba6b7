package dev.atelier.plugins.api;
import dev.atelier.models.pipeline.ImageRequest;
import java.awt.image.BufferedImage;
import java.util.Map;
public interface PicturePart extends AutoCloseable {
  default ImageRequest rewrite(ImageRequest request) {
    return request;
  }
  default BufferedImage finish(BufferedImage picture, int index) {
    return picture;
  }
  default Map<String, String> annotate(int index) {
    return Map.of();
  }
  @Override
  default void close() {}
}
