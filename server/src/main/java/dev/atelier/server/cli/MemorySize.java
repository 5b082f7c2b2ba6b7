package dev.atelier.server.cli;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A size of memory as people write it: {@code 6G}, {@code 800M} or a number of bytes. */
final class MemorySize implements ITypeConverter<Long> {
  private static final Pattern SIZE =
      Pattern.compile("(\\d{1,15})\\s*([KMGT]?)(?:i?B)?", Pattern.CASE_INSENSITIVE);

  private static final String UNITS = "KMGT";

  /** Bytes; null where a variable is set to nothing. */
  @Override
  public Long convert(String text) {
    if (text.isBlank()) {
      return null;
    }
    Matcher size = SIZE.matcher(text.strip());
    if (size.matches()) {
      String unit = size.group(2).toUpperCase(Locale.ROOT);
      int power = unit.isEmpty() ? 0 : UNITS.indexOf(unit) + 1;
      double bytes = Double.parseDouble(size.group(1)) * Math.pow(1024, power);
      if (bytes < Long.MAX_VALUE) {
        return (long) bytes;
      }
    }
    throw new TypeConversionException("“" + text + "” is no size; write e.g. 6G or 800M.");
  }
}
