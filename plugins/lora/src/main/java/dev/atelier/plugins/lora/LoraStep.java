package dev.atelier.plugins.lora;

import dev.atelier.models.pipeline.ImageRequest;
import dev.atelier.models.pipeline.InvalidRequestException;
import dev.atelier.plugins.api.GenerationStep;
import dev.atelier.plugins.api.Parameters;
import dev.atelier.plugins.api.PictureOrder;
import dev.atelier.plugins.api.PicturePart;
import dev.atelier.plugins.api.Refusal;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Takes part in pictures whose cards or prompts ask for LoRAs. */
final class LoraStep implements GenerationStep {
  private final Shelf shelf;
  private final LoraHashes hashes = new LoraHashes();

  LoraStep(Shelf shelf) {
    this.shelf = shelf;
  }

  @Override
  public Optional<Refusal> refuse(PictureOrder order) {
    if (!Order.concerns(order)) {
      return Optional.empty();
    }
    try {
      Order.of(shelf, order.request(), order.parameters());
      return Optional.empty();
    } catch (Order.Refused e) {
      return Optional.of(e.refusal());
    }
  }

  @Override
  public Optional<PicturePart> open(PictureOrder order) {
    return Order.concerns(order) ? Optional.of(new Part(order.parameters())) : Optional.empty();
  }

  private final class Part implements PicturePart {
    private final Optional<Parameters> parameters;
    private List<Lora> loras = List.of();
    private String cards = "";

    Part(Optional<Parameters> parameters) {
      this.parameters = parameters;
    }

    @Override
    public ImageRequest rewrite(ImageRequest request) {
      try {
        Order order = Order.of(shelf, request, parameters);
        loras = order.loras();
        cards = order.cards();
        return order.applied(request);
      } catch (Order.Refused e) {
        // A file that went in this very moment, or a tag of another plugin's.
        throw new InvalidRequestException(e.refusal().field(), e.getMessage());
      }
    }

    @Override
    public Map<String, String> annotate(int index) {
      return hashes.note(loras).map(note -> Map.of("Lora hashes", note)).orElse(Map.of());
    }

    /** Cards as tags, which other programs understand; those that were typed are there already. */
    @Override
    public String promptNote(int index) {
      return cards;
    }
  }
}
