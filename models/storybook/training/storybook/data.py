"""The training set: scenes from seeds, pictures from scenes, latents from pictures.

Everything follows from a seed and a count, so nothing but the latents needs to be kept. Order is a
permutation per epoch, drawn from the epoch's number: a step's number alone says which pictures it sees.
"""
import multiprocessing
import os
import random

import numpy as np
import torch

from storybook import captions, figure, render, world

CHUNK = 512
LABELS = {'scene': world.SCENES, 'kind': world.KINDS, 'color': list(world.COLORS), 'style': world.STYLES,
          'pose': world.POSES, 'view': world.VIEWS}
"""What the evaluation's classifier learns to see: fields of Spec and their values."""


def labels(specs):
    """(n, 6) indices of LABELS."""
    return np.array([[values.index(getattr(s, name)) for name, values in LABELS.items()] for s in specs])


def _chunk(job):
    seed, count, fixed = job
    rng = random.Random(seed)
    specs = [world.sample(rng, **fixed) for _ in range(count)]
    arrays = render.stack([figure.build(s, rng) for s in specs], specs, rng)
    return arrays, [captions.caption(s, rng) for s in specs], labels(specs)


def words(seed, count):
    """Captions alone, to learn a vocabulary from."""
    rng = random.Random(seed)
    return [captions.caption(world.sample(rng), rng) for _ in range(count)]


def scenes(seed, count, part=0, parts=1, **fixed):
    """Arrays, captions and labels of one part of `count` pictures; to be called before the GPU is touched, since it forks."""
    jobs = [(seed * 1_000_003 + i, min(CHUNK, count - i), fixed) for i in range(0, count, CHUNK)][part::parts]
    if len(jobs) == 1:
        done = [_chunk(jobs[0])]
    else:
        with multiprocessing.get_context('fork').Pool(max(1, os.cpu_count() // parts)) as pool:
            done = pool.map(_chunk, jobs, chunksize=1)
    arrays = {k: np.concatenate([p[0][k] for p in done]) for k in done[0][0]}
    return arrays, [c for p in done for c in p[1]], np.concatenate([p[2] for p in done])


def pictures(arrays, device, size=256, batch=256):
    """All pictures as bytes on the device, (n, size, size, 3), and the heads' places in pixels, (n, 2)."""
    n = len(arrays['camera'])
    out = torch.empty(n, size, size, 3, dtype=torch.uint8, device=device)
    heads = torch.empty(n, 2, device=device)
    for i in range(0, n, batch):
        done = render.render(arrays, np.arange(i, min(i + batch, n)), device, size)
        out[i:i + batch] = (done.image * 255).round().to(torch.uint8).permute(0, 2, 3, 1)
        heads[i:i + batch] = done.points[:, 0]
    return out, heads


def to_float(images):
    """Bytes (n, h, w, 3) to -1..1, (n, 3, h, w) in channels-last order."""
    return images.permute(0, 3, 1, 2).float().div(127.5).sub(1)


class Order:
    """Which pictures a step sees; keeps the running epoch's permutation on the device."""

    def __init__(self, batch, count, seed, device):
        self.batch, self.count, self.seed, self.device = batch, count, seed, device
        self.epoch, self.order = -1, None

    def rows(self, step):
        """Rows of the step's batch, on the device."""
        epoch, at = divmod(step, self.count // self.batch)
        if epoch != self.epoch:
            generator = torch.Generator().manual_seed(self.seed * 7919 + epoch)
            self.epoch, self.order = epoch, torch.randperm(self.count, generator=generator).to(self.device)
        return self.order[at * self.batch:(at + 1) * self.batch]
