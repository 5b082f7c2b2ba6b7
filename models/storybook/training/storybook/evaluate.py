"""Numbers and sheets of a finished model folder.

* reconstruction: PSNR of the autoencoder on pictures never trained on, per style;
* attributes: a small classifier, trained on renders alone, says what it sees in generated pictures;
  its accuracy on fresh renders is the ceiling of what it can say;
* sheets: fixed prompts and seeds.
"""
import json
import os
import random
import zlib

import torch
import torch.nn.functional as F
from torch import nn

from storybook import captions, data, sheet, world
from storybook.pipeline import Pipeline
from storybook.training import half_precision

PROMPTS = [
    'a photo of a princess, wearing a pink dress, dancing, in a flower meadow',
    'a photo of a knight, holding a sword, in front of a castle with a rainbow',
    'a photo of an astronaut, waving, on the moon in space',
    'portrait of a wizard with a beard, wearing a purple robe, on a city street at night',
    'a cartoon of a pirate, running, on a beach',
    'a pencil sketch of a man with glasses, in a forest',
    'a photo of a blue robot, with arms raised, in snowy mountains',
    'a photo of a woman with blonde long hair, wearing a red dress, standing, in the desert with pyramids',
    'portrait of a smiling girl with red pigtails and glasses, on a plain yellow background',
    'a photo of a boy, wearing a green shirt and a red cap, with a dog, on a beach at sunset',
    'a cartoon of a ninja, jumping, on a city street at night',
    'portrait of a man with black short hair and a beard, wearing a green shirt, on a plain orange background',
    'a photo of a girl with black curly hair, wearing a yellow dress, holding a balloon, in a cozy room',
    'a cartoon portrait of a laughing king, in a forest',
    'a photo of a woman wearing a blue shirt and a yellow scarf, holding an umbrella, in a flower meadow',
    'pencil sketch portrait of a princess, facing left',
    'a photo of a wizard, holding a staff, in snowy mountains at night',
    'portrait of a surprised boy with blonde hair, at the beach',
    'a photo of an astronaut, sitting, in front of a castle with a rainbow',
    'a photo of a pirate, holding a flag, facing right, on the moon in space',
    'a woman in a purple dress with brown hair in a bun walking in the desert at sunset',
    'portrait of a robot, in a cozy room',
    'a photo of a king, kneeling, in a forest, with a cat',
    'a cartoon of a woman with pink hair, wearing a white shirt and a black top hat, with hands on hips, on a plain teal background',
]


class Classifier(nn.Module):
    """Pictures (n, 3, 128, 128) in 0..1 to one row of scores per attribute of data.LABELS."""

    def __init__(self):
        super().__init__()
        layers, c = [], 3
        for width in (48, 96, 192, 256, 256):
            layers += [nn.Conv2d(c, width, 3, 2, 1), nn.GroupNorm(16, width), nn.SiLU(),
                       nn.Conv2d(width, width, 3, 1, 1), nn.GroupNorm(16, width), nn.SiLU()]
            c = width
        self.body = nn.Sequential(*layers)
        self.heads = nn.ModuleList([nn.Sequential(nn.Linear(c * 16, 256), nn.SiLU(), nn.Linear(256, len(v)))
                                    for v in data.LABELS.values()])

    def forward(self, x):
        h = self.body(x * 2 - 1).flatten(1)
        return [head(h) for head in self.heads]


def _small(images):
    """Pictures (n, 3, s, s) at the size the classifier reads."""
    return F.adaptive_avg_pool2d(images, 128)


def train_classifier(images, labels, steps, seed=11):
    """A classifier of renders; blur and noise keep it from leaning on what only a renderer draws."""
    torch.manual_seed(seed)
    device = images.device
    model = Classifier().to(device).to(memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=.05)
    rate = torch.optim.lr_scheduler.OneCycleLR(optimizer, 2e-3, steps)
    labels = torch.as_tensor(labels, device=device)
    for step in range(steps):
        rows = torch.randint(0, len(images), (min(256, len(images)),), device=device)
        x = _small(images[rows].permute(0, 3, 1, 2).float() / 255)
        if step % 2:
            x = F.avg_pool2d(F.pad(x, (1, 1, 1, 1), mode='reflect'), 3, 1)
        x = (x + .04 * torch.randn_like(x)).contiguous(memory_format=torch.channels_last)
        with half_precision(images.device):
            total = sum(F.cross_entropy(s.float(), labels[rows, i]) for i, s in enumerate(model(x)))
        optimizer.zero_grad(set_to_none=True)
        total.backward()
        optimizer.step()
        rate.step()
    return model.eval()


@torch.no_grad()
def _right(model, pictures, labels):
    """Share of right answers per attribute; pictures (n, 3, s, s) in 0..1."""
    right = torch.zeros(len(data.LABELS))
    for i in range(0, len(pictures), 250):
        for k, scores in enumerate(model(_small(pictures[i:i + 250]))):
            right[k] += (scores.argmax(1).cpu() == torch.as_tensor(labels[i:i + 250, k])).float().sum()
    return {name: round(100 * right[k].item() / len(pictures), 1) for k, name in enumerate(data.LABELS)}


def _asked(count, unseen):
    """Prompts that name every attribute the classifier is asked about, with the labels."""
    rng = random.Random(900 + unseen)
    prompts, specs = [], []
    while len(specs) < count:
        spec = world.sample_held_out(rng) if unseen else world.sample(rng)
        spec.shot, spec.time, spec.pet = 'full', 'day', ''
        if spec.view == 'back':
            spec.view = 'front'
        color = f'{spec.color} ' if spec.kind in ('robot', 'ninja') else ''
        who = captions.article(color + spec.kind)
        wear = f', wearing {captions.article(spec.color + " " + spec.outfit)}' if spec.fleshly and spec.outfit != 'cape' else \
            f', wearing {spec.color} clothes and a {spec.second} cape' if spec.fleshly else ''
        view = '' if spec.view == 'front' else f', facing {spec.view}'
        place = f'on a plain {spec.background} background' if spec.scene == 'plain' else spec.scene
        prompts.append(f'a {spec.style} of {who}{wear}, {spec.pose}{view}, {place}, full body')
        specs.append(spec)
    return prompts, data.labels(specs), [s.kind not in ('knight', 'astronaut') and s.style != 'pencil sketch' for s in specs]


def attributes(pipeline, model, count):
    """Accuracy on generated pictures, for combinations that training saw and for held-out ones."""
    out = {}
    for name, unseen in (('seen', False), ('unseen', True)):
        prompts, labels, colored = _asked(count, unseen)
        pictures = torch.cat([pipeline.draw(prompts[i:i + 125], 1000 + i) for i in range(0, count, 125)])
        out[name] = _right(model, pictures, labels)
        rows = [i for i, c in enumerate(colored) if c]
        out[name]['color'] = _right(model, pictures[rows], labels[rows])['color'] if rows else None
    return out


@torch.no_grad()
def reconstruction(vae, held_out):
    """Mean and worst PSNR in dB per style, and pairs of pictures to look at; `held_out` maps a style to byte pictures."""
    out, pairs = {}, []
    for style, images in held_out.items():
        values = []
        for i in range(0, len(images), 50):
            x = data.to_float(images[i:i + 50])
            y = vae.decode(vae.encode(x)[0]).clamp(-1, 1)
            values.append(-10 * torch.log10((((y - x) / 2) ** 2).mean((1, 2, 3))))
            if i == 0:
                pairs.append(torch.stack([x[:4], y[:4]], 1).flatten(0, 1) / 2 + .5)
        values = torch.cat(values)
        out[style] = {'mean': round(values.mean().item(), 2), 'worst': round(values.min().item(), 2)}
    return out, torch.cat(pairs)


def scenes(run):
    """Held-out scenes per style, and fresh ones for the classifier's test; forks, so call before using the GPU."""
    styles = {s: data.scenes(70_000 + i, run.held_out, style=s) for i, s in enumerate(world.STYLES)}
    return styles, data.scenes(80_000, max(run.held_out, run.prompts), shot='full')


def evaluate(folder, out, run, prepared, train_images, train_labels, device):
    """Writes evaluation.json, contact.png and reconstruction.png into `out`; returns the numbers."""
    pipeline = Pipeline(folder, device)
    styles, fresh = prepared
    held_out = {s: data.pictures(a, device, run.size)[0] for s, (a, _, _) in styles.items()}
    numbers = {}
    numbers['psnr'], pairs = reconstruction(pipeline.vae, held_out)
    sheet.save(pairs, 8, os.path.join(out, 'reconstruction.png'))
    count = len(PROMPTS) if run.prompts > 10 else 2
    pictures = torch.cat([pipeline.draw([p], zlib.crc32(p.encode()) % 2 ** 31) for p in PROMPTS[:count]])
    sheet.save(pictures, 8, os.path.join(out, 'contact.png'))
    print(json.dumps(numbers), flush=True)
    if train_images is not None:
        model = train_classifier(train_images, train_labels, run.classifier_steps)
        images = data.pictures(fresh[0], device, run.size)[0].permute(0, 3, 1, 2).float() / 255
        numbers['classifier on renders'] = _right(model, images, fresh[2])
        numbers['generated'] = attributes(pipeline, model, run.prompts)
    with open(os.path.join(out, 'evaluation.json'), 'w', encoding='utf-8') as f:
        json.dump(numbers, f, indent=2)
    return numbers
