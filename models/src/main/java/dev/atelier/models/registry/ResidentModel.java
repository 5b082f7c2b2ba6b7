package dev.atelier.models.registry;

import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A model in a device's memory, and how many use it. Lives on the engine's one thread. */
final class ResidentModel {
  private static final Logger log = LoggerFactory.getLogger(ResidentModel.class);

  private final long id;
  private final ModelKey<?> key;
  private final Model model;
  private final long bytes;
  private final Set<String> labels = new LinkedHashSet<>();
  private int leases;
  private Instant lastUsed;

  /**
   * @param id of {@link Snapshot.Held}
   * @param bytes what it takes
   */
  ResidentModel(long id, ModelKey<?> key, Model model, long bytes) {
    this.id = id;
    this.key = key;
    this.model = model;
    this.bytes = bytes;
  }

  long id() {
    return id;
  }

  ModelKey<?> key() {
    return key;
  }

  Model model() {
    return model;
  }

  long bytes() {
    return bytes;
  }

  boolean leased() {
    return leases > 0;
  }

  /**
   * One more uses it.
   *
   * @param label of the key that it is leased by
   */
  void lease(String label) {
    leases++;
    labels.add(label);
  }

  /** One less uses it. */
  void release() {
    leases--;
  }

  /** It was leased or given back at that time. */
  void used(Instant now) {
    lastUsed = now;
  }

  Snapshot.Held held() {
    return new Snapshot.Held(id, List.copyOf(labels), bytes, leases, lastUsed);
  }

  /** Gives its memory back. */
  void close() {
    close(key, model);
  }

  /** The same of a model that did not come to stay. */
  static void close(ModelKey<?> key, Model model) {
    try {
      model.close();
    } catch (RuntimeException e) {
      // The picture that needed the room is not to blame.
      log.error("Closing {} failed", key.label(), e);
    }
  }
}
