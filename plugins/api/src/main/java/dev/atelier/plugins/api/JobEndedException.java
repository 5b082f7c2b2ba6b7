package dev.atelier.plugins.api;

/**
 * The job shall end now: it was cancelled, or its plugin or the studio is being stopped, after
 * which it goes on from the state that it saved last. Not to be caught, but for cleaning up.
 *
 * @since 1.3
 */
public final class JobEndedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** For the host. */
  public JobEndedException() {
    super("the job shall end", null, false, false);
  }
}
