package {package};

import dev.atelier.models.pipeline.ImageRequest;
import dev.atelier.plugins.api.GenerationStep;
import dev.atelier.plugins.api.PictureOrder;
import dev.atelier.plugins.api.PicturePart;
import java.util.Map;
import java.util.Optional;

/** Adds words to the prompt of pictures whose panel is switched on. */
final class {class}Step implements GenerationStep {
  @Override
  public Optional<PicturePart> open(PictureOrder order) {
    return order.parameters().map(parameters -> new Part(parameters.text("words", "")));
  }

  /** One job's. */
  private record Part(String words) implements PicturePart {
    @Override
    public ImageRequest rewrite(ImageRequest request) {
      return request.toBuilder().setPrompt(request.prompt() + ", " + words).build();
    }

    @Override
    public Map<String, String> annotate(int index) {
      return Map.of("{title}", words);
    }
  }
}
