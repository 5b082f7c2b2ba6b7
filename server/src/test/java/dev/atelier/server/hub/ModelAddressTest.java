package dev.atelier.server.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.server.problem.ProblemException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelAddressTest {
  @ParameterizedTest
  @CsvSource({
    "owner/name, owner/name",
    "hf:owner/name, owner/name",
    "owner/name@fp16, owner/name@fp16",
    "owner/name@refs/pr/1, owner/name@refs/pr/1",
    "owner/name:sub/x.safetensors, owner/name:sub/x.safetensors",
    "owner/name@v2:x.ckpt, owner/name@v2:x.ckpt",
    "https://huggingface.co/owner/name, owner/name",
    "https://huggingface.co/owner/name/, owner/name",
    "https://hf.co/owner/name?a=b#c, owner/name",
    "https://huggingface.co/owner/name/tree/main, owner/name",
    "https://huggingface.co/owner/name/tree/main/unet, owner/name",
    "https://huggingface.co/owner/name/tree/refs%2Fpr%2F1, owner/name@refs/pr/1",
    "https://huggingface.co/owner/name/blob/main/a/b.safetensors, owner/name:a/b.safetensors",
    "https://huggingface.co/owner/name/resolve/v2/b%20c.ckpt?download=true, owner/name@v2:b c.ckpt",
    "civitai:4201, civitai:4201",
    "civitai:4201@130072, civitai:4201@130072",
    "civitai:@130072, civitai:@130072",
    "civitai:4201@130072:9, civitai:4201@130072:9",
    "https://civitai.com/models/4201/realistic-vision, civitai:4201",
    "https://civitai.com/models/4201?modelVersionId=130072, civitai:4201@130072",
    "https://civitai.com/models/4201/a-b?x=1&modelVersionId=130072&y=2, civitai:4201@130072",
    "https://civitai.com/api/download/models/130072?type=Model&token=secret, civitai:@130072",
    "urn:air:sd1:checkpoint:civitai:4201@130072, civitai:4201@130072",
    "urn:air:sd1:lora:civitai:4201, civitai:4201",
    "urn:air:sd1:checkpoint:huggingface:owner/name@v1, owner/name@v1",
    "https://models.example/a/b.safetensors, https://models.example/a/b.safetensors"
  })
  void addressesAreUnderstood(String text, String meaning) {
    assertEquals(meaning, ModelAddress.parse(" " + text + " ").text());
    assertEquals(meaning, ModelAddress.parse(meaning).text());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "name",
        "civitai:",
        "civitai:x",
        "../../etc",
        "owner/../name",
        "https://huggingface.co/datasets/owner/name",
        "https://huggingface.co/spaces/owner/name",
        "https://huggingface.co/owner",
        "https://civitai.com/images/7",
        "https://user:pass@models.example/x.ckpt",
        "https://"
      })
  void whatIsNoneIsRefusedWithASentence(String text) {
    String sentence =
        assertThrows(ProblemException.class, () -> ModelAddress.parse(text)).getMessage();
    assertTrue(sentence.endsWith("."), sentence);
  }

  @Property(tries = 3000)
  void nothingElseIsThrown(@ForAll String text) {
    try {
      ModelAddress.parse(text);
    } catch (ProblemException refused) {
      assertTrue(refused.problem().detail().endsWith("."));
    }
  }

  @Property(tries = 3000)
  void noNameFromOutsideIsAPath(@ForAll String name) {
    for (String safe :
        new String[] {FileNames.plain(name), FileNames.weights(name + ".ckpt", name)}) {
      assertTrue(safe.matches("[A-Za-z0-9 _()+-][A-Za-z0-9 ._()+-]{0,119}"), safe);
      assertFalse(safe.endsWith("."));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "../../../etc/passwd, passwd",
    "C:\\Windows\\x.ckpt, x.ckpt",
    ".hidden, hidden",
    "CON.safetensors, modelCON.safetensors",
    "ünïcode, n_code"
  })
  void namesAreMadeSafe(String name, String safe) {
    assertEquals(safe, FileNames.plain(name));
  }
}
