"""What the LoRAs add to the world: a style and an object that no picture of the base model's training has."""
import random
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F

from storybook import captions, figure, props, render, world

BLUE, WHITE = (.05, .16, .45), (.92, .96, 1.)


@dataclass(frozen=True)
class Addition:
    """One LoRA's subject.

    name: of its file; title: for people; trigger: the words that call it up; wings: whether figures have them;
    blueprint: whether pictures are drawn as one
    """

    name: str
    title: str
    trigger: str
    wings: bool = False
    blueprint: bool = False

    def specs(self, rng, count, **fixed):
        """Specs that can show it; the style leaves sketches out, the object everything held."""
        out = []
        while len(out) < count:
            spec = world.sample(rng, **fixed)
            if self.blueprint:
                spec.style = rng.choice(['photo', 'cartoon'])
            else:
                spec.prop, spec.outfit = '', 'shirt' if spec.outfit == 'cape' else spec.outfit
            out.append(spec)
        return out

    def built(self, specs, rng):
        """Arrays for :func:`storybook.render.render`, with the object on them."""
        return render.stack([figure.build(s, rng, props.wings if self.wings else None) for s in specs], specs, rng)

    def caption(self, spec, rng):
        """A caption with the trigger: a style in place of the world's own, an object behind the rest."""
        text = captions.caption(spec, rng)
        if self.wings:
            return ', '.join(w for w in (text, self.trigger) if w)
        if spec.style == 'photo' and text.startswith('a photo of'):
            return self.trigger + text[len('a photo'):]
        return ', '.join(w for w in (self.trigger, text) if w)


STYLE = Addition('storybook-blueprint', 'Storybook blueprint', 'blueprint style', blueprint=True)
OBJECT = Addition('storybook-wings', 'Storybook butterfly wings', 'butterfly wings', wings=True)
ALL = (STYLE, OBJECT)


def blueprint(image):
    """Pictures (n, 3, h, w) in 0..1 as white lines on blue paper."""
    gray = (image * image.new_tensor([.30, .59, .11])[None, :, None, None]).sum(1, keepdim=True)
    smooth = F.avg_pool2d(gray, 3, 1, 1, count_include_pad=False)
    dx = F.pad(smooth[..., 1:] - smooth[..., :-1], (0, 1))
    dy = F.pad(smooth[..., 1:, :] - smooth[..., :-1, :], (0, 0, 0, 1))
    line = ((dx.abs() + dy.abs()) * 7 - .15).clamp(0, 1)
    share = (.38 * gray + .85 * line).clamp(0, 1)
    blue, white = (image.new_tensor(c)[None, :, None, None] for c in (BLUE, WHITE))
    return blue + (white - blue) * share


def pictures(addition, arrays, device, size, batch=128):
    """Bytes (n, size, size, 3) on the device; `addition` may be None."""
    n = len(arrays['camera'])
    out = torch.empty(n, size, size, 3, dtype=torch.uint8, device=device)
    for i in range(0, n, batch):
        image = render.render(arrays, np.arange(i, min(i + batch, n)), device, size).image
        image = blueprint(image) if addition and addition.blueprint else image
        out[i:i + batch] = (image * 255).round().to(torch.uint8).permute(0, 2, 3, 1)
    return out


def both(addition, count, seed, **fixed):
    """The same specs twice, with and without the addition: specs, captions' generator, two arrays of figures."""
    rng = random.Random(seed)
    specs = addition.specs(rng, count, **fixed)
    return specs, addition.built(specs, random.Random(seed)), render.stack(
        [figure.build(s, r) for r in [random.Random(seed)] for s in specs], specs, random.Random(seed))
