package dev.atelier.server.outbound;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Finds the addresses of a host. May block. */
@FunctionalInterface
public interface HostResolver {
  /** The system's. */
  HostResolver SYSTEM = host -> List.of(InetAddress.getAllByName(host));

  /**
   * Every address of a host, never none.
   *
   * @throws UnknownHostException when there is no such host
   */
  List<InetAddress> resolve(String host) throws UnknownHostException;
}
