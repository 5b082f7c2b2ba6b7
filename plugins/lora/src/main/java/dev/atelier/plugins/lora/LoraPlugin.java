package dev.atelier.plugins.lora;

import dev.atelier.plugins.api.AtelierPlugin;
import dev.atelier.plugins.api.Contributions;
import dev.atelier.plugins.api.Panel;
import dev.atelier.plugins.api.PluginContext;

/** LoRAs from the model folders in pictures, by cards and by tags in prompts. */
public final class LoraPlugin implements AtelierPlugin {
  @Override
  public Contributions start(PluginContext context) {
    Shelf shelf = new Shelf(context::models);
    Thumbnails thumbnails = new Thumbnails(context.dataFolder());
    CatalogWatch.start(context);
    return Contributions.builder()
        .add(new LoraStep(shelf))
        .add(
            Panel.of(Panel.Place.GENERATE, "LoRA", "schema.json")
                .withTemplate("lora.hbs")
                .withModule("lora.js"))
        .optRoutes(new LoraRoutes(shelf, thumbnails))
        .build();
  }
}
