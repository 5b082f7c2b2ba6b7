package dev.atelier.server.hub;

import dev.atelier.server.outbound.OutboundClient;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClientResponse;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes plans of files of which there is nothing but an address. */
final class DirectFiles {
  private static final Pattern FILENAME =
      Pattern.compile("(?i)attachment.*\\bfilename=\"?([^\";]{1,200})\"?.*");

  private static final Pattern RANGE = Pattern.compile("bytes 0-0/(\\d{1,18})");

  private final OutboundClient client;

  DirectFiles(OutboundClient client) {
    this.client = client;
  }

  /** Asks for the file's first byte, to hear how many there are. */
  Future<Offer> look(ModelAddress.Direct address) {
    URI uri = address.uri();
    return client
        .get(uri, Map.of("Range", "bytes=0-0"))
        .recover(cause -> Future.failedFuture(HubApi.unreachable(uri.getHost(), cause)))
        .map(
            answer -> {
              HttpClientResponse response = answer.response();
              response.request().reset();
              if (response.statusCode() != 200 && response.statusCode() != 206) {
                throw HubApi.status(uri.getHost(), response);
              }
              return new Offer(Optional.of(plan(address, response)), List.of());
            });
  }

  private static DownloadPlan plan(ModelAddress.Direct address, HttpClientResponse response) {
    String offered = name(address.uri(), response);
    if (FileNames.ending(offered).isEmpty()) {
      throw HubApi.refusal(
          FileNames.plain(offered)
              + " is no model; those end in .safetensors, .ckpt, .pt, .pth or .bin.");
    }
    String name = FileNames.weights(offered, address.uri().getHost());
    OptionalLong bytes = bytes(response);
    return new DownloadPlan(
        address.text(),
        address.uri().getHost(),
        Optional.empty(),
        name,
        KindGuess.of(name, List.of(), bytes),
        Optional.empty(),
        Optional.empty(),
        false,
        List.of(new PlannedFile(name, address.uri(), bytes, Optional.empty())),
        List.of(
            "%s publishes no hash of this file, so only its form can be checked."
                .formatted(address.uri().getHost())));
  }

  private static String name(URI uri, HttpClientResponse response) {
    Matcher named =
        FILENAME.matcher(Optional.ofNullable(response.getHeader("Content-Disposition")).orElse(""));
    return named.matches() ? named.group(1) : uri.getPath();
  }

  private static OptionalLong bytes(HttpClientResponse response) {
    Matcher range =
        RANGE.matcher(Optional.ofNullable(response.getHeader("Content-Range")).orElse(""));
    if (range.matches()) {
      return OptionalLong.of(Long.parseLong(range.group(1)));
    }
    String length = response.getHeader("Content-Length");
    return response.statusCode() == 200 && length != null && length.matches("\\d{1,18}")
        ? OptionalLong.of(Long.parseLong(length))
        : OptionalLong.empty();
  }
}
