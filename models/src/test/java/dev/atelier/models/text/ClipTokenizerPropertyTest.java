package dev.atelier.models.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

class ClipTokenizerPropertyTest {
  private static ClipTokenizer clip;

  @BeforeContainer
  static void open() {
    clip = ClipTokenizer.standard();
  }

  @AfterContainer
  static void close() {
    clip.close();
  }

  @Property
  void anyTextHasAStartAnEndAndPaddingBehindIt(@ForAll("texts") String text) {
    long[] ids = clip.encode(text);
    assertEquals(ClipTokenizer.LENGTH, ids.length);
    assertEquals(49406, ids[0]);
    int kept = Math.min(clip.tokenCount(text), ClipTokenizer.MAX_TOKENS);
    for (int i = kept + 1; i < ids.length; i++) {
      assertEquals(49407, ids[i]);
    }
    for (long id : ids) {
      assertTrue(id >= 0 && id < clip.vocabularySize());
    }
  }

  /** From code points of every plane, and from single UTF-16 units: halves of pairs, too. */
  @Provide
  Arbitrary<String> texts() {
    Arbitrary<String> characters =
        Arbitraries.integers().between(0, Character.MAX_CODE_POINT).map(Character::toString);
    Arbitrary<String> units =
        Arbitraries.chars().range(Character.MIN_VALUE, Character.MAX_VALUE).map(String::valueOf);
    Arbitrary<String> pieces =
        Arbitraries.oneOf(
            List.of(
                characters,
                units,
                Arbitraries.of(" ", "a", "'s", "\0", "\u200d", "<|endoftext|>", "&amp;", "\n")));
    return pieces.list().ofMaxSize(200).map(list -> list.stream().collect(Collectors.joining()));
  }
}
