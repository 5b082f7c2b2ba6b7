package dev.atelier.server.cli;

import dev.atelier.models.convert.Conversion;
import dev.atelier.models.weights.WeightsException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes a checkpoint in another layout. */
@Command(
    name = "convert",
    description = {
      "Write a checkpoint in another layout: a single file or .ckpt as a diffusers folder, or a"
          + " folder as a single file. The weights stay the same to the bit."
    })
final class ConvertCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      paramLabel = "SRC",
      description = "The checkpoint: a diffusers folder, a .safetensors or a .ckpt file.")
  private Path source;

  @Parameters(
      index = "1",
      paramLabel = "DST",
      description = "What to write: a name that ends in .safetensors, or a new folder.")
  private Path target;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws CannotRunException {
    PrintWriter out = spec.commandLine().getOut();
    try {
      var conversion = new Conversion(source, target);
      conversion.run();
      conversion.leftOut().forEach(name -> out.println("Left out, no network has it: " + name));
      out.println("Wrote " + target);
      return 0;
    } catch (WeightsException e) {
      throw new CannotRunException(e.getMessage(), e);
    } catch (IOException e) {
      throw new CannotRunException(
          target + " cannot be written (" + e.getMessage() + "); make room or choose another.", e);
    }
  }
}
