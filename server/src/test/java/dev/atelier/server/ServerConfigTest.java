package dev.atelier.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.atelier.server.downloads.DownloadSetup;
import dev.atelier.server.gpu.MemoryLimits;
import dev.atelier.server.plugins.PluginSetup;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerConfigTest {
  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, , false, true",
    "localhost, , false, true",
    "::1, , false, true",
    "127.0.0.1, studio.example, false, false",
    "0.0.0.0, , false, false",
    "192.168.1.7, , false, false",
    "'', , false, false",
    "0.0.0.0, , true, true",
    "127.0.0.1, studio.example, true, true"
  })
  void foldersAreAddedWhereNobodyElseComesInOrTheOperatorLets(
      String host, String alsoKnownAs, boolean overHttp, boolean adds) {
    List<String> names = alsoKnownAs == null ? List.of() : List.of(alsoKnownAs);
    Path data = Path.of("data");
    ServerConfig config =
        new ServerConfig(
            host,
            0,
            data,
            List.of(),
            List.of(),
            names,
            MemoryLimits.OF_MACHINE,
            DownloadSetup.usual(data),
            PluginSetup.NONE,
            overHttp);
    assertEquals(adds, config.addsFolders());
  }
}
