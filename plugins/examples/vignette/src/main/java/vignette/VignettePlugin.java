package vignette;

import dev.atelier.plugins.api.AtelierPlugin;
import dev.atelier.plugins.api.Contributions;
import dev.atelier.plugins.api.Panel;
import dev.atelier.plugins.api.PluginContext;

/** Darkens the edges of pictures, and finds those of what is in them. */
public final class VignettePlugin implements AtelierPlugin {
  @Override
  public Contributions start(PluginContext context) {
    return Contributions.builder()
        .add(new VignetteStep())
        .add(new Edges())
        .add(
            Panel.of(Panel.Place.GENERATE, "Vignette", "schema.json")
                .withTemplate("vignette.hbs")
                .withModule("vignette.js"))
        .build();
  }
}
