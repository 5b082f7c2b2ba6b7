package dev.atelier.plugins.api;

/** Answers requests below {@code /plugins/ID/}, other than those for the panels' files. */
@FunctionalInterface
public interface Routes {
  /**
   * Answers a request. The host has checked by then that it comes from the studio's own page or
   * from a program, and that its body is JSON of at most 1 MiB.
   *
   * @throws Exception when the plugin is broken; what is wrong with the request is an {@link
   *     Answer#problem}
   */
  Answer answer(Call call) throws Exception;
}
