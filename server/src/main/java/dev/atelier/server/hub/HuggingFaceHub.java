package dev.atelier.server.hub;

import dev.atelier.models.catalog.ModelKind;
import dev.atelier.server.outbound.OutboundClient;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClientResponse;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/** Makes plans of Hugging Face's repositories. */
final class HuggingFaceHub {
  private static final String NAME = "Hugging Face";
  private static final int MOST_CHOICES = 60;

  /** Folders of a pipeline's parts; what is in them is no model by itself. */
  private static final Set<String> PARTS =
      Set.of(
          "unet",
          "vae",
          "text_encoder",
          "text_encoder_2",
          "tokenizer",
          "scheduler",
          "safety_checker",
          "feature_extractor",
          "image_encoder",
          "transformer",
          "onnx",
          "logs");

  private static final Set<String> OF_TRAINING =
      Set.of("optimizer.bin", "optimizer.pt", "scheduler.bin", "training_args.bin", "scaler.pt");

  private final OutboundClient client;
  private final URI endpoint;
  private final HubApi api;

  /**
   * @param endpoint where the hub is, {@code https://huggingface.co}
   */
  HuggingFaceHub(OutboundClient client, URI endpoint) {
    this.client = client;
    this.endpoint = endpoint;
    this.api = new HubApi(client, NAME);
  }

  /**
   * Says what an address stands for.
   *
   * @param half whether 16-bit weights are wanted where there are any
   */
  Future<Offer> look(ModelAddress.HuggingFace address, boolean half) {
    URI uri =
        URI.create(
            "%s/api/models/%s/revision/%s?blobs=true"
                .formatted(endpoint, address.repo(), encoded(address.revision().orElse("main"))));
    return api.get(uri, response -> denied(address, response))
        .map(json -> offer(address, HuggingFaceRepo.of(json), half));
  }

  private Optional<String> denied(ModelAddress.HuggingFace address, HttpClientResponse response) {
    String code = String.valueOf(response.getHeader("X-Error-Code"));
    String repo = address.repo();
    return switch (response.statusCode()) {
      case 401, 403, 404 ->
          Optional.of(
              code.equals("RevisionNotFound")
                  ? "%s has no revision %s; leave it away for the newest."
                      .formatted(repo, address.revision().orElse("main"))
                  : code.equals("GatedRepo")
                      ? gated(repo)
                      : "Hugging Face has no public repository %s; check its name, or start the studio with HF_TOKEN set if it is a private one."
                          .formatted(repo));
      default -> Optional.empty();
    };
  }

  /** What to do about a licence that has to be accepted. */
  static String gated(String repo) {
    return ("%1$s is given only to who accepted its licence: accept it at https://huggingface.co/%1$s,"
            + " and start the studio with HF_TOKEN set to a token of yours.")
        .formatted(repo);
  }

  private Offer offer(ModelAddress.HuggingFace address, HuggingFaceRepo repo, boolean half) {
    if (repo.gated() && !client.tokens().has(endpoint)) {
      throw HubApi.refusal(gated(address.repo()));
    }
    if (address.file().isPresent()) {
      return new Offer(Optional.of(file(address, repo, address.file().get())), List.of());
    }
    List<String> files = weights(repo);
    Optional<DownloadPlan> folder = folder(address, repo, half);
    if (folder.isPresent()) {
      return new Offer(folder, choices(address, repo, files));
    }
    if (files.isEmpty()) {
      throw HubApi.refusal(
          address.repo()
              + " has no Stable Diffusion 1.5 model that can be used: neither a whole"
              + " diffusers folder nor a .safetensors or .ckpt file.");
    }
    return files.size() == 1
        ? new Offer(Optional.of(file(address, repo, files.get(0))), List.of())
        : new Offer(Optional.empty(), choices(address, repo, files));
  }

  private Optional<DownloadPlan> folder(
      ModelAddress.HuggingFace address, HuggingFaceRepo repo, boolean half) {
    Set<String> names = repo.files().keySet();
    if (names.stream()
        .anyMatch(n -> n.startsWith("text_encoder_2/") || n.startsWith("transformer/"))) {
      throw HubApi.refusal(
          address.repo()
              + " is no Stable Diffusion 1.5 model (%s), which is what Atelier draws with."
                  .formatted(repo.diffusersClass().orElse("it has other networks")));
    }
    DiffusersSelection selection = new DiffusersSelection(names, half);
    Optional<List<String>> pipeline = selection.pipeline();
    if (pipeline.isPresent()) {
      return pipeline.map(paths -> plan(address, repo, ModelKind.CHECKPOINT, paths, true));
    }
    boolean controlNet =
        repo.diffusersClass().filter("ControlNetModel"::equals).isPresent()
            || repo.tags().contains("controlnet");
    boolean vae =
        repo.diffusersClass().filter("AutoencoderKL"::equals).isPresent()
            || repo.id().toLowerCase(Locale.ROOT).contains("vae");
    return controlNet || vae
        ? selection
            .network()
            .map(
                paths ->
                    plan(
                        address,
                        repo,
                        controlNet ? ModelKind.CONTROLNET : ModelKind.VAE,
                        paths,
                        true))
        : Optional.empty();
  }

  private DownloadPlan file(ModelAddress.HuggingFace address, HuggingFaceRepo repo, String path) {
    if (!repo.files().containsKey(path)) {
      throw HubApi.refusal(
          address.repo()
              + " has no file "
              + FileNames.plain(path)
              + "; ask for "
              + address.repo()
              + " alone to see those that it has.");
    }
    if (FileNames.ending(path).isEmpty()) {
      throw HubApi.refusal(
          FileNames.plain(path)
              + " is no model; those end in .safetensors, .ckpt, .pt, .pth or .bin.");
    }
    OptionalLong bytes = repo.files().get(path).bytes();
    return plan(address, repo, KindGuess.of(path, repo.tags(), bytes), List.of(path), false);
  }

  private DownloadPlan plan(
      ModelAddress.HuggingFace address,
      HuggingFaceRepo repo,
      ModelKind kind,
      List<String> paths,
      boolean folder) {
    String name = address.repo().substring(address.repo().indexOf('/') + 1);
    List<PlannedFile> files = new ArrayList<>();
    for (String path : paths) {
      HuggingFaceRepo.Entry entry = repo.files().get(path);
      String local = folder ? path : FileNames.weights(path, name);
      files.add(
          new PlannedFile(local, resolve(address, repo, path), entry.bytes(), entry.checksum()));
    }
    return new DownloadPlan(
        address.text(),
        NAME,
        Optional.of("https://huggingface.co/" + address.repo()),
        folder ? FileNames.plain(name) : files.get(0).path(),
        kind,
        repo.baseModel(),
        repo.license(),
        folder,
        files,
        notes(files));
  }

  private static List<String> notes(List<PlannedFile> files) {
    return files.stream()
            .anyMatch(
                file -> file.path().endsWith(".ckpt") || file.path().matches(".*\\.(bin|pt|pth)"))
        ? List.of("Its weights are pickled; Atelier reads them without running what is in them.")
        : List.of();
  }

  /** At the commit that was looked at, so that what comes is what was agreed to. */
  private URI resolve(ModelAddress.HuggingFace address, HuggingFaceRepo repo, String path) {
    String encoded =
        Arrays.stream(path.split("/"))
            .map(HuggingFaceHub::encoded)
            .collect(Collectors.joining("/"));
    return URI.create(
        "%s/%s/resolve/%s/%s".formatted(endpoint, address.repo(), encoded(repo.commit()), encoded));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** Files that may be a model by themselves; of the same in two formats, the safetensors. */
  private static List<String> weights(HuggingFaceRepo repo) {
    return repo.files().keySet().stream()
        .filter(path -> FileNames.ending(path).isPresent())
        .filter(path -> Arrays.stream(path.split("/")).noneMatch(PARTS::contains))
        .filter(path -> !OF_TRAINING.contains(path.substring(path.lastIndexOf('/') + 1)))
        .filter(
            path ->
                path.endsWith(".safetensors")
                    || !repo.files().containsKey(path.replaceFirst("\\.[a-z]+$", ".safetensors")))
        .toList();
  }

  private static List<Offer.Choice> choices(
      ModelAddress.HuggingFace address, HuggingFaceRepo repo, List<String> files) {
    return files.stream()
        .limit(MOST_CHOICES)
        .map(
            path ->
                new Offer.Choice(
                    new ModelAddress.HuggingFace(
                            address.repo(), address.revision(), Optional.of(path))
                        .text(),
                    path,
                    repo.files().get(path).bytes()))
        .toList();
  }
}
