package dev.atelier.models.lora;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.atelier.models.weights.DiffusersFolder;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The LoRAs that the recipe makes fit the model that it makes. */
class BuiltInLorasTest {
  /** Six linear layers in each of the text encoder's four. */
  private static final int TEXT_ENCODER_MODULES = 24;

  /**
   * Twelve layers in each of two attentions on the way down, one in the middle, four on the way up.
   */
  private static final int UNET_MODULES = 84;

  @ParameterizedTest
  @CsvSource({
    "storybook-blueprint, Storybook blueprint, blueprint style",
    "storybook-wings, Storybook butterfly wings, butterfly wings"
  })
  void everyKeyHasItsModule(String name, String title, String trigger) {
    Path file = Path.of("storybook-extras", "loras", name + ".safetensors");
    DiffusersFolder model = DiffusersFolder.open(Path.of("storybook"));
    try (OpenLora lora =
        OpenLora.open(file, LoraKeys.Model.of(model.unet(), model.textEncoder()))) {
      assertEquals(List.of(), lora.unmatched());
    }
    LoraSummary summary = LoraFile.inspect(file);
    assertEquals(Optional.empty(), summary.problem());
    assertEquals(List.of(), summary.unmatched());
    assertEquals(List.of(8), summary.ranks());
    assertEquals(TEXT_ENCODER_MODULES, summary.textEncoderModules());
    assertEquals(UNET_MODULES, summary.unetModules());
    assertEquals(Optional.of(title), summary.metadata().title());
    assertEquals(Optional.of(trigger), summary.metadata().triggerPhrase());
  }
}
