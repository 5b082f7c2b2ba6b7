package dev.atelier.server.cli;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Java, memory and disk. */
final class MachineCheck {
  /** What a Stable Diffusion 1.5 model in 32-bit floats takes on the CPU. */
  private static final long MEMORY_FOR_SD15 = 8L << 30;

  /** Room for some thousand pictures. */
  private static final long DISK_WANTED = 2L << 30;

  private MachineCheck() {}

  static List<Finding> findings(Path dataDir) {
    return List.of(java(), memory(), disk(dataDir));
  }

  private static Finding java() {
    return Finding.good(
        "Java",
        Runtime.version()
            + " ("
            + System.getProperty("java.vendor")
            + ", "
            + System.getProperty("java.home")
            + ")");
  }

  private static Finding memory() {
    var system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    long total = system.getTotalMemorySize();
    String text = Sizes.text(total) + ", " + Sizes.text(system.getFreeMemorySize()) + " unused";
    return total >= MEMORY_FOR_SD15
        ? Finding.good("Memory", text)
        : Finding.lacking(
            "Memory", text + "; enough for storybook, little for a Stable Diffusion 1.5 model");
  }

  private static Finding disk(Path dataDir) {
    Path folder = dataDir.toAbsolutePath().normalize();
    Path there = folder;
    while (!Files.exists(there)) {
      there = there.getParent();
    }
    try {
      long free = Files.getFileStore(there).getUsableSpace();
      String text = Sizes.text(free) + " free for " + folder;
      return free >= DISK_WANTED
          ? Finding.good("Disk", text)
          : Finding.lacking("Disk", text + "; make room or choose another folder with --data");
    } catch (IOException e) {
      return Finding.blocking("Disk", folder + " cannot be read; choose another with --data");
    }
  }
}
