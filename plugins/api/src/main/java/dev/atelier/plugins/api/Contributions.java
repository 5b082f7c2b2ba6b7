package dev.atelier.plugins.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What a plugin contributes, for as long as it runs. */
public final class Contributions {
  private final List<GenerationStep> steps;
  private final List<Panel> panels;
  private final List<Annotator> annotators;
  private final List<JobType> jobTypes;
  private final Routes routes;

  private Contributions(Builder builder) {
    steps = List.copyOf(builder.steps);
    panels = List.copyOf(builder.panels);
    annotators = List.copyOf(builder.annotators);
    jobTypes = List.copyOf(builder.jobTypes);
    routes = builder.routes;
  }

  /** Starts with nothing. */
  public static Builder builder() {
    return new Builder();
  }

  /** Its parts in the making of pictures, in their order. */
  public List<GenerationStep> steps() {
    return steps;
  }

  /** Its pieces of the page. */
  public List<Panel> panels() {
    return panels;
  }

  /**
   * What makes control maps.
   *
   * @since 1.2
   */
  public List<Annotator> annotators() {
    return annotators;
  }

  /**
   * Its long work.
   *
   * @since 1.3
   */
  public List<JobType> jobTypes() {
    return jobTypes;
  }

  /** Its endpoints. */
  public Optional<Routes> routes() {
    return Optional.ofNullable(routes);
  }

  /** Gathers contributions. Not thread-safe. */
  public static final class Builder {
    private final List<GenerationStep> steps = new ArrayList<>();
    private final List<Panel> panels = new ArrayList<>();
    private final List<Annotator> annotators = new ArrayList<>();
    private final List<JobType> jobTypes = new ArrayList<>();
    private Routes routes;

    private Builder() {}

    /** Takes part in the making of pictures. */
    public Builder add(GenerationStep step) {
      steps.add(Objects.requireNonNull(step));
      return this;
    }

    /**
     * Shows a piece of the page.
     *
     * @throws IllegalArgumentException when there is one in the same place already
     */
    public Builder add(Panel panel) {
      if (panels.stream().anyMatch(other -> other.place() == panel.place())) {
        throw new IllegalArgumentException("A plugin has one panel in a place: " + panel.place());
      }
      panels.add(panel);
      return this;
    }

    /**
     * Makes control maps.
     *
     * @since 1.2
     */
    public Builder add(Annotator annotator) {
      annotators.add(Objects.requireNonNull(annotator));
      return this;
    }

    /**
     * Does long work.
     *
     * @since 1.3
     */
    public Builder add(JobType jobType) {
      jobTypes.add(Objects.requireNonNull(jobType));
      return this;
    }

    /** Answers requests below {@code /plugins/ID/}. */
    public Builder optRoutes(Routes routes) {
      this.routes = Objects.requireNonNull(routes);
      return this;
    }

    public Contributions build() {
      return new Contributions(this);
    }
  }
}
