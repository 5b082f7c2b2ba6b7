package dev.atelier.server.cli;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Looks for what is missing. Fetches nothing and needs no network. */
@Command(
    name = "doctor",
    description = "Look for what is missing, and say what to do.",
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {"0:The studio can run.", "1:It cannot."})
final class DoctorCommand implements Callable<Integer> {
  @Mixin private final StudioOptions studio = new StudioOptions();
  @Mixin private final DownloadOptions downloads = new DownloadOptions();
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    var out = spec.commandLine().getOut();
    List<Finding> findings =
        Stream.of(
                MachineCheck.findings(studio.dataDir()),
                EngineCheck.findings(),
                ModelCheck.findings(studio, downloads.folder(studio.dataDir())),
                BrowserCheck.findings(studio.home()))
            .flatMap(List::stream)
            .toList();
    findings.forEach(finding -> out.println(finding.line()));
    boolean canRun = findings.stream().noneMatch(f -> f.verdict() == Finding.Verdict.BLOCKING);
    out.println(canRun ? "The studio can run." : "The studio cannot run yet.");
    return canRun ? 0 : 1;
  }
}
