package dev.atelier.server.outbound;

import java.net.Inet4Address;
import java.net.InetAddress;

/**
 * Tells addresses of the public internet from all others: loopback, private networks, link-local
 * ones (where clouds keep their secrets), documentation, multicast and what is reserved (the IANA
 * special-purpose registries, RFC 6890 and its updates).
 */
final class PublicAddress {
  /** Networks that are not public: four bytes and how many bits count. */
  private static final int[][] RESERVED_V4 = {
    {0, 0, 0, 0, 8},
    {10, 0, 0, 0, 8},
    {100, 64, 0, 0, 10},
    {127, 0, 0, 0, 8},
    {169, 254, 0, 0, 16},
    {172, 16, 0, 0, 12},
    {192, 0, 0, 0, 24},
    {192, 0, 2, 0, 24},
    {192, 88, 99, 0, 24},
    {192, 168, 0, 0, 16},
    {198, 18, 0, 0, 15},
    {198, 51, 100, 0, 24},
    {203, 0, 113, 0, 24},
    {224, 0, 0, 0, 3},
  };

  private PublicAddress() {}

  /** Whether it may be connected to though nobody vouched for it. */
  static boolean is(InetAddress address) {
    byte[] bytes = address.getAddress();
    return address instanceof Inet4Address ? isV4(bytes) : isV6(bytes);
  }

  private static boolean isV4(byte[] bytes) {
    int address = number(bytes);
    for (int[] net : RESERVED_V4) {
      int network = net[0] << 24 | net[1] << 16 | net[2] << 8 | net[3];
      if ((address ^ network) >>> (32 - net[4]) == 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * Global unicast is 2000::/3 (RFC 4291); of it, 2001::/23 is for protocols such as Teredo,
   * 2001:db8::/32 and 3fff::/20 for documents, and 2002::/16 holds IPv4 addresses (6to4).
   */
  private static boolean isV6(byte[] bytes) {
    int high = number(bytes);
    return high >>> 29 == 1
        && high >>> 9 != 0x2001_0000 >>> 9
        && high != 0x2001_0db8
        && high >>> 16 != 0x2002
        && high >>> 12 != 0x3fff_0000 >>> 12;
  }

  private static int number(byte[] bytes) {
    return (bytes[0] & 0xFF) << 24
        | (bytes[1] & 0xFF) << 16
        | (bytes[2] & 0xFF) << 8
        | (bytes[3] & 0xFF);
  }
}
