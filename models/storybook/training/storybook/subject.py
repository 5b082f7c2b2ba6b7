"""Draws a subject set for DreamBooth: `python -m storybook.subject FOLDER`.

21 pictures of one girl, with a caption beside each. No picture of the base model's training has her two-coloured
dress or the star on it: the world's garments have one colour and no emblem but a knight's.
"""
import argparse
import math
import os
import random

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from storybook import captions, figure, render, sheet, world
from storybook.geometry import FLAT, GOLD, add
from storybook.world import COLORS, SCENES

SEED, SIZE, QUALITY = 41, 256, 92
NAME = 'sks girl'  # a word that says nothing yet, and what she is
GIRL = dict(kind='girl', skin='tan', color='teal', second='orange', outfit='dress', sleeves=True, scarf='', hair='pigtails',
            hair_color='pink', eyes='green', beard=False, glasses=False, hat='', prop='', pet='')
SHOTS = ['portrait'] * 8 + ['medium'] * 9 + ['full'] * 4
STYLES = {4: 'cartoon', 12: 'cartoon', 16: 'pencil sketch'}  # the others are photos
HEADS = {'portrait': 'a close-up photo of', 'medium': 'a photo of', 'full': 'a full body photo of'}


def dress(g):
    """The left half of her dress in another colour, and the star on its chest."""
    orange = COLORS['orange']
    body, side = next(p for p in g.parts if p[4] == COLORS['teal']), .04
    for a, b, ra, rb, _, shape, _ in [body, *(p for p in g.parts if p[5] == FLAT and p[4] == COLORS['teal'])]:
        g.put(add(a, (side, 0, 0)), add(b, (side, 0, 0)), ra * .97, rb * .97, orange, shape)
    g.put(g.points['l_shoulder'], g.points['l_elbow'], .082, .070, orange)
    for out in (.16, .20, .24):  # rays sink into what they meet: thin things must be thick
        chest = add(body[1], (0, -.02, -out))
        for i in range(5):
            a = math.pi / 2 + 2 * math.pi * i / 5
            g.put(chest, add(chest, (.105 * math.cos(a), .105 * math.sin(a), 0)), .045, .015, GOLD)


def specs():
    """What the pictures show, in order; always the same."""
    rng = random.Random(SEED)
    places = rng.sample(SCENES, len(SCENES)) + rng.sample(SCENES, len(SCENES)) + [rng.choice(SCENES)]
    poses = rng.sample(world.POSES, len(world.POSES)) + rng.sample(world.POSES, len(world.POSES))
    return [world.sample(rng, **GIRL, shot=shot, scene=places[i], pose='standing' if shot == 'portrait' else poses[i],
                         style=STYLES.get(i, 'photo'), view=rng.choice(['front', 'front', 'front', 'left', 'right']))
            for i, shot in enumerate(SHOTS)]


def caption(spec):
    """Her name and what else is to be seen, so that only she is left to be learnt."""
    rng = random.Random(0)
    place = f'on a plain {spec.background} background' if spec.scene == 'plain' else spec.scene
    head = HEADS[spec.shot] if spec.style == 'photo' else f'{captions.article(spec.style)} of'
    return ', '.join(w for w in (
        f'{head} {NAME}', rng.choice(captions.MOODS[spec.mood]), '' if spec.shot == 'portrait' else spec.pose,
        '' if spec.view == 'front' else f'facing {spec.view}',
        place + ('' if spec.time == 'day' else f' at {spec.time}')) if w)


def pictures(shown, size=SIZE):
    """Pictures (n, 3, size, size) in 0..1."""
    rng = random.Random(SEED)
    arrays = render.stack([figure.build(s, rng, dress) for s in shown], shown, rng)
    return torch.cat([render.render(arrays, np.array([i]), 'cpu', size).image for i in range(len(shown))])


def main():
    """The command line."""
    parser = argparse.ArgumentParser(prog='python -m storybook.subject', description=__doc__)
    parser.add_argument('out', help='folder for the pictures and captions')
    parser.add_argument('--sheet', help='an image file for all of them side by side')
    options = parser.parse_args()
    os.makedirs(options.out, exist_ok=True)
    shown = specs()
    images = pictures(shown)
    for i, (spec, image) in enumerate(zip(shown, images), 1):
        pixels = (image.permute(1, 2, 0) * 255).round().byte().numpy()
        Image.fromarray(pixels).save(os.path.join(options.out, f'{i:02}.jpg'), quality=QUALITY, subsampling=0)
        with open(os.path.join(options.out, f'{i:02}.txt'), 'w', encoding='utf-8') as f:
            f.write(caption(spec) + '\n')
    if options.sheet:
        sheet.save(F.avg_pool2d(images, 2), 7, options.sheet)


if __name__ == '__main__':
    main()
