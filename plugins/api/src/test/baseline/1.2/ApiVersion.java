package dev.atelier.plugins.api;
public final class ApiVersion {
  private ApiVersion() {}
  public static String current() {
    return "1.2.0";
  }
}
