package dev.atelier.plugins.lora;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.atelier.plugins.lora.PromptTags.Tag;
import dev.atelier.plugins.lora.PromptTags.WrongTag;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PromptTagsTest {
  /** As AUTOMATIC1111 reads them: of two numbers the first is the text encoder's. */
  @ParameterizedTest
  @CsvSource({
    "<lora:a>, a, 1, 1",
    "<lora:a:0.8>, a, 0.8, 0.8",
    "<lora:a:0.8:0.5>, a, 0.5, 0.8",
    "<lora:a:0.8:0.5:16>, a, 0.5, 0.8",
    "<lora:a:unet=0.5>, a, 0.5, 1",
    "<lora:a:te=0.5>, a, 0.5, 0.5",
    "<lora:a:0.2:te=0.5:unet=0.7>, a, 0.7, 0.5",
    "<lora:a:-1.5>, a, -1.5, -1.5",
    "<lora:a: .5 >, a, 0.5, 0.5",
    "<lora:a=b:1>, a=b, 1, 1",
    "<lyco:a:1>, a, 1, 1"
  })
  void aTagIsReadAsAutomatic1111Does(String tag, String name, double unet, double textEncoder)
      throws WrongTag {
    assertEquals(
        new PromptTags("x  y", List.of(new Tag(name, unet, textEncoder))),
        PromptTags.of("x " + tag + " y"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"<lora:>", "<lora>", "<hypernet:a:1>", "<b>", "a < b > c", "<lora:a"})
  void whatIsNoTagOfOursStays(String prompt) throws WrongTag {
    assertEquals(new PromptTags(prompt, List.of()), PromptTags.of(prompt));
    assertFalse(PromptTags.in(prompt));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<lora:a:b>",
        "<lora:a:>",
        "<lora:a:1:b>",
        "<lora:a:te=>",
        "<lora: :1>",
        "<lora:a:NaN>",
        "<lora:a:1e999>"
      })
  void aTagThatCannotBeReadIsTold(String tag) {
    assertThrows(WrongTag.class, () -> PromptTags.of(tag));
  }

  @Property
  void aTagComesBackWhateverIsAroundIt(
      @ForAll @StringLength(max = 40) String before,
      @ForAll @StringLength(max = 40) String after,
      @ForAll
          @CharRange(from = 'a', to = 'z')
          @Chars({' ', '-', '_', '.', '(', ')', '\\'})
          @StringLength(min = 1, max = 20)
          String name,
      @ForAll @DoubleRange(min = -10, max = 10) double weight)
      throws WrongTag {
    String left = before.replace("<", "").replace(">", "");
    String right = after.replace("<", "").replace(">", "");
    if (name.isBlank()) {
      return;
    }
    PromptTags tags = PromptTags.of(left + "<lora:" + name + ":" + weight + ">" + right);
    assertEquals(left + right, tags.text());
    assertEquals(List.of(new Tag(name, weight, weight)), tags.tags());
  }

  /** Any text at all is read, or refused with a sentence, and soon. */
  @Property
  void anyPromptIsReadOrRefused(
      @ForAll
          @Chars({'<', '>', ':', 'l', 'o', 'r', 'a', '=', '1', '.', ' '})
          @StringLength(max = 300)
          String prompt) {
    try {
      PromptTags tags = PromptTags.of(prompt);
      assertEquals(tags.tags().isEmpty(), tags.text().equals(prompt));
    } catch (WrongTag e) {
      assertFalse(e.getMessage().isBlank());
    }
  }
}
