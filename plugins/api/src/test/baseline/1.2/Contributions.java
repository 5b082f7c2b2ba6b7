package dev.atelier.plugins.api;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
public final class Contributions {
  private final List<GenerationStep> steps;
  private final List<Panel> panels;
  private final List<Annotator> annotators;
  private final Routes routes;
  private Contributions(Builder builder) {
    steps = List.copyOf(builder.steps);
    panels = List.copyOf(builder.panels);
    annotators = List.copyOf(builder.annotators);
    routes = builder.routes;
  }
  public static Builder builder() {
    return new Builder();
  }
  public List<GenerationStep> steps() {
    return steps;
  }
  public List<Panel> panels() {
    return panels;
  }
  public List<Annotator> annotators() {
    return annotators;
  }
  public Optional<Routes> routes() {
    return Optional.ofNullable(routes);
  }
  public static final class Builder {
    private final List<GenerationStep> steps = new ArrayList<>();
    private final List<Panel> panels = new ArrayList<>();
    private final List<Annotator> annotators = new ArrayList<>();
    private Routes routes;
    private Builder() {}
    public Builder add(GenerationStep step) {
      steps.add(Objects.requireNonNull(step));
      return this;
    }
    public Builder add(Panel panel) {
      if (panels.stream().anyMatch(other -> other.place() == panel.place())) {
        throw new IllegalArgumentException("A plugin has one panel in a place: " + panel.place());
      }
      panels.add(panel);
      return this;
    }
    public Builder add(Annotator annotator) {
      annotators.add(Objects.requireNonNull(annotator));
      return this;
    }
    public Builder optRoutes(Routes routes) {
      this.routes = Objects.requireNonNull(routes);
      return this;
    }
    public Contributions build() {
      return new Contributions(this);
    }
  }
}
