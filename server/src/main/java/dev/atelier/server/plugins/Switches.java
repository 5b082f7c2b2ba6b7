package dev.atelier.server.plugins;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which plugins are off, and why: kept in a file over restarts. The user's “off” holds for whatever
 * version comes; a fault holds for the very jar that had it. Belongs to the host's thread.
 */
final class Switches {
  private static final Logger LOG = LoggerFactory.getLogger(Switches.class);

  private final Path file;
  private final Set<String> disabled = new TreeSet<>();
  private final Map<String, Fault> faults = new HashMap<>();

  private record Fault(String jar, String sentence) {}

  /** Reads them. Blocks on the disk, as every change does. */
  Switches(Path file) {
    this.file = file;
    try {
      JsonObject json = new JsonObject(Files.readString(file));
      json.getJsonArray("disabled", new JsonArray()).forEach(id -> disabled.add((String) id));
      JsonObject saved = json.getJsonObject("faults", new JsonObject());
      for (String id : saved.fieldNames()) {
        JsonObject fault = saved.getJsonObject(id);
        faults.put(id, new Fault(fault.getString("jar"), fault.getString("sentence")));
      }
    } catch (NoSuchFileException e) {
      LOG.debug("No plugin was ever switched off", e);
    } catch (IOException | DecodeException | ClassCastException e) {
      LOG.warn("{} cannot be read; every plugin is on", file, e);
    }
  }

  boolean disabled(String id) {
    return disabled.contains(id);
  }

  /** What this very jar did before. */
  Optional<String> fault(String id, FoundJar.Stamp jar) {
    return Optional.ofNullable(faults.get(id))
        .filter(fault -> fault.jar().equals(jar.text()))
        .map(Fault::sentence);
  }

  void disable(String id) {
    disabled.add(id);
    save();
  }

  /** Switches on, and forgives. */
  void enable(String id) {
    disabled.remove(id);
    faults.remove(id);
    save();
  }

  void failed(String id, FoundJar.Stamp jar, String sentence) {
    faults.put(id, new Fault(jar.text(), sentence));
    save();
  }

  private void save() {
    JsonObject saved = new JsonObject();
    faults.forEach(
        (id, fault) ->
            saved.put(
                id, new JsonObject().put("jar", fault.jar()).put("sentence", fault.sentence())));
    JsonObject json =
        new JsonObject()
            .put("disabled", new JsonArray(disabled.stream().toList()))
            .put("faults", saved);
    Path partial = file.resolveSibling(file.getFileName() + ".part");
    try {
      Files.writeString(partial, json.encodePrettily());
      Files.move(
          partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      LOG.warn("Which plugins are off will not be known after a restart", e);
    }
  }
}
