package dev.atelier.server.hub;

import dev.atelier.server.problem.Problem;
import dev.atelier.server.problem.ProblemException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What people paste to say which model they want. */
public sealed interface ModelAddress {
  /**
   * A repository of Hugging Face, or a file of one.
   *
   * @param repo {@code owner/name}
   * @param revision branch, tag or commit; its main branch when empty
   * @param file the path of one file
   */
  record HuggingFace(String repo, Optional<String> revision, Optional<String> file)
      implements ModelAddress {
    @Override
    public String text() {
      return repo + revision.map(r -> "@" + r).orElse("") + file.map(f -> ":" + f).orElse("");
    }
  }

  /**
   * A model of Civitai or one version of it. At least one of the numbers is there.
   *
   * @param file the number of one of its files
   */
  record Civitai(OptionalLong model, OptionalLong version, OptionalLong file)
      implements ModelAddress {
    @Override
    public String text() {
      return "civitai:"
          + (model.isPresent() ? model.getAsLong() : "")
          + (version.isPresent() ? "@" + version.getAsLong() : "")
          + (file.isPresent() ? ":" + file.getAsLong() : "");
    }
  }

  /** A file somewhere else. */
  record Direct(URI uri) implements ModelAddress {
    @Override
    public String text() {
      return uri.toString();
    }
  }

  /** The address, such that {@link #parse} understands it. */
  String text();

  /**
   * Understands an address.
   *
   * @throws ProblemException saying what an address is like
   */
  static ModelAddress parse(String text) {
    return Shapes.parse(text.strip());
  }

  /** The shapes of addresses. */
  final class Shapes {
    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,95}";
    private static final String REVISION = "[A-Za-z0-9][A-Za-z0-9._/-]{0,120}";
    private static final Pattern REPO =
        Pattern.compile(
            "(?:hf:)?(" + NAME + "/" + NAME + ")(?:@(" + REVISION + "))?(?::(.{1,300}))?");
    private static final Pattern HF_PATH =
        Pattern.compile(
            "/("
                + NAME
                + "/"
                + NAME
                + ")(?:/(blob|resolve|tree|raw)/([^/]{1,120})(?:/(.{1,300}))?)?/?");
    private static final Pattern CIVITAI =
        Pattern.compile("civitai:(\\d{1,12})?(?:@(\\d{1,12}))?(?::(\\d{1,12}))?");
    private static final Pattern CIVITAI_PAGE = Pattern.compile("/models/(\\d{1,12})(?:/.*)?");
    private static final Pattern CIVITAI_DOWNLOAD =
        Pattern.compile("/api/(?:download/models|v1/model-versions)/(\\d{1,12})");
    private static final Pattern VERSION_QUERY =
        Pattern.compile("(?:^|&)modelVersionId=(\\d{1,12})(?:&|$)");
    private static final Pattern AIR =
        Pattern.compile(
            "urn:air:[a-z0-9._-]+:[a-z0-9_-]+:(civitai|huggingface):([^@!]+)(?:@([^!]+))?.*");

    private Shapes() {}

    private static ModelAddress parse(String text) {
      Matcher air = AIR.matcher(text);
      if (air.matches()) {
        return parse(
            air.group(1).equals("civitai")
                ? "civitai:" + air.group(2) + (air.group(3) == null ? "" : "@" + air.group(3))
                : air.group(2) + (air.group(3) == null ? "" : "@" + air.group(3)));
      }
      if (text.matches("(?i)https?://.*")) {
        return ofUrl(text);
      }
      Matcher civitai = CIVITAI.matcher(text);
      if (civitai.matches() && (civitai.group(1) != null || civitai.group(2) != null)) {
        return new Civitai(number(civitai, 1), number(civitai, 2), number(civitai, 3));
      }
      Matcher repo = REPO.matcher(text);
      if (repo.matches()) {
        return new HuggingFace(repo.group(1), group(repo, 2), group(repo, 3));
      }
      throw refused(
          "“"
              + (text.length() > 80 ? text.substring(0, 80) + "…" : text)
              + "” is no address of a model; write owner/name of Hugging Face, civitai:NUMBER, or paste an https address.");
    }

    private static ModelAddress ofUrl(String text) {
      URI uri;
      try {
        uri = new URI(text.replace(" ", "%20"));
      } catch (URISyntaxException e) {
        throw refused("This is no valid web address; paste it again, whole.");
      }
      if (uri.getHost() == null || uri.getRawUserInfo() != null) {
        throw refused("This is no valid web address; paste it again, whole.");
      }
      return switch (uri.getHost().toLowerCase(Locale.ROOT)) {
        case "huggingface.co", "www.huggingface.co", "hf.co" -> huggingFace(uri);
        case "civitai.com", "www.civitai.com" -> civitai(uri);
        default -> new Direct(uri);
      };
    }

    private static ModelAddress huggingFace(URI uri) {
      Matcher path = HF_PATH.matcher(uri.getRawPath());
      if (uri.getRawPath().matches("/(datasets|spaces|docs|api)/.*") || !path.matches()) {
        throw refused(
            "This is no model's page of Hugging Face; its address is like https://huggingface.co/owner/name.");
      }
      // A revision with a slash in it stands percent-encoded in an address.
      boolean file = path.group(4) != null && !"tree".equals(path.group(2));
      return new HuggingFace(
          path.group(1),
          group(path, 3).map(Shapes::decoded).filter(revision -> !revision.equals("main")),
          file ? group(path, 4).map(Shapes::decoded) : Optional.empty());
    }

    private static String decoded(String text) {
      try {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
      } catch (IllegalArgumentException e) {
        throw refused("This is no valid web address; paste it again, whole.");
      }
    }

    private static ModelAddress civitai(URI uri) {
      Matcher download = CIVITAI_DOWNLOAD.matcher(uri.getPath());
      if (download.matches()) {
        return new Civitai(OptionalLong.empty(), number(download, 1), OptionalLong.empty());
      }
      Matcher page = CIVITAI_PAGE.matcher(uri.getPath());
      if (!page.matches()) {
        throw refused(
            "This is no model's page of Civitai; its address is like https://civitai.com/models/NUMBER.");
      }
      Matcher version = VERSION_QUERY.matcher(Optional.ofNullable(uri.getQuery()).orElse(""));
      return new Civitai(
          number(page, 1),
          version.find() ? number(version, 1) : OptionalLong.empty(),
          OptionalLong.empty());
    }

    private static Optional<String> group(Matcher matcher, int group) {
      return Optional.ofNullable(matcher.group(group));
    }

    private static OptionalLong number(Matcher matcher, int group) {
      String digits = matcher.group(group);
      return digits == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(digits));
    }

    private static ProblemException refused(String sentence) {
      return new ProblemException(Problem.of(400, "address", sentence));
    }
  }
}
