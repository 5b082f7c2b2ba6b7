package dev.atelier.server.plugins;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of the plugins that Atelier brings, from start to start. */
class BundledPluginsTest {
  @TempDir private Path data;
  private Path from;
  private Path laid;

  @BeforeEach
  void bring() throws IOException {
    from = Files.createDirectory(data.resolve("brought"));
    laid = data.resolve("plugins").resolve("lora.jar");
    brought("one");
    start();
    assertEquals("one", Files.readString(laid));
  }

  private void brought(String content) throws IOException {
    Files.writeString(from.resolve("lora.jar"), content);
  }

  private void start() {
    BundledPlugins.lay(from, PluginPlaces.in(data));
  }

  @Test
  void aNewerOneTakesItsPlace() throws IOException {
    brought("two");
    start();
    assertEquals("two", Files.readString(laid));
  }

  @Test
  void oneThatWasDeletedStaysAway() throws IOException {
    Files.delete(laid);
    start();
    assertFalse(Files.exists(laid));
    brought("two");
    start();
    assertFalse(Files.exists(laid), "also when there is a newer one");
  }

  @Test
  void oneThatWasExchangedStays() throws IOException {
    Files.writeString(laid, "mine");
    brought("two");
    start();
    assertEquals("mine", Files.readString(laid));
  }

  @Test
  void withoutAnyTheStudioStarts() {
    BundledPlugins.lay(data.resolve("nowhere"), PluginPlaces.in(data));
  }
}
