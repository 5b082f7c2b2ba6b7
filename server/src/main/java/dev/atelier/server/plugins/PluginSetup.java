package dev.atelier.server.plugins;

import dev.atelier.server.security.UploadToken;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How a studio comes by its plugins, beside the jars that people put into its folder.
 *
 * @param bundled folder of the plugins that Atelier brings; empty for none
 * @param upload the token that installs one over HTTP; empty where nobody may
 */
public record PluginSetup(Optional<Path> bundled, Optional<UploadToken> upload) {
  /** None of Atelier's own, and none over HTTP. */
  public static final PluginSetup NONE = new PluginSetup(Optional.empty(), Optional.empty());
}
