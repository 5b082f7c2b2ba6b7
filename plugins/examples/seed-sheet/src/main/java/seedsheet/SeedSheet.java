package seedsheet;

import dev.atelier.models.catalog.ModelEntry;
import dev.atelier.models.catalog.ModelKind;
import dev.atelier.models.pipeline.ImageRequest;
import dev.atelier.models.pipeline.InvalidRequestException;
import dev.atelier.plugins.api.JobContext;
import dev.atelier.plugins.api.JobType;
import dev.atelier.plugins.api.Parameters;
import dev.atelier.plugins.api.PluginContext;
import java.util.Optional;

/**
 * The job. It saves no state: a picture that it asks for again under the same name, after a
 * restart, is the one that was made before.
 */
final class SeedSheet implements JobType {
  private final PluginContext studio;

  SeedSheet(PluginContext studio) {
    this.studio = studio;
  }

  @Override
  public String id() {
    return "sheet";
  }

  @Override
  public String title() {
    return "Seed sheet";
  }

  @Override
  public Optional<String> schema() {
    return Optional.of("sheet.json");
  }

  @Override
  public void run(JobContext job) {
    Parameters wanted = job.parameters();
    int count = (int) wanted.number("count", 9);
    long first = (long) wanted.number("seed", 0);
    int size = (int) wanted.number("size", 256);
    ImageRequest.Builder request =
        ImageRequest.builder(model(wanted.text("model", "")))
            .setPrompt(wanted.text("prompt", ""))
            .optSize(size, size)
            .optSteps((int) wanted.number("steps", 20));
    Sheet sheet = new Sheet(count, size);
    for (int i = 0; i < count; i++) {
      long seed = first + i;
      job.progress(i, count, "seed " + seed);
      sheet.put(
          i, job.pictures("seed-" + seed, request.optSeed(seed).build()).get(0), "seed " + seed);
      job.result("sheet", sheet.picture());
    }
    job.progress(count, count, "done");
  }

  private String model(String name) {
    return name.isBlank() ? firstModel() : name;
  }

  private String firstModel() {
    return studio.models().entries(ModelKind.CHECKPOINT).stream()
        .findFirst()
        .map(ModelEntry::id)
        .orElseThrow(
            () -> new InvalidRequestException("model", "There is no model yet; get one first."));
  }
}
