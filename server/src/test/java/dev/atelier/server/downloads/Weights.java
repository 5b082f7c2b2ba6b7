package dev.atelier.server.downloads;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Files of weights for the hub to have. */
public final class Weights {
  private static final Path GOLDEN = Path.of("..", "models", "src", "test", "resources", "golden");

  private Weights() {}

  /** A safetensors file of one tensor. */
  static byte[] safetensors(String tensor, int floats) {
    JsonObject header =
        new JsonObject()
            .put(
                tensor,
                new JsonObject()
                    .put("dtype", "F32")
                    .put("shape", new JsonArray().add(floats))
                    .put("data_offsets", new JsonArray().add(0).add(4L * floats)));
    byte[] json = header.encode().getBytes(StandardCharsets.UTF_8);
    byte[] data = new byte[4 * floats];
    new Random(floats).nextBytes(data);
    return Buffer.buffer().appendLongLE(json.length).appendBytes(json).appendBytes(data).getBytes();
  }

  /** A LoRA of one whole difference; a little less than 400 kB. */
  public static byte[] lora() {
    return safetensors("lora_unet_down_blocks_0_attentions_0_proj_in.diff", 100_000);
  }

  /** A VAE of the kind that lies beside checkpoints, pickled. */
  static byte[] vae() {
    try {
      return Files.readAllBytes(GOLDEN.resolve("vae_only.ckpt"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file as PyTorch writes it, whose pickle would run a command. */
  static byte[] evil() {
    byte[] pickle =
        "\u0080\u0002cposix\nsystem\nX\u0005\0\0\0touch\u0085R."
            .getBytes(StandardCharsets.ISO_8859_1);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      ZipEntry entry = new ZipEntry("archive/data.pkl");
      CRC32 crc = new CRC32();
      crc.update(pickle);
      entry.setMethod(ZipEntry.STORED);
      entry.setSize(pickle.length);
      entry.setCrc(crc.getValue());
      zip.putNextEntry(entry);
      zip.write(pickle);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
