package dev.atelier.models.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;

/**
 * SHA-256 of a network's tensors under their canonical names, so that the same weights have the
 * same digest in whatever file and naming they are.
 */
public final class WeightDigest {
  /** Tensors that {@link #sample} reads: each may cost a seek of the disk. */
  private static final int SAMPLED = 8;

  /** Norms and biases are smaller than that, and differ as soon as a network was trained. */
  private static final long SMALL_BYTES = 1 << 16;

  private final MessageDigest sha256;

  private WeightDigest() {
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java platform has it
    }
  }

  /**
   * A digest of all names, types and shapes and of a few small tensors: other digests, other
   * weights; the same digest, probably the same weights. Takes milliseconds.
   *
   * @throws WeightsException when the source cannot be read
   */
  public static String sample(WeightSource source) {
    var digest = new WeightDigest();
    List<String> names = List.copyOf(new TreeSet<>(source.names()));
    names.forEach(name -> digest.describe(source.info(name)));
    List<String> small =
        names.stream().filter(name -> source.info(name).bytes() <= SMALL_BYTES).toList();
    for (int i = 0; i < Math.min(SAMPLED, small.size()); i++) {
      digest.read(source, small.get((int) ((long) i * small.size() / SAMPLED)));
    }
    return digest.hex();
  }

  /**
   * A digest of everything: the same digest, the same weights. Reads all of them, about a second a
   * gigabyte.
   *
   * @throws WeightsException when the source cannot be read
   */
  public static String whole(WeightSource source) {
    var digest = new WeightDigest();
    for (String name : new TreeSet<>(source.names())) {
      digest.describe(source.info(name));
      digest.read(source, name);
    }
    return digest.hex();
  }

  private void describe(TensorInfo info) {
    String line = info.name() + '\n' + info.type() + info.shape() + '\n';
    sha256.update(line.getBytes(StandardCharsets.UTF_8));
  }

  private void read(WeightSource source, String name) {
    try {
      source.copy(name, new Sink());
    } catch (IOException e) {
      throw new WeightsException(source.file(), "it cannot be read.", e);
    }
  }

  private String hex() {
    return HexFormat.of().formatHex(sha256.digest());
  }

  /** Takes all that it is given into the digest. */
  private final class Sink implements WritableByteChannel {
    @Override
    public int write(ByteBuffer bytes) {
      int length = bytes.remaining();
      sha256.update(bytes);
      return length;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {}
  }
}
