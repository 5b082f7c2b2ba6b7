package dev.atelier.server.cli;

import dev.atelier.server.downloads.DownloadFolder;
import dev.atelier.server.downloads.DownloadLimits;
import dev.atelier.server.downloads.DownloadSetup;
import dev.atelier.server.outbound.AllowedHosts;
import dev.atelier.server.outbound.HubTokens;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/**
 * How models are got: options that more than one command takes. Tokens come from the environment
 * alone, since a command line is seen by everyone on the machine.
 */
final class DownloadOptions {
  @Option(
      names = "--downloads",
      paramLabel = "DIR",
      defaultValue = "${ATELIER_DOWNLOADS}",
      description =
          "Folder that models are downloaded to (ATELIER_DOWNLOADS; models in the data folder).")
  private Path folder;

  @Option(
      names = "--download-host",
      paramLabel = "HOST",
      split = ",",
      defaultValue = "${ATELIER_DOWNLOAD_HOSTS}",
      description =
          "Another host that models may be fetched from; may be given again"
              + " (ATELIER_DOWNLOAD_HOSTS, separated by commas).")
  private List<String> hosts = List.of();

  @Option(
      names = "--download-limit",
      paramLabel = "GIB",
      defaultValue = "${ATELIER_DOWNLOAD_LIMIT}",
      description = "Size that a file of a model may have (ATELIER_DOWNLOAD_LIMIT; 12).")
  private Integer limit;

  @Option(names = "--hf-endpoint", hidden = true, defaultValue = "${HF_ENDPOINT}")
  private String huggingFace = "";

  @Option(names = "--civitai-endpoint", hidden = true, defaultValue = "${CIVITAI_ENDPOINT}")
  private String civitai = "";

  /** The options with the environment's tokens, for a studio on that data folder. */
  DownloadSetup setup(Path dataDir) throws CannotRunException {
    return setup(dataDir, System.getenv());
  }

  DownloadSetup setup(Path dataDir, Map<String, String> environment) throws CannotRunException {
    URI hf = endpoint("HF_ENDPOINT", huggingFace, DownloadSetup.HUGGING_FACE);
    URI civit = endpoint("CIVITAI_ENDPOINT", civitai, DownloadSetup.CIVITAI);
    Map<URI, String> tokens = new HashMap<>();
    tokens.put(civit, environment.getOrDefault("CIVITAI_TOKEN", ""));
    tokens.put(hf, environment.getOrDefault("HF_TOKEN", ""));
    List<String> more = hosts.stream().filter(host -> host != null && !host.isBlank()).toList();
    try {
      AllowedHosts.hubsAnd(more);
    } catch (IllegalArgumentException e) {
      throw new CannotRunException(e.getMessage(), e);
    }
    return new DownloadSetup(
        new DownloadFolder(folder(dataDir)), more, hf, civit, new HubTokens(tokens), limits());
  }

  /** The folder that models are downloaded to, for a studio on that data folder. */
  Path folder(Path dataDir) {
    boolean named = folder != null && !folder.toString().isBlank();
    return named ? folder : dataDir.resolve("models");
  }

  private DownloadLimits limits() throws CannotRunException {
    if (limit == null) {
      return DownloadLimits.USUAL;
    }
    if (limit < 1 || limit > 1000) {
      throw new CannotRunException(
          "--download-limit must be between 1 and 1000, not " + limit + ".");
    }
    return DownloadLimits.USUAL.withFileBytes((long) limit << 30);
  }

  private static URI endpoint(String name, String given, URI otherwise) throws CannotRunException {
    String text = given == null ? "" : given.strip().replaceAll("/+$", "");
    if (text.isEmpty()) {
      return otherwise;
    }
    if (!text.matches("https?://[^/?#@]+")) {
      throw new CannotRunException(name + " must be like https://host, not " + text + ".");
    }
    return URI.create(text);
  }
}
