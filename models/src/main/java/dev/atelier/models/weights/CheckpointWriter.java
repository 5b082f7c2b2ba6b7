package dev.atelier.models.weights;

import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes a checkpoint's networks in either layout. The numbers are copied as they are stored, bit
 * for bit; only names change, and the shape of the VAE's attention, which the original code has as
 * 1×1 convolutions.
 */
public final class CheckpointWriter {
  private final CheckpointFiles from;

  /**
   * @param from what is written
   */
  public CheckpointWriter(CheckpointFiles from) {
    this.from = from;
  }

  /**
   * Writes a single file in the original naming, with the configurations that its tensors do not
   * tell in its metadata.
   *
   * @param file is replaced if it exists
   * @throws IOException when it cannot be written
   * @throws WeightsException when the checkpoint cannot be read
   */
  public void writeSingleFile(Path file) throws IOException {
    LdmFile ldm = LdmFile.of(from);
    var writer = new SafetensorsWriter();
    for (String name : CheckpointFiles.CONFIGURATIONS) {
      from.storedConfiguration(name)
          .ifPresent(text -> writer.putMetadata(SingleFile.METADATA_PREFIX + name, text));
    }
    try (WeightSource unet = from.open(Component.UNET);
        WeightSource vae = from.open(Component.VAE);
        WeightSource text = from.open(Component.TEXT_ENCODER)) {
      add(unet, ldm, Component.UNET, writer);
      add(vae, ldm, Component.VAE, writer);
      add(text, ldm, Component.TEXT_ENCODER, writer);
      writer.write(file);
    }
  }

  private static void add(
      WeightSource source, LdmFile ldm, Component component, SafetensorsWriter writer) {
    for (KeyTable.Tensor tensor : ldm.tensors(component)) {
      if (source.names().contains(tensor.diffusers())) {
        TensorInfo info = source.info(tensor.diffusers());
        Shape shape = tensor.pointwise() ? info.shape().addAll(new Shape(1, 1)) : info.shape();
        String name = ldm.prefix(component) + tensor.ldm();
        writer.add(
            new TensorInfo(name, info.type(), shape, info.bytes()),
            to -> source.copy(tensor.diffusers(), to));
      }
    }
  }

  /**
   * Writes a diffusers folder, without its tokenizer.
   *
   * @param folder is made; what lies in it is replaced
   * @throws IOException when it cannot be written
   * @throws WeightsException when the checkpoint cannot be read
   */
  public void writeFolder(Path folder) throws IOException {
    for (Component component : Component.values()) {
      Path target = Files.createDirectories(folder.resolve(component.folder()));
      try (WeightSource source = from.open(component)) {
        var writer = new SafetensorsWriter();
        for (String name : source.names()) {
          TensorInfo info = source.info(name);
          writer.add(
              new TensorInfo(folderName(component, name), info.type(), info.shape(), info.bytes()),
              to -> source.copy(name, to));
        }
        writer.write(target.resolve(component.weights() + ".safetensors"));
      }
    }
    for (String name : CheckpointFiles.CONFIGURATIONS) {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      String text = from.storedConfiguration(name).orElseGet(() -> ConfigJson.of(name, from));
      Files.writeString(file, text);
    }
    // Last: it makes the folder a checkpoint.
    Files.writeString(folder.resolve(DiffusersFolder.INDEX), ConfigJson.index(from.inpainting()));
  }

  /** What reads such folders expects the names that the published ones have. */
  private static String folderName(Component component, String canonical) {
    return component == Component.TEXT_ENCODER ? "text_model." + canonical : canonical;
  }
}
