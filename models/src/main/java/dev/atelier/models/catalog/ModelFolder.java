package dev.atelier.models.catalog;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A folder that the user pointed at.
 *
 * @param path the folder
 * @param layout whose layout it follows; empty when it is not recognised, or not there
 * @param models how many were found in it, those that cannot be used included
 * @param problem why nothing was found in it, in one sentence that says what to do; empty when
 *     something was
 */
public record ModelFolder(
    Path path, Optional<FolderLayout> layout, int models, Optional<String> problem) {}
