package dev.atelier.server.metadata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.server.GradientGenerator;
import dev.atelier.server.imaging.PictureEncoder;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.ImageIO;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PngTextTest {
  private static final byte[] PNG = png();
  private static final int IHDR_END = 33;

  private static byte[] png() {
    try {
      return PictureEncoder.PNG.encode(GradientGenerator.picture(1, 16, 16));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<String> read(byte[] png) throws IOException {
    return PngText.read(new ByteArrayInputStream(png), "parameters");
  }

  @Property
  void textIsReadBackAndThePictureIsStillAPicture(@ForAll String text) throws IOException {
    byte[] with = PngText.add(PNG, "parameters", text);
    // A lone surrogate has no UTF-8: Java writes a question mark.
    String expected = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    assertEquals(Optional.of(expected), read(with));
    assertNotNull(ImageIO.read(new ByteArrayInputStream(with)));
    assertEquals(Optional.empty(), PngText.read(new ByteArrayInputStream(with), "parameter"));
  }

  @Test
  void latinTextIsATextChunkAndOtherTextAnInternationalOne() {
    assertEquals("tEXt", chunk(PngText.add(PNG, "parameters", "fox\nSteps: 1 ÿ")));
    assertEquals("iTXt", chunk(PngText.add(PNG, "parameters", "狐")));
  }

  private static String chunk(byte[] png) {
    return new String(png, IHDR_END + 4, 4, StandardCharsets.US_ASCII);
  }

  @Test
  void pictureWithoutTextHasNone() throws IOException {
    assertEquals(Optional.empty(), read(PNG));
  }

  @Test
  void packedTextsAreUnpacked() throws IOException {
    byte[] packed = deflate("a fox".getBytes(StandardCharsets.UTF_8));
    assertEquals(Optional.of("a fox"), read(with("zTXt", bytes("parameters\0\0", packed))));
    assertEquals(
        Optional.of("a fox"),
        read(with("iTXt", bytes("parameters\0\1\0en\0parameters\0", packed))));
  }

  @Test
  void bombIsNotUnpacked() throws IOException {
    byte[] bomb = deflate(new byte[64 << 20]);
    assertTrue(bomb.length < PngText.MAX_TEXT);
    IOException refused =
        assertThrows(IOException.class, () -> read(with("zTXt", bytes("parameters\0\0", bomb))));
    assertEquals("The text in this PNG file is longer than 1 MiB.", refused.getMessage());
  }

  @Test
  void longTextIsRefusedBeforeItIsRead() {
    InputStream png =
        new ByteArrayInputStream(
            header("tEXt", Integer.MAX_VALUE, bytes("parameters\0", new byte[100])));
    IOException refused = assertThrows(IOException.class, () -> PngText.read(png, "parameters"));
    assertEquals("The text in this PNG file is longer than 1 MiB.", refused.getMessage());
  }

  @Test
  void cutOffFileIsRefused() {
    IOException refused =
        assertThrows(IOException.class, () -> read(Arrays.copyOf(PNG, PNG.length - 20)));
    assertEquals("This PNG file is cut off.", refused.getMessage());
  }

  @Test
  void damagedTextIsRefused() {
    byte[] png = PngText.add(PNG, "parameters", "a fox");
    png[IHDR_END + 8 + "parameters".length() + 1] ^= 1;
    IOException refused = assertThrows(IOException.class, () -> read(png));
    assertTrue(refused.getMessage().contains("checksum"), refused.getMessage());
  }

  @Test
  void otherFilesAreNoPng() {
    for (byte[] other :
        new byte[][] {{}, {(byte) 0x89, 'P'}, bytes("GIF89a and so on", new byte[0])}) {
      IOException refused = assertThrows(IOException.class, () -> read(other));
      assertEquals("This is not a PNG file.", refused.getMessage());
    }
  }

  @Property
  void damagedFilesEndInAnAnswerOrASentence(
      @ForAll @IntRange(max = 400) int at, @ForAll byte value, @ForAll @IntRange(max = 400) int end)
      throws IOException {
    byte[] text = deflate("a fox in the snow".getBytes(StandardCharsets.UTF_8));
    byte[] png = with("iTXt", bytes("parameters\0\1\0en\0parameters\0", text));
    png[at % png.length] = value;
    byte[] cut = Arrays.copyOf(png, Math.max(png.length - end, 0));
    try {
      read(cut);
    } catch (IOException e) {
      assertTrue(e.getMessage().endsWith("."), e.getMessage());
    }
  }

  @Property
  void anyBytesAfterTheSignatureEndInAnAnswerOrASentence(@ForAll byte[] bytes) {
    byte[] png = bytes("", Arrays.copyOf(PNG, 8 + bytes.length));
    System.arraycopy(bytes, 0, png, 8, bytes.length);
    try {
      read(png);
    } catch (IOException e) {
      assertTrue(e.getMessage().endsWith("."), e.getMessage());
    }
  }

  private static byte[] bytes(String head, byte[] tail) {
    byte[] start = head.getBytes(StandardCharsets.ISO_8859_1);
    byte[] all = Arrays.copyOf(start, start.length + tail.length);
    System.arraycopy(tail, 0, all, start.length, tail.length);
    return all;
  }

  private static byte[] deflate(byte[] bytes) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (DeflaterOutputStream out = new DeflaterOutputStream(packed)) {
      out.write(bytes);
    }
    return packed.toByteArray();
  }

  /** The picture with that chunk after its header. */
  private static byte[] with(String type, byte[] data) {
    byte[] start = header(type, data.length, data);
    byte[] png = Arrays.copyOf(start, start.length + PNG.length - IHDR_END);
    System.arraycopy(PNG, IHDR_END, png, start.length, PNG.length - IHDR_END);
    return png;
  }

  private static byte[] header(String type, int length, byte[] data) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (DataOutputStream png = new DataOutputStream(out)) {
      png.write(PNG, 0, IHDR_END);
      byte[] typeAndData = bytes(type, data);
      CRC32 crc = new CRC32();
      crc.update(typeAndData);
      png.writeInt(length);
      png.write(typeAndData);
      png.writeInt((int) crc.getValue());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
