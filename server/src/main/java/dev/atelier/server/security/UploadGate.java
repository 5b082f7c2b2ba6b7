package dev.atelier.server.security;

import dev.atelier.server.problem.Problem;
import dev.atelier.server.problem.ProblemException;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.SecurityPolicyHandler;
import java.util.Optional;

/** Lets a program into the studio only with the operator's token, before its body is read. */
public final class UploadGate implements SecurityPolicyHandler, Handler<RoutingContext> {
  private final String path;
  private final Optional<UploadToken> token;

  /**
   * @param path that is guarded, for {@code POST}
   * @param token what opens it; empty where nothing does
   */
  public UploadGate(String path, Optional<UploadToken> token) {
    this.path = path;
    this.token = token;
  }

  @Override
  public void handle(RoutingContext context) {
    boolean guarded =
        context.request().method().equals(HttpMethod.POST) && context.normalizedPath().equals(path);
    if (!guarded) {
      context.next();
    } else if (token.isEmpty()) {
      refuse(
          context,
          403,
          "This studio installs no plugins over HTTP; put the jar into its plugin folder, or start it with --plugin-upload-token-file.");
    } else if (token.get().allows(context.request().getHeader(HttpHeaders.AUTHORIZATION))) {
      context.next();
    } else {
      refuse(
          context,
          401,
          "Send the operator's token for installing plugins, in the header Authorization: Bearer TOKEN.");
    }
  }

  private static void refuse(RoutingContext context, int status, String sentence) {
    context.fail(new ProblemException(Problem.of(status, sentence)));
  }
}
