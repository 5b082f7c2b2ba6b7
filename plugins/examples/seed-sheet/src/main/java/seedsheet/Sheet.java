package seedsheet;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;

/** Square pictures in rows, each with a line of words below it. */
final class Sheet {
  private static final int GAP = 8;
  private static final int LINE = 20;

  private final int columns;
  private final int side;
  private final BufferedImage picture;

  /**
   * @param count pictures that there will be
   * @param side of each, in pixels
   */
  Sheet(int count, int side) {
    this.columns = (int) Math.ceil(Math.sqrt(count));
    this.side = side;
    int rows = (count + columns - 1) / columns;
    picture =
        new BufferedImage(
            columns * (side + GAP) + GAP,
            rows * (side + LINE + GAP) + GAP,
            BufferedImage.TYPE_INT_RGB);
    Graphics2D paper = picture.createGraphics();
    paper.setColor(Color.WHITE);
    paper.fillRect(0, 0, picture.getWidth(), picture.getHeight());
    paper.dispose();
  }

  /** Where the picture of that place begins, from the left. */
  int x(int index) {
    return GAP + index % columns * (side + GAP);
  }

  /** The same from the top. */
  int y(int index) {
    return GAP + index / columns * (side + LINE + GAP);
  }

  /** Lays a picture into its place. */
  void put(int index, BufferedImage square, String words) {
    Graphics2D paper = picture.createGraphics();
    paper.drawImage(square, x(index), y(index), side, side, null);
    paper.setColor(Color.DARK_GRAY);
    paper.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    paper.drawString(words, x(index), y(index) + side + LINE - 6);
    paper.dispose();
  }

  /** The sheet as it is so far; not a copy. */
  BufferedImage picture() {
    return picture;
  }
}
