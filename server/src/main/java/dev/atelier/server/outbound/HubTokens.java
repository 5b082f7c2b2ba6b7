package dev.atelier.server.outbound;

import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The operator's tokens, each for one origin and told to nobody else. */
public final class HubTokens {
  private final Map<String, String> byOrigin;

  /**
   * @param tokens the token of each origin
   */
  public HubTokens(Map<URI, String> tokens) {
    byOrigin =
        tokens.entrySet().stream()
            .filter(entry -> !entry.getValue().isBlank())
            .collect(
                Collectors.toUnmodifiableMap(
                    entry -> AllowedHosts.origin(entry.getKey()),
                    entry -> entry.getValue().strip()));
  }

  /** The token to send with a request to that address. */
  Optional<String> of(URI uri) {
    return Optional.ofNullable(byOrigin.get(AllowedHosts.origin(uri)));
  }

  /** Whether there is one for that address. */
  public boolean has(URI uri) {
    return of(uri).isPresent();
  }

  /** Nothing of the tokens. */
  @Override
  public String toString() {
    return "tokens of " + byOrigin.keySet();
  }
}
