package dev.atelier.models.catalog;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A folder that the user pointed at.
 *
 * @param path the folder
 * @param problem why nothing was found in it, in one sentence that says what to do; empty when
 *     something was
 */
public record ModelFolder(Path path, Optional<String> problem) {}
