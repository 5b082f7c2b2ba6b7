package seedsheet;

import dev.atelier.plugins.api.AtelierPlugin;
import dev.atelier.plugins.api.Contributions;
import dev.atelier.plugins.api.PluginContext;

/** Draws one prompt from many seeds, on one sheet. */
public final class SeedSheetPlugin implements AtelierPlugin {
  @Override
  public Contributions start(PluginContext context) {
    return Contributions.builder().add(new SeedSheet(context)).build();
  }
}
