package dev.atelier.plugins.api;

/**
 * The version of this package. A plugin names the one that it was compiled against in its manifest,
 * {@code Plugin-Requires: 1.0}, and is loaded by every later one with the same first number.
 */
public final class ApiVersion {
  private ApiVersion() {}

  /** The version of the API on the class path; a method, so that no plugin's copy goes stale. */
  public static String current() {
    return "1.3.0";
  }
}
