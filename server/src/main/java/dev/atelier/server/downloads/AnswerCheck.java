package dev.atelier.server.downloads;

import dev.atelier.server.hub.PlannedFile;
import dev.atelier.server.outbound.OutboundClient;
import dev.atelier.server.outbound.RetryAfter;
import io.vertx.core.http.HttpClientResponse;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whether a server's answer is the file that was asked for, from its status and headers. */
final class AnswerCheck {
  /** Civitai tells sizes in kilobytes with a fraction, which may be rounded. */
  static final long TOLERANCE = 1024;

  private static final Pattern RANGE =
      Pattern.compile("bytes (\\d{1,18})-\\d{1,18}/(\\d{1,18}|\\*)");

  private final boolean goesOn;

  /**
   * @param have bytes that have come before, and from where on it was asked for
   * @throws DownloadFailedException when it is not the file and never will be
   * @throws TryAgainException when it may be another time
   */
  AnswerCheck(PlannedFile file, DownloadLimits limits, long have, OutboundClient.Answer answer) {
    HttpClientResponse response = answer.response();
    String host = file.url().getHost();
    checkStatus(file, limits, answer);
    checkNoPage(host, answer);
    goesOn = response.statusCode() == 206 && have > 0;
    OptionalLong total;
    if (response.statusCode() == 206) {
      Matcher range = RANGE.matcher(String.valueOf(response.getHeader("Content-Range")));
      if (!range.matches() || Long.parseLong(range.group(1)) != have) {
        throw new DownloadFailedException(
            host + " answers with another part of the file than was asked for; try again later.");
      }
      total =
          range.group(2).equals("*")
              ? OptionalLong.empty()
              : OptionalLong.of(Long.parseLong(range.group(2)));
    } else {
      String length = response.getHeader("Content-Length");
      total =
          length != null && length.matches("\\d{1,18}")
              ? OptionalLong.of(Long.parseLong(length))
              : OptionalLong.empty();
    }
    checkSize(file, limits, host, total);
  }

  /** Whether the answer begins where the bytes that are here end; else with the first. */
  boolean goesOn() {
    return goesOn;
  }

  private static void checkStatus(
      PlannedFile file, DownloadLimits limits, OutboundClient.Answer answer) {
    HttpClientResponse response = answer.response();
    String host = file.url().getHost();
    int status = response.statusCode();
    if (status == 200 || status == 206) {
      return;
    }
    if (status == 401 || status == 403) {
      throw new DownloadFailedException(
          host
              + " does not give "
              + file.path()
              + " to everyone: accept its terms on its page, and start the studio with HF_TOKEN or CIVITAI_TOKEN set to a token of yours.");
    }
    if (status == 404 || status == 410) {
      throw new DownloadFailedException(
          host + " does not have " + file.path() + " any more; look at its page again.");
    }
    if (status == 429 || status >= 500) {
      long seconds = RetryAfter.seconds(response).orElse(0);
      if (seconds > limits.longestWait().toSeconds()) {
        throw new DownloadFailedException(
            "%s asks to wait %d minutes; go on then.".formatted(host, (seconds + 59) / 60));
      }
      throw new TryAgainException("status " + status, seconds);
    }
    if (status == 416) {
      throw new TryAgainException("status 416", 0);
    }
    throw new DownloadFailedException(
        host + " answers with status " + status + "; try again later.");
  }

  /** Who has to sign in is often sent to a page that says so, with status 200. */
  private static void checkNoPage(String host, OutboundClient.Answer answer) {
    String type = String.valueOf(answer.response().getHeader("Content-Type"));
    if (type.startsWith("text/html") || answer.from().getPath().startsWith("/login")) {
      throw new DownloadFailedException(
          host
              + " answers with a page in place of the file; where one has to sign in there, start the studio with HF_TOKEN or CIVITAI_TOKEN set to a token of yours.");
    }
  }

  private static void checkSize(
      PlannedFile file, DownloadLimits limits, String host, OptionalLong total) {
    if (total.isPresent() && total.getAsLong() > limits.fileBytes()) {
      throw new DownloadFailedException(
          "%s is larger than a file may be (%d GiB); raise --download-limit if it is meant."
              .formatted(file.path(), limits.fileBytes() >> 30));
    }
    if (total.isPresent()
        && file.bytes().isPresent()
        && Math.abs(total.getAsLong() - file.bytes().getAsLong()) > TOLERANCE) {
      throw new DownloadFailedException(
          "%s announces %d bytes of %s in place of %d; look at its page again, it may have changed."
              .formatted(host, total.getAsLong(), file.path(), file.bytes().getAsLong()));
    }
  }
}
