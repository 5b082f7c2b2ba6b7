package dev.atelier.models.pipeline;

import dev.atelier.models.weights.FileStamps;
import dev.atelier.models.weights.WeightDigest;
import dev.atelier.models.weights.WeightSource;
import dev.atelier.models.weights.WeightsException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Tells which parts of checkpoints are the same, so that a text encoder that ten checkpoints have
 * in common is in memory once. What is the same is decided by all of the weights; but they are read
 * for that only when a few of them, which are read always, are those of another part that was seen.
 * So the first use of a checkpoint costs milliseconds more, and that of one which shares a part
 * about as long as loading the part would have taken, once for as long as its files stay as they
 * are.
 */
final class PartIndex {
  private record Place(String part, FileStamps stamps) {}

  private record Sample(String part, Object settings, String weights) {}

  /** Parts that are the same; equal to itself only. */
  static final class Identity {
    private final List<Seen> seen = new ArrayList<>();

    /**
     * Opens the weights from any of the files that have them, which may be long after the part was
     * loaded.
     *
     * @throws WeightsException when none of them is there any more
     */
    WeightSource open() {
      Seen last = seen.get(seen.size() - 1);
      return seen.stream()
          .filter(Seen::unchanged)
          .findFirst()
          .map(each -> each.source.weights().get())
          .orElseThrow(
              () ->
                  new WeightsException(
                      last.source.files().get(0),
                      "it was changed while it was in use; generate again."));
    }
  }

  /** A part that was seen. */
  private static final class Seen {
    final PartSource source;
    final FileStamps stamps;
    final Identity identity;
    String digest;

    Seen(PartSource source, FileStamps stamps, Identity identity) {
      this.source = source;
      this.stamps = stamps;
      this.identity = identity;
      identity.seen.add(this);
    }

    boolean unchanged() {
      return source.stamps().equals(stamps);
    }

    String digest() {
      if (digest == null) {
        digest = PartIndex.digest(source);
      }
      return digest;
    }
  }

  private final Map<Place, Identity> known = new HashMap<>();
  private final Map<Sample, List<Seen>> samples = new HashMap<>();

  /**
   * The identity of a part as its files are now.
   *
   * @throws WeightsException when its files cannot be read
   */
  Identity of(PartSource source) {
    var place = new Place(source.part(), source.stamps());
    Identity identity = known.get(place);
    if (identity == null) {
      identity = identify(source, place.stamps());
      known.put(place, identity);
    }
    return identity;
  }

  private Identity identify(PartSource source, FileStamps stamps) {
    var sample = new Sample(source.part(), source.settings(), sample(source));
    List<Seen> alike = samples.computeIfAbsent(sample, any -> new ArrayList<>());
    // What is no longer on the disk cannot be compared with any more.
    alike.removeIf(seen -> !seen.unchanged());
    if (alike.isEmpty()) {
      alike.add(new Seen(source, stamps, new Identity()));
      return alike.get(0).identity;
    }
    String digest = digest(source);
    Identity same =
        alike.stream()
            .filter(seen -> seen.digest().equals(digest))
            .findFirst()
            .map(seen -> seen.identity)
            .orElseGet(Identity::new);
    var seen = new Seen(source, stamps, same);
    seen.digest = digest;
    alike.add(seen);
    return same;
  }

  private static String sample(PartSource source) {
    try (WeightSource weights = source.weights().get()) {
      return WeightDigest.sample(weights);
    }
  }

  private static String digest(PartSource source) {
    try (WeightSource weights = source.weights().get()) {
      return WeightDigest.whole(weights) + source.extra().get();
    }
  }
}
