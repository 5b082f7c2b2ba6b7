package dev.atelier.models.pipeline;

import dev.atelier.models.picture.MaskOptions;
import dev.atelier.models.picture.ResizeMode;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What the sampler begins with. */
public sealed interface Start {
  /** Noise alone, and no second run. */
  Start NOISE = new Noise(Optional.empty());

  /** The pictures that it needs. */
  List<InputPicture> inputs();

  /** How many of the steps asked for are taken. */
  int steps(int asked);

  /**
   * Size of the pictures that come out.
   *
   * @param canvas what the request asks for
   */
  default PictureSize resultSize(PictureSize canvas) {
    return canvas;
  }

  /**
   * Noise alone: the prompt says what becomes of it.
   *
   * @param hiresFix a second run on the enlarged picture
   */
  record Noise(Optional<HiresFix> hiresFix) implements Start {
    @Override
    public List<InputPicture> inputs() {
      return List.of();
    }

    @Override
    public int steps(int asked) {
      return asked + hiresFix.map(fix -> fix.stepsAfter(asked)).orElse(0);
    }

    @Override
    public PictureSize resultSize(PictureSize canvas) {
      return hiresFix.map(fix -> new PictureSize(fix.width(), fix.height())).orElse(canvas);
    }
  }

  /**
   * A picture with noise: image to image (SDEdit, Meng et al., 2021).
   *
   * @param input the picture, which gets the request's size
   * @param resizeMode how
   * @param strength how much of the way the sampler goes, 0 to 1: at 0 the picture stays nearly as
   *     it is, at 1 hardly anything of it is left
   */
  record Picture(InputPicture input, ResizeMode resizeMode, double strength) implements Start {
    public Picture {
      Objects.requireNonNull(input, "input");
      Objects.requireNonNull(resizeMode, "resizeMode");
      FieldCheck.strength("start.strength", strength);
    }

    @Override
    public List<InputPicture> inputs() {
      return List.of(input);
    }

    /** diffusers {@code get_timesteps}, but one step at least. */
    @Override
    public int steps(int asked) {
      return Math.max(1, (int) (asked * strength));
    }
  }

  /**
   * A picture of which a part is made anew.
   *
   * @param picture as for {@link Picture}
   * @param mask what is made anew is white in it
   * @param options how the mask is used
   */
  record Inpaint(Picture picture, InputPicture mask, MaskOptions options) implements Start {
    public Inpaint {
      Objects.requireNonNull(picture, "picture");
      Objects.requireNonNull(mask, "mask");
      FieldCheck.range(
          "start.mask.blur", "The mask's blur", 0, MaskOptions.MAX_BLUR, options.blur());
      FieldCheck.range(
          "start.mask.padding", "The padding", 0, MaskOptions.MAX_PADDING, options.padding());
    }

    @Override
    public List<InputPicture> inputs() {
      return List.of(picture.input(), mask);
    }

    @Override
    public int steps(int asked) {
      return picture.steps(asked);
    }

    @Override
    public PictureSize resultSize(PictureSize canvas) {
      InputPicture input = picture.input();
      return options.onlyMasked() ? new PictureSize(input.width(), input.height()) : canvas;
    }
  }
}
