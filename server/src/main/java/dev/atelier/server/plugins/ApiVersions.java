package dev.atelier.server.plugins;

import com.github.zafarkhaja.semver.ParseException;
import com.github.zafarkhaja.semver.Version;
import dev.atelier.plugins.api.ApiVersion;
import java.util.regex.Pattern;
import org.pf4j.VersionManager;

/**
 * Semantic versions as plugins name them: a plain version stands for itself and everything that is
 * compatible with it, {@code 1.2} for {@code >=1.2.0 <2.0.0}.
 */
final class ApiVersions implements VersionManager {
  private static final Pattern PLAIN = Pattern.compile("\\d+(\\.\\d+){0,2}");

  /** Whether a text is a version. */
  static boolean isVersion(String text) {
    return Version.isValid(text);
  }

  /** Whether a plugin that requires this much of the API can run here. */
  static boolean fits(String requires) {
    return new ApiVersions().checkVersionConstraint(ApiVersion.current(), requires);
  }

  @Override
  public boolean checkVersionConstraint(String version, String constraint) {
    if (constraint == null || constraint.isBlank() || constraint.equals("*")) {
      return true;
    }
    String range = PLAIN.matcher(constraint).matches() ? "^" + constraint : constraint;
    try {
      return Version.parse(version).satisfies(range);
    } catch (ParseException | IllegalArgumentException e) {
      return false;
    }
  }

  @Override
  public int compareVersions(String one, String other) {
    return Version.parse(one).compareTo(Version.parse(other));
  }
}
