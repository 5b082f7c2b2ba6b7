package dev.atelier.plugins.api;

import dev.atelier.models.pipeline.ImageRequest;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Optional;

/**
 * One job, as it is given to the one who does it, to be used on the thread of {@link JobType#run}.
 * Every method but the first two throws {@link JobEndedException} when the job shall end.
 *
 * @since 1.3
 */
public interface JobContext {
  /** What the user set, checked against the schema, with its defaults filled in. */
  Parameters parameters();

  /** What was saved last, when the job has run before and was interrupted. */
  Optional<String> state();

  /**
   * Saves what the job needs to go on from here; on disk when it returns.
   *
   * @param state of 1,000,000 characters at most; larger things belong into a file of {@link
   *     PluginContext#dataFolder}, named here
   */
  void save(String state);

  /**
   * Tells how far it is; as often as one likes, since few of many are shown.
   *
   * @param step steps done, 0 to {@code of}
   * @param of all steps, 1 or more
   * @param text what is being done, a few words
   */
  void progress(int step, int of, String text);

  /**
   * Has the studio make pictures, in its queue like everybody's, and waits for them. They are in
   * the gallery then. A job that goes on after a restart and asks under the same name again is
   * given the pictures that it asked for before, as long as they are in the gallery.
   *
   * @param name of this wish within the job, of 1 to 100 characters
   * @return 8 bits a channel, in batch order
   * @throws dev.atelier.models.pipeline.InvalidRequestException when they cannot be made, or
   *     somebody cancelled them; the message says why
   */
  List<BufferedImage> pictures(String name, ImageRequest request);

  /**
   * Shows a picture as a result of the job and keeps it, in place of one of the same name; on disk
   * when it returns.
   *
   * @param name of 1 to 40 small letters, digits and hyphens, beginning with a letter; a job has
   *     100 at most
   */
  void result(String name, BufferedImage picture);
}
