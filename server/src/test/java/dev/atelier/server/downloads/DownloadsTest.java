package dev.atelier.server.downloads;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.server.EventLog;
import dev.atelier.server.outbound.Rate;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Getting models from a hub that behaves, and from one that does not. */
class DownloadsTest {
  private static final String LORA = "someone/paint-lora:paint.safetensors";
  private static final Path STORYBOOK = Path.of("..", "models", "storybook");

  @TempDir private Path data;
  private final FakeHub hub = new FakeHub();
  private final byte[] lora = Weights.lora();
  private DownloadingStudio studio;

  @BeforeEach
  void open() {
    hub.repo(
        "someone/paint-lora",
        Map.of("paint.safetensors", lora, "README.md", "hello".getBytes()),
        new JsonObject()
            .put("tags", new JsonArray().add("lora"))
            .put(
                "cardData",
                new JsonObject()
                    .put("license", "creativeml-openrail-m")
                    .put("base_model", "runwayml/stable-diffusion-v1-5")));
    studio = DownloadingStudio.open(data, hub);
  }

  @AfterEach
  void close() {
    studio.close();
    hub.close();
  }

  @Test
  void tellsWhatWouldComeAndFetchesNothingBefore() throws Exception {
    JsonObject plan =
        studio.look("https://huggingface.co/someone/paint-lora").getJsonObject("plan");
    assertEquals("lora", plan.getString("kind"));
    assertEquals("creativeml-openrail-m", plan.getString("license"));
    assertEquals("runwayml/stable-diffusion-v1-5", plan.getString("base_model"));
    assertEquals(lora.length, plan.getLong("bytes"));
    assertEquals("loras/paint.safetensors", plan.getString("target"));
    assertEquals(
        "sha256:" + BlobHash.sha256(lora),
        plan.getJsonArray("files").getJsonObject(0).getString("hash"));
    assertEquals(List.of(), hub.seenByCdn());
    assertEquals(List.of(), studio.files());
  }

  @Test
  void whoLooksTooOftenIsToldWhenToLookAgain() {
    studio.close();
    var rare = new Rate(2, Duration.ofHours(1));
    studio = DownloadingStudio.open(data, hub.setup(data.resolve("models"), "", rare));
    studio.look(LORA);
    assertTrue(studio.refused("no address").contains("is no address"), "asks nobody");
    studio.look(LORA);
    int asked = hub.seen.size();
    HttpResponse<Buffer> refused = studio.asked(LORA);
    assertEquals(429, refused.statusCode());
    long wait = Long.parseLong(refused.getHeader("Retry-After"));
    assertTrue(wait > 3000 && wait <= 3600, "in an hour, less what the test took: " + wait);
    assertEquals(
        "Too many addresses were looked at; wait %d s and look again.".formatted(wait),
        refused.bodyAsJsonObject().getString("detail"));
    assertEquals("address", refused.bodyAsJsonObject().getString("field"));
    assertEquals(asked, hub.seen.size());
  }

  @Test
  void aHubThatIsAskedTooOftenIsHeard() {
    hub.refusals.add(new Mischief.Status(429, Map.of("Retry-After", "30")));
    HttpResponse<Buffer> refused = studio.asked(LORA);
    assertEquals(429, refused.statusCode());
    assertEquals("30", refused.getHeader("Retry-After"));
    assertEquals(
        "Hugging Face asks to wait 30 s; try again then.",
        refused.bodyAsJsonObject().getString("detail"));
    hub.refusals.add(new Mischief.Status(429, Map.of()));
    assertNull(studio.asked("civitai:7").getHeader("Retry-After"));
    studio.look(LORA);
  }

  @Test
  void aFileArrivesCheckedAndIsInTheCatalogOfEveryPage() throws Exception {
    JsonObject done = studio.done(LORA);
    Path there = studio.models.resolve("loras").resolve("paint.safetensors");
    assertEquals(there.toString(), done.getString("path"));
    assertArrayEquals(lora, Files.readAllBytes(there));
    assertEquals(List.of("loras/paint.safetensors"), studio.files());
    studio.studio.rooms.log.await(
        heard -> heard.stream().anyMatch(e -> EventLog.type(e, "models")));
    assertTrue(studio.studio.get("/api/v1/models").bodyAsString().contains("\"loras/paint\""));
  }

  @Test
  void ofADiffusersRepositoryOnlyWhatMakesPicturesComes() throws Exception {
    Map<String, byte[]> files = new TreeMap<>(FakeHub.folder(STORYBOOK));
    byte[] other = Weights.lora();
    for (String more :
        List.of(
            "safety_checker/model.safetensors",
            "safety_checker/config.json",
            "feature_extractor/preprocessor_config.json",
            "unet/diffusion_pytorch_model.bin",
            "unet/diffusion_pytorch_model.non_ema.safetensors",
            "unet/modeling.py",
            "../../evil.safetensors",
            "text_encoder/pytorch_model.bin")) {
      files.put(more, other);
    }
    hub.repo("someone/story book".replace(' ', '-'), files, new JsonObject());
    JsonObject done = studio.done("someone/story-book");
    assertEquals(
        List.of(
            "checkpoints/story-book/model_index.json",
            "checkpoints/story-book/scheduler/scheduler_config.json",
            "checkpoints/story-book/text_encoder/config.json",
            "checkpoints/story-book/text_encoder/model.safetensors",
            "checkpoints/story-book/tokenizer/merges.txt",
            "checkpoints/story-book/tokenizer/vocab.json",
            "checkpoints/story-book/unet/config.json",
            "checkpoints/story-book/unet/diffusion_pytorch_model.safetensors",
            "checkpoints/story-book/vae/config.json",
            "checkpoints/story-book/vae/diffusion_pytorch_model.safetensors"),
        studio.files());
    assertTrue(done.getString("path").endsWith("story-book"));
    JsonObject models = studio.studio.get("/api/v1/models").bodyAsJsonObject();
    JsonObject model =
        models.getJsonArray("models").stream()
            .map(JsonObject.class::cast)
            .filter(m -> m.getString("id").equals("checkpoints/story-book"))
            .findFirst()
            .orElseThrow();
    assertTrue(model.getBoolean("usable"), model.getString("problem"));
  }

  @Test
  void aModelOfCivitaiComesWithItsTerms() throws Exception {
    hub.civitai(4201, "VAE", "SD 1.5", "soft.vae.ckpt", Weights.vae());
    for (String address :
        List.of("civitai:4201", "urn:air:sd1:vae:civitai:4201@5201", "civitai:@5201")) {
      JsonObject plan = studio.look(address).getJsonObject("plan");
      assertEquals("vae", plan.getString("kind"));
      assertEquals("SD 1.5", plan.getString("base_model"));
      assertEquals(
          "Civitai: commercial use: Image, credit has to be given", plan.getString("license"));
      assertTrue(plan.getJsonArray("notes").contains("Trigger words: sks woman"), plan.encode());
    }
    studio.done("civitai:4201@5201");
    assertEquals(List.of("vae/soft.vae.ckpt"), studio.files());
  }

  @Test
  void whatIsInAFileDecidesWhatItIs() throws Exception {
    hub.repo("someone/things", Map.of("sd15-finetune.ckpt", Weights.vae()), new JsonObject());
    assertEquals(
        "checkpoint", studio.look("someone/things").getJsonObject("plan").getString("kind"));
    studio.done("someone/things");
    assertEquals(List.of("vae/sd15-finetune.ckpt"), studio.files());
  }

  @Test
  void brokenConnectionsAreGoneOnWithWhereTheyBroke() throws Exception {
    hub.mischief.add(new Mischief.Cut(100_000));
    hub.mischief.add(new Mischief.Cut(50_000));
    studio.done(LORA);
    List<SeenRequest> seen = hub.seenByCdn();
    assertEquals(3, seen.size());
    assertNull(seen.get(0).range());
    for (SeenRequest again : seen.subList(1, 3)) {
      assertTrue(again.range().matches("bytes=[1-9]\\d*-"), again.range());
      assertTrue(again.ifRange().endsWith("1\""), again.ifRange());
    }
  }

  @Test
  void aFileThatChangedMeanwhileIsBegunAgain() throws Exception {
    hub.mischief.add(new Mischief.Cut(100_000));
    hub.mischief.add(new Mischief.Changed("2"));
    studio.done(LORA);
    List<SeenRequest> seen = hub.seenByCdn();
    assertEquals(2, seen.size());
    assertTrue(seen.get(1).ifRange().endsWith("1\""), seen.get(1).ifRange());
    assertArrayEquals(lora, Files.readAllBytes(studio.models.resolve("loras/paint.safetensors")));
  }

  /** Waits until bytes of a download are there. */
  private void awaitBytes(String id) throws TimeoutException {
    studio.await(
        id,
        d ->
            d.getJsonObject("progress") != null
                && d.getJsonObject("progress").getLong("bytes") > 0);
  }

  @Test
  void aServerThatBreaksOffAgainAndAgainFailsAndIsGoneOnWithWhenAsked() throws Exception {
    for (int i = 0; i < 4; i++) {
      hub.mischief.add(new Mischief.Cut(i == 0 ? 100_000 : 0));
    }
    String id = studio.start(LORA);
    JsonObject failed = studio.await(id, "failed");
    assertTrue(failed.getString("error").contains("broke off 3 times"), failed.encode());
    assertTrue(studio.files().stream().anyMatch(f -> f.endsWith("paint.safetensors.part")));
    studio.resume(id);
    studio.await(id, "done");
    assertTrue(hub.seenByCdn().get(4).range().matches("bytes=[1-9]\\d*-"));
  }

  @Test
  void aWrongHashIsRefusedAndNothingOfItIsKept() throws Exception {
    hub.corrupt(lora);
    String error = studio.failed(LORA);
    assertTrue(error.contains("came damaged"), error);
    assertEquals(List.of(), studio.files());
  }

  @Test
  void aServerThatLiesAboutTheLengthIsNotBelieved() throws Exception {
    hub.mischief.add(new Mischief.Lie(lora.length + 5_000_000L));
    assertTrue(studio.failed(LORA).contains("in place of " + lora.length));
    assertEquals(List.of(), studio.files().stream().filter(f -> f.startsWith("loras")).toList());
  }

  @Test
  void aServerThatAsksToWaitIsWaitedFor() throws Exception {
    hub.mischief.add(new Mischief.Status(429, Map.of("Retry-After", "1")));
    String id = studio.start(LORA);
    studio.await(
        id,
        d ->
            d.getJsonObject("progress") != null
                && d.getJsonObject("progress").getString("phase").equals("waiting"));
    studio.await(id, "done");
  }

  @Test
  void aServerThatAsksToWaitTooLongIsLeft() throws Exception {
    hub.mischief.add(new Mischief.Status(429, Map.of("Retry-After", "3600")));
    assertTrue(studio.failed(LORA).contains("asks to wait 60 minutes"));
  }

  @Test
  void aFileThatIsGoneIsSaidToBe() throws Exception {
    hub.mischief.add(new Mischief.Status(404, Map.of()));
    assertTrue(studio.failed(LORA).contains("does not have paint.safetensors any more"));
  }

  @Test
  void aLicenceThatHasToBeAcceptedIsSaidWithWhatToDo() throws Exception {
    hub.token = "hf_secret";
    String error = studio.failed(LORA);
    assertTrue(error.contains("accept its terms") && error.contains("HF_TOKEN"), error);
    hub.civitai(7, "LORA", "SD 1.5", "x.safetensors", lora);
    assertTrue(studio.failed("civitai:7").contains("CIVITAI_TOKEN"));
  }

  @Test
  void aTokenGoesToItsHubAndNowhereElse() throws Exception {
    hub.token = "hf_secret";
    studio.close();
    studio = DownloadingStudio.open(data, hub, "hf_secret");
    studio.done(LORA);
    assertTrue(hub.seen.stream().anyMatch(s -> "Bearer hf_secret".equals(s.authorization())));
    hub.seenByCdn().forEach(seen -> assertNull(seen.authorization()));
    assertFalse(studio.studio.get("/api/v1/models/downloads").bodyAsString().contains("hf_secret"));
  }

  @Test
  void aRedirectElsewhereIsNotFollowed() throws Exception {
    hub.mischief.add(new Mischief.Redirect("http://169.254.169.254/latest/meta-data"));
    assertTrue(studio.failed(LORA).contains("not fetched from 169.254.169.254"));
    hub.mischief.add(new Mischief.Redirect("http://localhost:1/"));
    assertTrue(studio.failed("someone/paint-lora").contains("not fetched from localhost"));
  }

  @Test
  void aFileThatWouldRunCodeIsRefusedByNameAndGone() throws Exception {
    hub.repo("evil/evil", Map.of("evil.ckpt", Weights.evil()), new JsonObject());
    String error = studio.failed("evil/evil");
    assertTrue(error.contains("posix.system") && error.contains("refused"), error);
    assertEquals(List.of(), studio.files());
  }

  @Test
  void whatIsNoModelOfTheKindIsRefused() throws Exception {
    hub.repo(
        "big/xl",
        Map.of("xl.safetensors", Weights.safetensors("conditioner.embedders.0.x", 9)),
        new JsonObject());
    assertTrue(studio.failed("big/xl").contains("Stable Diffusion XL"));
    hub.repo("no/model", Map.of("x.safetensors", "no tensors".getBytes()), new JsonObject());
    studio.failed("no/model");
    assertEquals(List.of(), studio.files());
  }

  @Test
  void aDownloadIsCancelledInTheMiddleAndLeavesNothing() throws Exception {
    hub.mischief.add(new Mischief.Hold(100_000));
    String id = studio.start(LORA);
    awaitBytes(id);
    assertEquals("cancelled", studio.remove(id).getString("state"));
    assertEquals(List.of(), studio.files());
    studio.done(LORA);
  }

  @Test
  void aStoppedStudioGoesOnWhenAsked() throws Exception {
    hub.mischief.add(new Mischief.Hold(100_000));
    String id = studio.start(LORA);
    awaitBytes(id);
    studio.close();
    studio = DownloadingStudio.open(data, hub);
    assertEquals("paused", studio.get(id).getString("state"));
    studio.resume(id);
    studio.await(id, "done");
    assertTrue(hub.seenByCdn().get(1).range().matches("bytes=[1-9]\\d*-"));
  }

  @Test
  void severalWaitForTheirTurn() throws Exception {
    hub.civitai(7, "LORA", "SD 1.5", "seven.safetensors", Weights.lora());
    Mischief.Hold hold = new Mischief.Hold(10);
    hub.mischief.add(hold);
    String first = studio.start(LORA);
    String second = studio.start("civitai:7");
    assertEquals("queued", studio.get(second).getString("state"));
    awaitBytes(first);
    hold.letGo();
    studio.await(first, "done");
    studio.await(second, "done");
    assertEquals(List.of("loras/paint.safetensors", "loras/seven.safetensors"), studio.files());
  }

  @Test
  void whatWasDownloadedCanBeTakenAwayAndIsInTheTrashThen() throws Exception {
    String id = studio.done(LORA).getString("id");
    assertEquals(409, post(LORA).getInteger("status"));
    assertEquals("removed", studio.remove(id).getString("state"));
    assertEquals(List.of(".trash/" + id + "/paint.safetensors"), studio.files());
    assertFalse(studio.studio.get("/api/v1/models").bodyAsString().contains("\"loras/paint\""));
    studio.done(LORA);
  }

  private JsonObject post(String address) {
    String plan = studio.look(address).getJsonObject("plan").getString("id");
    return studio.post("", new JsonObject().put("plan", plan)).bodyAsJsonObject();
  }
}
