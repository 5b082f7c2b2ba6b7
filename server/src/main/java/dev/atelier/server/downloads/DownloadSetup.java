package dev.atelier.server.downloads;

import dev.atelier.server.hub.Hubs;
import dev.atelier.server.outbound.AllowedHosts;
import dev.atelier.server.outbound.HostResolver;
import dev.atelier.server.outbound.HubTokens;
import dev.atelier.server.outbound.OutboundClient;
import dev.atelier.server.outbound.TokenBucket;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How models are got.
 *
 * @param folder where they go
 * @param hosts the operator's own hosts, beside the hubs'
 * @param huggingFace where Hugging Face is
 * @param civitai where Civitai is
 * @param tokens the operator's tokens
 * @param limits how much a download may take, and how often hubs are asked
 */
public record DownloadSetup(
    DownloadFolder folder,
    List<String> hosts,
    URI huggingFace,
    URI civitai,
    HubTokens tokens,
    DownloadLimits limits) {
  public static final URI HUGGING_FACE = URI.create("https://huggingface.co");
  public static final URI CIVITAI = URI.create("https://civitai.com");

  /** Keeps a copy. */
  public DownloadSetup {
    hosts = List.copyOf(hosts);
  }

  /** The usual hubs, without a token. */
  public static DownloadSetup usual(Path folder) {
    return new DownloadSetup(
        new DownloadFolder(folder),
        List.of(),
        HUGGING_FACE,
        CIVITAI,
        new HubTokens(Map.of()),
        DownloadLimits.USUAL);
  }

  OutboundClient client(Vertx vertx) {
    return client(vertx, HostResolver.SYSTEM);
  }

  OutboundClient client(Vertx vertx, HostResolver resolver) {
    List<String> all = new ArrayList<>(hosts);
    // Who says where a hub is, vouches for that place.
    if (!huggingFace.equals(HUGGING_FACE)) {
      all.add(huggingFace.toString());
    }
    if (!civitai.equals(CIVITAI)) {
      all.add(civitai.toString());
    }
    return new OutboundClient(
        vertx, AllowedHosts.hubsAnd(all), tokens, resolver, "1", limits.idle());
  }

  Hubs hubs(OutboundClient client, InstantSource clock) {
    return new Hubs(client, huggingFace, civitai, new TokenBucket(limits.looks(), clock));
  }
}
