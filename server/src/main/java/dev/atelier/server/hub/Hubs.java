package dev.atelier.server.hub;

import dev.atelier.server.outbound.OutboundClient;
import dev.atelier.server.outbound.TokenBucket;
import dev.atelier.server.problem.Problem;
import dev.atelier.server.problem.ProblemException;
import io.vertx.core.Future;
import java.net.URI;
import java.util.OptionalLong;

/** Says what an address stands for, whoever has it. */
public final class Hubs {
  private final HuggingFaceHub huggingFace;
  private final CivitaiHub civitai;
  private final DirectFiles direct;
  private final TokenBucket looks;

  /**
   * @param huggingFace where Hugging Face is; {@code https://huggingface.co} unless it is a mirror
   * @param civitai where Civitai is; {@code https://civitai.com}
   * @param looks how often any of them is asked
   */
  public Hubs(OutboundClient client, URI huggingFace, URI civitai, TokenBucket looks) {
    this.huggingFace = new HuggingFaceHub(client, huggingFace);
    this.civitai = new CivitaiHub(client, civitai);
    this.direct = new DirectFiles(client);
    this.looks = looks;
  }

  /**
   * Looks at what is at an address; downloads nothing.
   *
   * @param half whether 16-bit weights are wanted where there are any
   * @return fails with a {@link ProblemException} that says why it cannot be had
   */
  public Future<Offer> look(String address, boolean half) {
    ModelAddress parsed;
    try {
      parsed = ModelAddress.parse(address);
    } catch (ProblemException e) {
      return Future.failedFuture(e);
    }
    OptionalLong wait = looks.take();
    if (wait.isPresent()) {
      return Future.failedFuture(tooOften(wait));
    }
    if (parsed instanceof ModelAddress.HuggingFace repo) {
      return huggingFace.look(repo, half);
    }
    return parsed instanceof ModelAddress.Civitai model
        ? civitai.look(model, half)
        : direct.look((ModelAddress.Direct) parsed);
  }

  private static ProblemException tooOften(OptionalLong wait) {
    String sentence =
        "Too many addresses were looked at; wait %d s and look again.".formatted(wait.getAsLong());
    return new ProblemException(Problem.of(429, "address", sentence).withRetryAfter(wait));
  }
}
