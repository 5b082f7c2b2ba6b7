package dev.atelier.server.plugins;

/** A plugin {@code maps} whose annotator writes a level into the first row of a picture. */
public final class LevelAnnotator {
  /** The schema of its one parameter. */
  public static final String SCHEMA =
      """
      {"type": "object", "properties": {
        "level": {"type": "integer", "minimum": 0, "maximum": 255, "default": 200}}}
      """;

  private static final String SOURCE =
      """
      public class Main implements AtelierPlugin {
        public Contributions start(PluginContext context) {
          return Contributions.builder().add(new Level()).build();
        }
        static class Level implements Annotator {
          public String id() { return "ID"; }
          public String title() { return "Level"; }
          public Optional<String> schema() { return Optional.of("level.json"); }
          public BufferedImage annotate(BufferedImage picture, Parameters parameters) {
            int level = (int) parameters.number("level", -1);
            /*annotate*/
            if (level > 250) throw new InvalidRequestException("level", "Too bright; take less.");
            for (int x = 0; x < picture.getWidth(); x++) picture.setRGB(x, 0, level);
            return picture;
          }
        }
      }
      """;

  private LevelAnnotator() {}

  /**
   * The plugin's jar.
   *
   * @param id the annotator's
   * @param code what it does before it writes; sees {@code picture} and {@code level}
   */
  public static PluginJar jar(String id, String code) {
    return PluginJar.of("maps", "1.0.0")
        .plugin(SOURCE.replace("ID", id).replace("/*annotate*/", code))
        .file("panel/level.json", SCHEMA);
  }
}
