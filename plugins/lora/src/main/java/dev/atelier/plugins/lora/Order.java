package dev.atelier.plugins.lora;

import dev.atelier.models.lora.LoraUse;
import dev.atelier.models.pipeline.ImageRequest;
import dev.atelier.plugins.api.Parameters;
import dev.atelier.plugins.api.PictureOrder;
import dev.atelier.plugins.api.Refusal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a job asks for: the cards that are switched on and the tags of both prompts, together. */
final class Order {
  private final Shelf shelf;
  private final Map<Lora, Weights> loras = new LinkedHashMap<>();
  private final List<PromptTags.Tag> cards = new ArrayList<>();
  private String prompt = "";
  private String negativePrompt = "";

  private record Weights(double unet, double textEncoder) {
    Weights plus(Weights more) {
      return new Weights(unet + more.unet, textEncoder + more.textEncoder);
    }

    boolean within() {
      return fits(unet) && fits(textEncoder);
    }

    private static boolean fits(double weight) {
      return weight >= LoraUse.MIN_WEIGHT && weight <= LoraUse.MAX_WEIGHT;
    }

    boolean none() {
      return unet == 0 && textEncoder == 0;
    }
  }

  /** What cannot be made. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient Refusal refusal;

    Refused(String field, String sentence) {
      super(sentence);
      refusal = new Refusal(field, sentence);
    }

    Refusal refusal() {
      return refusal;
    }
  }

  private Order(Shelf shelf) {
    this.shelf = shelf;
  }

  /** Whether a job has anything to do with LoRAs. */
  static boolean concerns(PictureOrder order) {
    return order.parameters().isPresent()
        || PromptTags.in(order.request().prompt())
        || PromptTags.in(order.request().negativePrompt());
  }

  /**
   * Understands a job.
   *
   * @param request the request as it is by now
   * @param parameters the cards, where they are switched on
   * @throws Refused when it cannot be made so
   */
  static Order of(Shelf shelf, ImageRequest request, Optional<Parameters> parameters)
      throws Refused {
    Order order = new Order(shelf);
    for (Parameters card : parameters.map(p -> p.list("loras")).orElse(List.of())) {
      if (card.flag("on", true)) {
        double unet = card.number("unet", 1);
        double textEncoder = card.number("text_encoder", unet);
        Lora lora = order.add("plugins", card.text("name", ""), unet, textEncoder);
        order.cards.add(new PromptTags.Tag(lora.name(), unet, textEncoder));
      }
    }
    order.prompt = order.tags("prompt", request.prompt());
    order.negativePrompt = order.tags("negative_prompt", request.negativePrompt());
    return order;
  }

  private String tags(String field, String prompt) throws Refused {
    try {
      PromptTags tags = PromptTags.of(prompt);
      for (PromptTags.Tag tag : tags.tags()) {
        add(field, tag.name(), tag.unet(), tag.textEncoder());
      }
      return tags.text();
    } catch (PromptTags.WrongTag e) {
      throw new Refused(field, e.getMessage());
    }
  }

  private Lora add(String field, String name, double unet, double textEncoder) throws Refused {
    Lora lora = shelf.find(name).orElseThrow(() -> new Refused(field, unknown(name)));
    if (lora.problem().isPresent()) {
      throw new Refused(
          field,
          "The LoRA “%s” cannot be used: %s".formatted(lora.name(), lora.problem().orElseThrow()));
    }
    // Named twice, its weights add up, as they would in the model.
    Weights all = loras.merge(lora, new Weights(unet, textEncoder), Weights::plus);
    if (!all.within()) {
      throw new Refused(
          field,
          "The weights of the LoRA “%s” must be between %.0f and %.0f altogether."
              .formatted(lora.name(), LoraUse.MIN_WEIGHT, LoraUse.MAX_WEIGHT));
    }
    if (loras.size() > ImageRequest.MAX_LORAS) {
      throw new Refused(
          field, "A picture takes %d LoRAs at most.".formatted(ImageRequest.MAX_LORAS));
    }
    return lora;
  }

  private String unknown(String name) {
    List<String> near = shelf.near(name);
    String instead =
        near.isEmpty()
            ? "put its file into the folder loras of a model folder and rescan, or leave it out."
            : "did you mean %s?".formatted(String.join(", ", near));
    return "There is no LoRA “%s”; %s".formatted(name.strip(), instead);
  }

  /** The request with the LoRAs, and without their tags. */
  ImageRequest applied(ImageRequest request) {
    List<LoraUse> uses = new ArrayList<>(request.loras());
    used().forEach((lora, w) -> uses.add(new LoraUse(lora.file(), w.unet(), w.textEncoder())));
    return request.toBuilder()
        .setPrompt(prompt)
        .optNegativePrompt(negativePrompt)
        .build()
        .withLoras(uses);
  }

  private Map<Lora, Weights> used() {
    Map<Lora, Weights> used = new LinkedHashMap<>(loras);
    used.values().removeIf(Weights::none);
    return used;
  }

  /** The cards that change the picture, as tags. */
  String cards() {
    return cards.stream()
        .filter(card -> card.unet() != 0 || card.textEncoder() != 0)
        .filter(card -> PromptTags.canName(card.name()))
        .map(PromptTags.Tag::write)
        .collect(Collectors.joining(" "));
  }

  /** The LoRAs that change the picture. */
  List<Lora> loras() {
    return List.copyOf(used().keySet());
  }
}
