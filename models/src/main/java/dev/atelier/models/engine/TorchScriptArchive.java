package dev.atelier.models.engine;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes what {@code torch.jit.save} would write for a module without parameters: a zip of source
 * text and of the pickled module. Only source text of our own resources goes in; no file of a user
 * is ever read as TorchScript, for loading such a file may run code.
 *
 * <p>The layout follows PyTorch's {@code torch/csrc/jit/serialization} (export_module.cpp and
 * pickler.cpp).
 */
final class TorchScriptArchive {
  /** Version 10 gives operators their current meaning, so that no upgrader runs on load. */
  private static final String FORMAT_VERSION = "10\n";

  private static final byte[] EMPTY_TUPLE = {(byte) 0x80, 2, ')', '.'};

  private TorchScriptArchive() {}

  /**
   * @param source TorchScript source text that defines class {@code type} and its methods
   * @param type name of the module's class
   * @return the archive's bytes
   */
  static byte[] write(String source, String type) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(bytes)) {
      zip.setMethod(ZipOutputStream.STORED); // PyTorch reads the records in place
      put(zip, "module/version", FORMAT_VERSION.getBytes(US_ASCII));
      put(zip, "module/data.pkl", pickledModule(type));
      put(zip, "module/constants.pkl", EMPTY_TUPLE);
      put(zip, "module/code/__torch__.py", source.getBytes(UTF_8));
    }
    return bytes.toByteArray();
  }

  /** {@code __torch__.TYPE.__new__()} with the state {@code {'training': False}}, in protocol 2. */
  private static byte[] pickledModule(String type) throws IOException {
    var pickle = new ByteArrayOutputStream();
    pickle.write(new byte[] {(byte) 0x80, 2, 'c'}); // PROTO 2, GLOBAL
    pickle.write(("__torch__\n" + type + "\n").getBytes(US_ASCII));
    pickle.write(new byte[] {')', (byte) 0x81, '}'}); // EMPTY_TUPLE, NEWOBJ, EMPTY_DICT
    byte[] key = "training".getBytes(US_ASCII);
    pickle.write(new byte[] {'X', (byte) key.length, 0, 0, 0}); // BINUNICODE
    pickle.write(key);
    pickle.write(new byte[] {(byte) 0x89, 's', 'b', '.'}); // NEWFALSE, SETITEM, BUILD, STOP
    return pickle.toByteArray();
  }

  private static void put(ZipOutputStream zip, String name, byte[] data) throws IOException {
    var crc = new CRC32();
    crc.update(data);
    var entry = new ZipEntry(name);
    entry.setSize(data.length);
    entry.setCompressedSize(data.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(data);
    zip.closeEntry();
  }
}
