package dev.atelier.server.plugins;

import dev.atelier.server.plugins.PluginStatus.State;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.pf4j.PluginDependency;
import org.pf4j.PluginDescriptor;

/**
 * What should run, from what is in the folder and how the switches are.
 *
 * @param run the jars to run, each after those that it depends on
 * @param notes what is worth knowing of a plugin, by id
 * @param others the state of everything that should not run
 */
record PluginPlan(List<FoundJar> run, Map<String, List<String>> notes, List<PluginStatus> others) {
  private static final ApiVersions VERSIONS = new ApiVersions();

  static PluginPlan of(List<FoundJar> found, Switches switches) {
    PluginPlan plan = new PluginPlan(new ArrayList<>(), new TreeMap<>(), new ArrayList<>());
    Map<String, FoundJar> candidates = plan.newest(found);
    for (Iterator<FoundJar> each = candidates.values().iterator(); each.hasNext(); ) {
      FoundJar jar = each.next();
      String id = id(jar);
      Optional<String> fault = switches.fault(id, jar.stamp());
      if (switches.disabled(id)) {
        plan.others.add(plan.status(jar, State.DISABLED, Optional.empty()));
        each.remove();
      } else if (fault.isPresent()) {
        plan.others.add(plan.status(jar, State.FAILED, fault));
        each.remove();
      }
    }
    plan.order(candidates);
    return plan;
  }

  static String id(FoundJar jar) {
    return jar.descriptor().orElseThrow().getPluginId();
  }

  /** The newest version of each plugin; what cannot be a plugin is told of at once. */
  private Map<String, FoundJar> newest(List<FoundJar> found) {
    Map<String, FoundJar> newest = new TreeMap<>();
    found.stream()
        .filter(jar -> jar.descriptor().isPresent())
        .sorted(
            Comparator.comparing(
                    (FoundJar jar) -> jar.descriptor().get().getVersion(),
                    VERSIONS::compareVersions)
                .thenComparing(jar -> jar.stamp().modified()))
        .forEach(
            jar -> {
              FoundJar older = newest.put(id(jar), jar);
              if (older != null) {
                notes
                    .computeIfAbsent(id(jar), id -> new ArrayList<>())
                    .add(
                        "%s holds version %s of it, which is not used."
                            .formatted(
                                older.file().getFileName(), older.descriptor().get().getVersion()));
              }
            });
    found.stream()
        .filter(jar -> jar.problem().isPresent())
        .forEach(jar -> others.add(status(jar, State.FAILED, jar.problem())));
    return newest;
  }

  private void order(Map<String, FoundJar> candidates) {
    Map<String, FoundJar> waiting = new LinkedHashMap<>(candidates);
    Map<String, FoundJar> ready = new LinkedHashMap<>();
    // An optional dependency comes first where that is possible, and is done without otherwise.
    while (step(waiting, ready, true) || step(waiting, ready, false)) {}
    run.addAll(ready.values());
    for (FoundJar jar : waiting.values()) {
      others.add(status(jar, State.WAITING, Optional.of(why(jar, candidates))));
    }
  }

  private static boolean step(
      Map<String, FoundJar> waiting, Map<String, FoundJar> ready, boolean optionalFirst) {
    for (FoundJar jar : waiting.values()) {
      boolean can =
          dependencies(jar).stream()
              .allMatch(
                  dependency ->
                      dependency.isOptional()
                          ? !optionalFirst || !waiting.containsKey(dependency.getPluginId())
                          : meets(ready.get(dependency.getPluginId()), dependency));
      if (can) {
        waiting.remove(id(jar));
        ready.put(id(jar), jar);
        return true;
      }
    }
    return false;
  }

  private static boolean meets(FoundJar jar, PluginDependency dependency) {
    return jar != null
        && VERSIONS.checkVersionConstraint(
            jar.descriptor().orElseThrow().getVersion(), dependency.getPluginVersionSupport());
  }

  private static String why(FoundJar jar, Map<String, FoundJar> candidates) {
    for (PluginDependency dependency : dependencies(jar)) {
      String needed = dependency.getPluginId();
      FoundJar there = candidates.get(needed);
      if (dependency.isOptional() || meets(there, dependency)) {
        continue;
      }
      return there == null
          ? "It needs the plugin %s, which is not there or switched off.".formatted(needed)
          : "It needs version %s of the plugin %s, and %s is there."
              .formatted(
                  dependency.getPluginVersionSupport(),
                  needed,
                  there.descriptor().orElseThrow().getVersion());
    }
    return "It needs a plugin that does not run, or that needs this one in turn.";
  }

  static List<PluginDependency> dependencies(FoundJar jar) {
    return jar.descriptor().orElseThrow().getDependencies();
  }

  /** The state of a jar that does not run. */
  PluginStatus status(FoundJar jar, State state, Optional<String> problem) {
    return status(jar, state, problem, List.of(), 0, 0, List.of());
  }

  /** The state of any jar. */
  PluginStatus status(
      FoundJar jar,
      State state,
      Optional<String> problem,
      List<String> more,
      int pictures,
      long memory,
      List<LivePanel> panels) {
    String file = jar.file().getFileName().toString();
    Optional<PluginDescriptor> descriptor = jar.descriptor();
    String id = descriptor.map(PluginDescriptor::getPluginId).orElse(file);
    List<String> all = new ArrayList<>(notes.getOrDefault(id, List.of()));
    all.addAll(more);
    return new PluginStatus(
        id,
        descriptor.map(PluginDescriptor::getVersion).orElse(""),
        descriptor.map(PluginDescriptor::getPluginDescription).orElse(""),
        descriptor.map(PluginDescriptor::getProvider).orElse(""),
        descriptor.map(PluginDescriptor::getLicense).orElse(""),
        descriptor.map(PluginDescriptor::getRequires).orElse(""),
        descriptor
            .map(d -> d.getDependencies().stream().map(PluginDependency::getPluginId).toList())
            .orElse(List.of()),
        file,
        state,
        problem,
        List.copyOf(all),
        pictures,
        memory,
        panels);
  }
}
