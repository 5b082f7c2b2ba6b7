package dev.atelier.plugins.api;

import java.util.Optional;

/**
 * Takes part in the making of pictures. It is asked before each job; the parts of all plugins are
 * opened in the order of the plugins' ids and closed in reverse.
 */
public interface GenerationStep {
  /**
   * Begins its part in one job, or has none in it.
   *
   * @param order the job as the user asked for it
   * @return its part, which the host closes whatever becomes of the job; empty when the job is none
   *     of its business
   */
  Optional<PicturePart> open(PictureOrder order);

  /**
   * Looks at a job before it is queued, and again before it begins: the place to say what is wrong
   * with what the user asked for. Does nothing else; the default refuses nothing.
   *
   * @param order the job as the user asked for it
   * @return why it cannot be made so; empty when it can, or is none of the step's business
   * @since 1.1
   */
  default Optional<Refusal> refuse(PictureOrder order) {
    return Optional.empty();
  }

  /** What becomes of the pictures in hand when this step throws or takes too long. */
  default OnFault onFault() {
    return OnFault.FAIL;
  }

  /** What becomes of a job whose plugin fails. */
  enum OnFault {
    /** The job ends with a sentence: without this step it would be another picture. */
    FAIL,
    /** The picture is finished without the step. */
    LEAVE_OUT
  }
}
