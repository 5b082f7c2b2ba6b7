package dev.atelier.server.plugins;

import java.io.IOException;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;

/**
 * What a plugin sees of the studio's class path: Java, the plugin API, the models' module with the
 * engine, and the log. Vert.x and the server are not there, so that neither a version of theirs nor
 * their insides can become anybody's habit.
 */
final class ApiClasses extends ClassLoader {
  private static final List<String> SHOWN =
      List.of("dev.atelier.plugins.api.", "dev.atelier.models.", "ai.djl.", "org.slf4j.");

  private final ClassLoader studio;

  ApiClasses(ClassLoader studio) {
    super("plugin-api", ClassLoader.getPlatformClassLoader());
    this.studio = studio;
  }

  /** Whether a class is the studio's and never a plugin's own copy. */
  static boolean shows(String className) {
    return SHOWN.stream().anyMatch(className::startsWith);
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    if (shows(name)) {
      return studio.loadClass(name);
    }
    throw new ClassNotFoundException(name);
  }

  @Override
  protected URL findResource(String name) {
    return null;
  }

  @Override
  protected Enumeration<URL> findResources(String name) throws IOException {
    return Collections.emptyEnumeration();
  }
}
