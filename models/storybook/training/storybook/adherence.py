"""How well pictures follow their control pictures, beside pictures of the same prompts and seeds without control.

* canny: the share of the map's edges that have an edge of the picture within 2 pixels;
* depth: the correlation of the map with what the depth estimator says of the picture;
* pose: the share of key points that an estimator finds within 5 % of the picture's height of where they belong.

What the estimators say of the drawings that the maps came from is beside it: their own ceiling.
"""
import json
import os

import torch
import torch.nn.functional as F

from storybook import data, export, hints, sheet, train_estimator
from storybook.nn.controlnet import ControlNet
from storybook.pipeline import load

SEED, NEAR = 90_000, .05  # pictures that no training saw


def scenes(count, tokenizer):
    """Held-out full figures and their captions; forks."""
    drawn = data.scenes(SEED, count, tokenizer, shot='full')
    return drawn.captions, drawn


def edges_found(pictures, drawn):
    """Per picture."""
    wanted = drawn.edges > 0
    near = F.max_pool2d(hints.canny(pictures).float()[:, None], 5, 1, 2)[:, 0] > 0
    return (wanted & near).flatten(1).sum(1) / wanted.flatten(1).sum(1).clamp(min=1)


def depth_correlation(values, drawn):
    """Per picture; values (n, 1, s/2, s/2)."""
    a, b = values.flatten(1).float(), F.avg_pool2d(drawn.depth[:, None].float(), 2).flatten(1)
    a, b = a - a.mean(1, keepdim=True), b - b.mean(1, keepdim=True)
    return (a * b).sum(1) / (a.norm(dim=1) * b.norm(dim=1)).clamp(min=1e-6)


def points_found(values, drawn):
    """Over all points that can be seen; values (n, 18, s/2, s/2)."""
    side = values.shape[-1]
    best = values.flatten(2).argmax(-1)
    found = torch.stack([best % side, best // side], -1) * 2 + 1
    inside = drawn.shown & ((drawn.points >= 0) & (drawn.points < drawn.size)).all(-1)
    return ((found - drawn.points).norm(dim=-1) <= NEAR * drawn.size)[inside].float()


def _drawn(pipeline, prompts, size, control=None, pictures=None, batch=50):
    return torch.cat([pipeline.draw(prompts[i:i + batch], 2000 + i, size=size, control=control,
                                    picture=pictures[i:i + batch] if control else None) for i in range(0, len(prompts), batch)])


def judge(pipeline, out, prompts, drawn, trained_on, run, log, kinds=hints.KINDS):
    """Trains the estimators, writes the depth estimator's folder, `control.json` and a sheet of each kind.

    :param drawn: storybook.controls.Drawn of the prompts' own scenes; trained_on: of the pictures that estimators learn from
    """
    depth = train_estimator.train(1, train_estimator.depth_loss, trained_on, run.estimator_steps, run.estimator_batch, log)
    export.part(os.path.join(out, 'depth-estimator'), depth, depth.config)
    points = train_estimator.train(18, train_estimator.points_loss, trained_on, run.estimator_steps, run.estimator_batch, log)
    measures = {
        'canny': lambda x: edges_found(x, drawn),
        'depth': lambda x: depth_correlation(train_estimator.estimate(depth, x), drawn),
        'pose': lambda x: points_found(train_estimator.estimate(points, x), drawn)}
    own, without = drawn.images.permute(0, 3, 1, 2).float() / 255, _drawn(pipeline, prompts, drawn.size)
    numbers, rows = {}, torch.arange(len(prompts), device=drawn.images.device)
    for kind in kinds:
        measure = measures[kind]
        control = load(ControlNet, os.path.join(out, f'controlnet-{kind}'), pipeline.device)
        maps = drawn.pictures(kind, rows)
        pictures = _drawn(pipeline, prompts, drawn.size, control, maps)
        numbers[kind] = {name: round(measure(x).mean().item(), 4)
                         for name, x in (('controlled', pictures), ('not controlled', without), ('drawn', own))}
        sheet.save(torch.stack([maps[:16], pictures[:16]], 1).flatten(0, 1), 8, os.path.join(out, f'control-{kind}.png'))
        log(f'{kind}: {numbers[kind]}')
    with open(os.path.join(out, 'control.json'), 'w', encoding='utf-8') as f:
        json.dump(numbers | {'prompts': list(prompts[:16])}, f, indent=2)
    return numbers
