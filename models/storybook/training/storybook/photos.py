"""What a depth estimator says of photographs: `python -m storybook.photos ESTIMATOR sheet.jpg PICTURE…` (pairs)."""
import sys

import numpy as np
import torch
from PIL import Image, ImageOps

from storybook import hints, sheet
from storybook.nn.estimator import Estimator
from storybook.pipeline import load

SIZE = 256


def main(folder, path, *pictures):
    """Pairs of each picture's middle, as a square, and its depth, near places light."""
    squares = [ImageOps.fit(Image.open(p).convert('RGB'), (SIZE, SIZE), Image.Resampling.LANCZOS) for p in pictures]
    images = torch.from_numpy(np.stack(squares)).permute(0, 3, 1, 2).float() / 255
    with torch.no_grad():
        values = load(Estimator, folder, 'cpu')(images)[:, 0]
    depth = torch.nn.functional.interpolate(hints.depth(values)[:, None], scale_factor=2).expand(-1, 3, -1, -1)
    sheet.save(torch.stack([images, depth], 1).flatten(0, 1), 2 * len(pictures), path)


if __name__ == '__main__':
    main(*sys.argv[1:])
