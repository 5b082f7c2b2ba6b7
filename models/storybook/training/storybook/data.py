"""The training set: scenes from seeds, pictures from scenes, latents from pictures.

Everything follows from a seed and a count, so nothing but the latents needs to be kept. Order is a
permutation per epoch, drawn from the epoch's number: a step's number alone says which pictures it sees.
"""
import multiprocessing
import os
import random
from typing import NamedTuple

import numpy as np
import torch

from storybook import captions, figure, render, world

CHUNK = 512
LABELS = {'scene': world.SCENES, 'kind': world.KINDS, 'color': list(world.COLORS), 'style': world.STYLES,
          'pose': world.POSES, 'view': world.VIEWS}
"""What the evaluation's classifier learns to see: fields of Spec and their values."""
COLORLESS = {'knight', 'astronaut'}  # their colour is an emblem or gloves only
HIDDEN = -100  # the label of what cannot be seen; cross_entropy leaves it out
FACTS = LABELS | {
    'second': list(world.COLORS), 'outfit': ['shirt', 'striped shirt', 'dress', 'robe', 'cape'],
    'scarf': ['', *world.COLORS], 'skin': list(world.SKIN), 'hair': ['short', 'long', 'bun', 'ponytail', 'curly', 'pigtails', 'bald'],
    'hair_color': list(world.HAIR_COLORS), 'mood': world.MOODS, 'beard': [False, True], 'glasses': [False, True],
    'hat': world.HATS, 'prop': world.PROPS, 'pet': world.PETS, 'background': list(world.COLORS), 'time': world.TIMES,
    'shot': world.SHOTS}
"""What a caption may say: fields of Spec and their values."""


class Scenes(NamedTuple):
    """Pictures before they are drawn.

    arrays: see :func:`storybook.render.stack`; captions: one each; ids: (n, versions, 77) of several
    captions each; labels: (n, 6) indices of LABELS or HIDDEN; facts: (n, 21) indices of FACTS
    """

    arrays: dict
    captions: list
    ids: np.ndarray
    labels: np.ndarray
    facts: np.ndarray


def labels(specs):
    """(n, 6) indices of LABELS, HIDDEN where the picture does not show the answer."""
    def seen(spec, name):
        if name == 'color':
            return spec.kind not in COLORLESS and spec.style != 'pencil sketch'
        return name in ('scene', 'style', 'view') or spec.shot == 'full' and (name == 'pose' or spec.view != 'back')

    return np.array([[values.index(getattr(s, name)) if seen(s, name) else HIDDEN for name, values in LABELS.items()]
                     for s in specs])


def of(specs, rng, tokenizer, versions=1):
    """The given specs as Scenes."""
    arrays = render.stack([figure.build(s, rng) for s in specs], specs, rng)
    texts = [[captions.caption(s, rng) for _ in range(versions)] for s in specs]
    ids = np.array([[tokenizer.encode(t) for t in several] for several in texts], np.int16)
    facts = np.array([[values.index(getattr(s, name)) for name, values in FACTS.items()] for s in specs], np.int16)
    return Scenes(arrays, [several[0] for several in texts], ids, labels(specs), facts)


def _chunk(job):
    seed, count, tokenizer, versions, fixed = job
    rng = random.Random(seed)
    return of([world.sample(rng, **fixed) for _ in range(count)], rng, tokenizer, versions)


def words(seed, count):
    """Captions alone, to learn a vocabulary from."""
    rng = random.Random(seed)
    return [captions.caption(world.sample(rng), rng) for _ in range(count)]


def scenes(seed, count, tokenizer, versions=1, part=0, parts=1, **fixed):
    """One part of `count` Scenes; to be called before the GPU is touched, since it forks."""
    jobs = [(seed * 1_000_003 + i, min(CHUNK, count - i), tokenizer, versions, fixed) for i in range(0, count, CHUNK)][part::parts]
    if len(jobs) == 1:
        return _chunk(jobs[0])
    with multiprocessing.get_context('fork').Pool(max(1, os.cpu_count() // parts)) as pool:
        done = pool.map(_chunk, jobs, chunksize=1)
    arrays = {k: np.concatenate([p.arrays[k] for p in done]) for k in done[0].arrays}
    return Scenes(arrays, [c for p in done for c in p.captions],
                  *(np.concatenate([getattr(p, k) for p in done]) for k in ('ids', 'labels', 'facts')))


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
