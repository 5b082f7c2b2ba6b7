package dev.atelier.server.outbound;

/** An address that the studio does not fetch from; the message is one sentence for the user. */
public final class RefusedAddressException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RefusedAddressException(String message) {
    super(message, null, false, false);
  }
}
