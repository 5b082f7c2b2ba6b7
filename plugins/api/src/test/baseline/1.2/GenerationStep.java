package dev.atelier.plugins.api;
import java.util.Optional;
public interface GenerationStep {
  Optional<PicturePart> open(PictureOrder order);
  default Optional<Refusal> refuse(PictureOrder order) {
    return Optional.empty();
  }
  default OnFault onFault() {
    return OnFault.FAIL;
  }
  enum OnFault {
    FAIL,
    LEAVE_OUT
  }
}
