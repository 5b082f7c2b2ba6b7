package dev.atelier.models.pipeline;

/** A request that cannot be carried out as it stands; the message says what to change. */
public final class InvalidRequestException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;
  private final String field;

  /**
   * @param field the request's field at fault, in the API's spelling (snake case)
   * @param message one sentence for the user
   */
  public InvalidRequestException(String field, String message) {
    super(message);
    this.field = field;
  }

  /** The field at fault, in the API's spelling. */
  public String field() {
    return field;
  }
}
