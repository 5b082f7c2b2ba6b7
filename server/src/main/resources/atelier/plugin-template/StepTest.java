package {package};

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.models.pipeline.ImageRequest;
import dev.atelier.plugins.api.Parameters;
import dev.atelier.plugins.api.PictureOrder;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class {class}StepTest {
  private static final ImageRequest REQUEST =
      ImageRequest.builder("storybook").setPrompt("a fox").build();

  @Test
  void wordsAreAddedToThePrompt() {
    Parameters parameters = new Parameters(Map.of("words", "in snow"));
    PictureOrder order = new PictureOrder(REQUEST, Optional.of(parameters));
    var part = new {class}Step().open(order).orElseThrow();
    assertEquals("a fox, in snow", part.rewrite(REQUEST).prompt());
  }

  @Test
  void aPictureThatDoesNotAskForItIsLeftAlone() {
    assertTrue(new {class}Step().open(new PictureOrder(REQUEST, Optional.empty())).isEmpty());
  }
}
