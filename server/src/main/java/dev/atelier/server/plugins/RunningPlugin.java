package dev.atelier.server.plugins;

import dev.atelier.models.pipeline.ImageRequest;
import dev.atelier.models.pipeline.InvalidRequestException;
import dev.atelier.plugins.api.AtelierPlugin;
import dev.atelier.plugins.api.Contributions;
import dev.atelier.plugins.api.GenerationStep;
import dev.atelier.plugins.api.Parameters;
import dev.atelier.plugins.api.PictureOrder;
import dev.atelier.plugins.api.PluginContext;
import dev.atelier.plugins.api.Refusal;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.pf4j.Plugin;
import org.pf4j.PluginWrapper;

/**
 * One version of a plugin from its start to its end: its contributions, the pictures it takes part
 * in, its threads. PF4J starts and stops it on the host's thread; pictures and requests come from
 * others.
 */
final class RunningPlugin extends Plugin {
  private final FoundJar jar;
  private final PluginWrapper wrapper;
  private final String files;
  private final Callbacks callbacks;
  private final PluginContext context;
  private final Attendance attendance;
  private AtelierPlugin instance;
  private List<Step> steps = List.of();
  private Optional<AnsweringRoutes> routes = Optional.empty();
  private PanelFiles panelFiles;
  private List<LivePanel> panels = List.of();
  private volatile List<LiveAnnotator> annotators = List.of();
  private volatile List<LiveJobType> jobTypes = List.of();
  private volatile long memoryBytes;
  private List<String> left = List.of();

  /** A step and what its faults mean, asked for once. */
  record Step(GenerationStep step, GenerationStep.OnFault onFault) {}

  /**
   * @param files address of the panels' files, with a slash at its end
   * @param onIdle called when it is to end and takes part in no picture any more
   */
  RunningPlugin(
      FoundJar jar,
      PluginWrapper wrapper,
      String files,
      Callbacks callbacks,
      PluginContext context,
      Runnable onIdle) {
    this.jar = jar;
    this.wrapper = wrapper;
    this.files = files;
    this.callbacks = callbacks;
    this.context = context;
    this.attendance = new Attendance(onIdle);
  }

  /**
   * Makes and starts the plugin.
   *
   * @throws PluginFault when it throws, blocks or contributes what cannot be shown
   */
  @Override
  public void start() {
    instance = callbacks.call("be made", this::create);
    Contributions contributions =
        callbacks.call(
            "start", () -> Objects.requireNonNull(instance.start(context), "no contributions"));
    List<Step> found = new ArrayList<>();
    for (GenerationStep step : contributions.steps()) {
      found.add(
          new Step(
              step,
              callbacks.call(
                  "say what its faults mean", () -> Objects.requireNonNull(step.onFault()))));
    }
    steps = List.copyOf(found);
    routes = contributions.routes().map(answering -> new AnsweringRoutes(answering, callbacks));
    panelFiles = PanelFiles.read(wrapper.getPluginPath());
    panels =
        contributions.panels().stream()
            .map(panel -> LivePanel.read(panel, id(), context.version(), panelFiles, files))
            .toList();
    annotators =
        contributions.annotators().stream()
            .map(annotator -> new LiveAnnotator(annotator, id(), panelFiles, callbacks))
            .toList();
    jobTypes =
        contributions.jobTypes().stream()
            .map(type -> new LiveJobType(type, id(), panelFiles, callbacks))
            .toList();
    measure();
  }

  private AtelierPlugin create() throws Exception {
    Class<?> type =
        wrapper.getPluginClassLoader().loadClass(wrapper.getDescriptor().getPluginClass());
    if (!AtelierPlugin.class.isAssignableFrom(type)) {
      throw new IllegalArgumentException(type.getName() + " is no AtelierPlugin");
    }
    try {
      return (AtelierPlugin) type.getConstructor().newInstance();
    } catch (InvocationTargetException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }

  /** Stops the plugin and ends its threads; throws nothing. */
  @Override
  public void stop() {
    List<String> notes = new ArrayList<>();
    callbacks.stopTimers();
    if (instance != null) {
      try {
        callbacks.call(
            "stop",
            () -> {
              instance.stop();
              return null;
            });
      } catch (PluginFault e) {
        notes.add(e.getMessage());
      }
      instance = null;
    }
    steps = List.of();
    routes = Optional.empty();
    annotators = List.of();
    jobTypes = List.of();
    callbacks
        .close()
        .forEach(
            thread ->
                notes.add(
                    "The plugin %s %s left the thread “%s” running; what it takes is only free when that ends or the studio is restarted."
                        .formatted(id(), context.version(), thread)));
    left = List.copyOf(notes);
  }

  /** What went wrong when it stopped, each one sentence. */
  List<String> left() {
    return left;
  }

  String id() {
    return context.id();
  }

  FoundJar jar() {
    return jar;
  }

  Callbacks callbacks() {
    return callbacks;
  }

  List<Step> steps() {
    return steps;
  }

  List<LivePanel> panels() {
    return panels;
  }

  List<LiveAnnotator> annotators() {
    return annotators;
  }

  List<LiveJobType> jobTypes() {
    return jobTypes;
  }

  PanelFiles panelFiles() {
    return panelFiles;
  }

  /** Address of the panels' files while this version runs, with a slash at its end. */
  String files() {
    return files;
  }

  long memoryBytes() {
    return memoryBytes;
  }

  /**
   * A job as its steps see it, with the parameters as this version's schema has them: another may
   * have queued the job.
   *
   * @throws PluginFault when they do not fit
   */
  PictureOrder order(ImageRequest request) {
    Optional<Map<String, Object>> values =
        Optional.ofNullable(request.extras().parameters().get(id()));
    try {
      return new PictureOrder(
          request,
          values.map(
              given ->
                  RunningSet.schema(this)
                      .map(schema -> new Parameters(schema.complete(given)))
                      .orElse(Parameters.NONE)));
    } catch (InvalidRequestException e) {
      throw new PluginFault(e.getMessage());
    }
  }

  /**
   * What is wrong with a request to one of its steps, if anything.
   *
   * @throws PluginFault when it throws or blocks
   */
  Optional<Refusal> refusal(ImageRequest request) {
    PictureOrder order = order(request);
    return steps.stream().flatMap(step -> refusal(step, order).stream()).findFirst();
  }

  /** The same of one step. */
  Optional<Refusal> refusal(Step step, PictureOrder order) {
    return callbacks.call(
        "look at a request", () -> Objects.requireNonNull(step.step().refuse(order)));
  }

  /** Asks what it holds. */
  void measure() {
    memoryBytes = callbacks.call("say what it holds", () -> instance.memoryBytes());
  }

  /** What answers requests, if anything does. */
  Optional<AnsweringRoutes> routes() {
    return routes;
  }

  /** The jobs that it takes part in, and whether it still does. */
  Attendance attendance() {
    return attendance;
  }
}
