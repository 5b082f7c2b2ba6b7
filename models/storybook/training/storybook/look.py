"""A look at the world: `python -m storybook.look SEED COUNT SIZE sheet.png` draws pictures and prints their captions."""
import random
import sys

import numpy as np

from storybook import captions, figure, render, sheet, world


def main(seed=1, count=24, size=160, path='sheet.png'):
    """Draws `count` pictures of `size` pixels."""
    rng = random.Random(int(seed))
    specs = [world.sample(rng) for _ in range(int(count))]
    arrays = render.stack([figure.build(s, rng) for s in specs], specs, rng)
    images = render.render(arrays, np.arange(len(specs)), 'cpu', int(size)).image
    sheet.save(images, 6, path)
    for i, spec in enumerate(specs):
        print(i, captions.caption(spec, rng))


if __name__ == '__main__':
    main(*sys.argv[1:])
