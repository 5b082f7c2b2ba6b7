package dev.atelier.server.gallery;

import dev.atelier.models.pipeline.ImageRequest;
import java.time.Instant;
import java.util.UUID;

/**
 * One picture in the gallery.
 *
 * @param id its id
 * @param jobId the job that made it
 * @param index its place in the batch, from 0
 * @param request the job's request
 * @param seed the seed that makes this very picture again with a batch size of 1
 * @param parameters the text of its PNG {@code parameters} chunk, as AUTOMATIC1111 writes it
 * @param bytes size of the PNG file
 * @param createdAt when it was made
 */
public record GalleryImage(
    UUID id,
    UUID jobId,
    int index,
    ImageRequest request,
    long seed,
    String parameters,
    long bytes,
    Instant createdAt) {}
