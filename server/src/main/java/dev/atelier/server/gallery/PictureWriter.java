package dev.atelier.server.gallery;

import dev.atelier.models.pipeline.ImageRequest;
import dev.atelier.server.gallery.ImageTable.LooseFile;
import dev.atelier.server.imaging.PictureEncoder;
import dev.atelier.server.imaging.Resizer;
import dev.atelier.server.metadata.PictureNotes;
import dev.atelier.server.metadata.PluginNotes;
import dev.atelier.server.metadata.PngParameters;
import dev.atelier.server.metadata.PngText;
import dev.atelier.server.store.TimeOrderedIds;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * Writes the files of a job's pictures: for each a PNG that holds its settings, and a thumbnail.
 * They are loose until their rows are there. Thread-safe.
 */
final class PictureWriter {
  private static final int THUMBNAIL_SIDE = 384;
  private final PictureFiles files;
  private final LooseFiles looseFiles;
  private final TimeOrderedIds ids;
  private final InstantSource clock;
  private final Function<String, Optional<String>> modelHashes;
  private final String version;

  /**
   * @param modelHashes the short hash of the model or VAE of an id, for the same; may block
   * @param version Atelier's version, for the pictures' metadata
   */
  PictureWriter(
      PictureFiles files,
      LooseFiles looseFiles,
      TimeOrderedIds ids,
      InstantSource clock,
      Function<String, Optional<String>> modelHashes,
      String version) {
    this.files = files;
    this.looseFiles = looseFiles;
    this.ids = ids;
    this.clock = clock;
    this.modelHashes = modelHashes;
    this.version = version;
  }

  /** As {@link FileGallery#write}. */
  List<GalleryImage> write(
      UUID job,
      ImageRequest request,
      List<BufferedImage> pictures,
      PictureNotes notes,
      List<PluginNotes> added)
      throws IOException {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    List<LooseFile> loose = pictures.stream().map(p -> new LooseFile(ids.next(), now)).toList();
    looseFiles.remember(loose);
    try {
      PictureNotes complete = notes.withHashes(request.model(), modelHashes);
      List<GalleryImage> images = new ArrayList<>();
      for (int i = 0; i < pictures.size(); i++) {
        String parameters =
            PngParameters.of(request, i, complete, version).with(added.get(i)).write();
        images.add(write(loose.get(i), job, request, i, pictures.get(i), parameters));
      }
      return images;
    } catch (IOException | RuntimeException | Error e) {
      looseFiles.discard(loose);
      throw e;
    }
  }

  private GalleryImage write(
      LooseFile file,
      UUID job,
      ImageRequest request,
      int index,
      BufferedImage picture,
      String parameters)
      throws IOException {
    byte[] png = PngText.add(PictureEncoder.PNG.encode(picture), PngParameters.KEYWORD, parameters);
    byte[] thumbnail = PictureEncoder.JPEG.encode(Resizer.fit(picture, THUMBNAIL_SIDE));
    files.write(file.id(), file.createdAt(), png, thumbnail);
    return new GalleryImage(
        file.id(),
        job,
        index,
        request,
        request.seedOf(index),
        parameters,
        png.length,
        file.createdAt());
  }
}
