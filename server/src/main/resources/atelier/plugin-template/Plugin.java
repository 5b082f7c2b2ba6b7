package {package};

import dev.atelier.plugins.api.AtelierPlugin;
import dev.atelier.plugins.api.Contributions;
import dev.atelier.plugins.api.Panel;
import dev.atelier.plugins.api.PluginContext;

/** What the plugin contributes. */
public final class {class}Plugin implements AtelierPlugin {
  @Override
  public Contributions start(PluginContext context) {
    return Contributions.builder()
        .add(new {class}Step())
        .add(Panel.of(Panel.Place.GENERATE, "{title}", "schema.json"))
        .build();
  }
}
