package dev.atelier.server.plugins;

import java.nio.file.Path;

/**
 * A plugin with a job, {@code maker.sheet}: makes {@code count} pictures one after another, saves
 * how many there are and notes in {@code log} of its data folder from which one on it began.
 */
public final class SheetJar {
  /** The schema of its parameters. */
  public static final String SCHEMA =
      """
      {"type": "object", "properties": {
        "count": {"type": "integer", "title": "Pictures", "minimum": 1, "maximum": 99, "default": 2},
        "words": {"type": "string", "title": "Words", "minLength": 1, "maxLength": 60, "default": "fox",
          "description": "What every picture shows."}}}
      """;

  private static final String SOURCE =
      """
      public class Main implements AtelierPlugin {
        public Contributions start(PluginContext context) {
          return Contributions.builder().add(new Sheet(context.dataFolder())).build();
        }
        static class Sheet implements JobType {
          private final Path folder;
          Sheet(Path folder) { this.folder = folder; }
          public String id() { return "sheet"; }
          public String title() { return "Sheet"; }
          public Optional<String> schema() { return Optional.of("sheet.json"); }
          public void run(JobContext job) throws Exception {
            int count = (int) job.parameters().number("count", 0);
            if (count == 99) throw new InvalidRequestException("count", "99 are too many; take 98.");
            String words = job.parameters().text("words", "");
            int from = job.state().map(Integer::parseInt).orElse(0);
            Files.writeString(folder.resolve("log"), "from " + from + "\\n",
                StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            for (int i = from; i < count; i++) {
              job.progress(i, count, "picture " + (i + 1));
              ImageRequest request = ImageRequest.builder("storybook")
                  .setPrompt(words + " " + i).optSize(64, 64).optSteps(1).optSeed(i).build();
              BufferedImage picture = job.pictures("fox-" + i, request).get(0);
              job.result("fox-" + i, picture);
              job.save("" + (i + 1));
              /*step*/
            }
          }
        }
      }
      """;

  private SheetJar() {}

  /**
   * Drops it into a data folder.
   *
   * @param step what it does after each picture, {@code i} of {@code count}; {@code folder} is its
   *     data folder
   */
  public static void dropInto(Path data, String version, String step) {
    of("maker", version, step).write(data.resolve("plugins").resolve("maker.jar"));
  }

  /** The same under another plugin's id. */
  public static PluginJar of(String id, String version, String step) {
    return PluginJar.of(id, version)
        .manifest("Plugin-Requires", "1.3")
        .plugin(SOURCE.replace("/*step*/", step))
        .file("panel/sheet.json", SCHEMA);
  }
}
