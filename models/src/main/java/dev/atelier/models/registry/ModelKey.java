package dev.atelier.models.registry;

import ai.djl.Device;

/**
 * Says which model is meant and how to load it. Equal keys mean the same model in memory, so a key
 * is a record of what determines the weights: file, network, number type. Keys of different model
 * types must never be equal.
 *
 * @param <T> what is loaded
 */
public interface ModelKey<T extends Model> {
  /** What people know it by, e.g. {@code storybook/unet}. */
  String label();

  /**
   * About how many bytes the loaded model takes. Room is made for them before {@link #load} is
   * called.
   *
   * @throws dev.atelier.models.weights.WeightsException when that cannot be said because its file
   *     cannot be used
   */
  long expectedBytes();

  /**
   * Loads the model. Whatever it throws reaches the one who asked for the lease; it must leave
   * nothing behind then.
   *
   * @param device the registry's device
   */
  T load(Device device);
}
