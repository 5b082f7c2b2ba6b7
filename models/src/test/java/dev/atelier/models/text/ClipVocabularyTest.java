package dev.atelier.models.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClipVocabularyTest {
  private static final ClipVocabulary CLIP = ClipVocabulary.standard();

  @Test
  void everyIdIsGivenOnce() {
    assertEquals(49408, CLIP.ids().size());
    assertEquals(48894, CLIP.merges().size());
    assertEquals(49408, new HashSet<>(CLIP.ids().values()).size());
  }

  /** Ids that CLIP's published vocab.json gives, from each of its parts. */
  @Test
  void idsAreThePublishedOnes() {
    assertId(0, "!");
    assertId(93, "~");
    assertId(94, "\u00a1");
    assertId(187, "\u00ff");
    assertId(188, "\u0100");
    assertId(255, "\u0143");
    assertId(256, "!</w>");
    assertId(511, "\u0143</w>");
    assertId(512, "in");
    assertId(2368, "cat</w>");
    assertId(49405, "jekyll</w>");
    assertId(49406, "<|startoftext|>");
    assertId(49407, "<|endoftext|>");
  }

  @Test
  void whatIsWrittenReadsTheSame(@TempDir Path folder) throws IOException {
    CLIP.writeTo(folder);
    assertEquals(CLIP, ClipVocabulary.read(folder));
  }

  private static void assertId(int id, String token) {
    assertEquals(id, CLIP.ids().get(token), token);
  }
}
