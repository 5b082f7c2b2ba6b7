package dev.atelier.models.weights;

import ai.djl.ndarray.types.Shape;

/**
 * What is known of a stored tensor without reading it.
 *
 * @param name its key
 * @param type how its numbers are stored
 * @param shape its dimensions, none of them negative; no dimension for a scalar
 * @param bytes its size in the file
 */
public record TensorInfo(String name, StoredType type, Shape shape, long bytes) {}
