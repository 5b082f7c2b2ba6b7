package dev.atelier.models.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyMappingTest {
  @ParameterizedTest
  @CsvSource({
    "text_model.embeddings.token_embedding.weight, embeddings.token_embedding.weight",
    "embeddings.token_embedding.weight, embeddings.token_embedding.weight",
    "text_model., text_model."
  })
  void clipTextKeysLoseTheirPrefix(String stored, String canonical) {
    assertEquals(canonical, KeyMapping.CLIP_TEXT.canonical(stored));
  }

  @ParameterizedTest
  @CsvSource({
    "decoder.mid_block.attentions.0.query.weight, decoder.mid_block.attentions.0.to_q.weight",
    "encoder.mid_block.attentions.0.key.bias, encoder.mid_block.attentions.0.to_k.bias",
    "decoder.mid_block.attentions.0.value.bias, decoder.mid_block.attentions.0.to_v.bias",
    "decoder.mid_block.attentions.0.proj_attn.weight,"
        + " decoder.mid_block.attentions.0.to_out.0.weight",
    "decoder.mid_block.attentions.0.to_q.weight, decoder.mid_block.attentions.0.to_q.weight",
    "decoder.conv_in.weight, decoder.conv_in.weight"
  })
  void vaeAttentionKeysGetTheirNewNames(String stored, String canonical) {
    assertEquals(canonical, KeyMapping.VAE.canonical(stored));
  }

  @Test
  void theFirstRuleThatMatchesCounts() {
    var mapping = KeyMapping.parse("# comment\n\na\\.(.*) -> x.$1\na\\.b -> y\n");
    assertEquals("x.b", mapping.canonical("a.b"));
  }

  @Test
  void aLineThatIsNoRuleIsRefused() {
    var e = assertThrows(IllegalArgumentException.class, () -> KeyMapping.parse("a => b"));
    assertEquals("Not a rule \"stored -> canonical\": a => b", e.getMessage());
  }

  @Test
  void aRenamedSourceAnswersToCanonicalNames(@TempDir Path folder) {
    Path path =
        SafetensorsBytes.write(
            folder.resolve("vae.safetensors"),
            new SafetensorsBytes()
                .add(
                    "mid.attentions.0.query.bias", StoredType.U8, new long[] {2}, new byte[] {1, 2})
                .build());
    try (NDManager manager = NDManager.newBaseManager();
        WeightSource source = new RenamedWeights(SafetensorsFile.open(path), KeyMapping.VAE)) {
      String canonical = "mid.attentions.0.to_q.bias";
      assertEquals(Set.of(canonical), source.names());
      assertEquals(
          new TensorInfo(canonical, StoredType.U8, new Shape(2), 2), source.info(canonical));
      NDArray array = source.read(manager, canonical, DataType.FLOAT32);
      assertArrayEquals(new float[] {1, 2}, array.toFloatArray());
      assertEquals(canonical, array.getName());
      assertThrows(WeightsException.class, () -> source.info("mid.attentions.0.to_k.bias"));
    }
  }

  @Test
  void twoKeysOfOneMeaningAreRefused(@TempDir Path folder) {
    Path path =
        SafetensorsBytes.write(
            folder.resolve("text.safetensors"),
            new SafetensorsBytes()
                .add("text_model.a", StoredType.U8, new long[] {1}, new byte[1])
                .add("a", StoredType.U8, new long[] {1}, new byte[1])
                .build());
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      var e =
          assertThrows(
              WeightsException.class, () -> new RenamedWeights(file, KeyMapping.CLIP_TEXT));
      assertEquals(
          folder.getFileName()
              + "/text.safetensors: it has the tensor \"a\" twice, once under an older name.",
          e.getMessage());
    }
  }
}
