"""Numbers and sheets of a finished model folder.

* reconstruction: PSNR of the autoencoder on pictures never trained on, per style;
* attributes: :mod:`storybook.classifier` says what it sees in generated pictures; its accuracy on fresh
  renders of the very same scenes is the ceiling of what it can say;
* sheets: fixed prompts and seeds.
"""
import json
import os
import random
import zlib

import torch

from storybook import captions, classifier, data, sheet, world
from storybook.pipeline import Pipeline

HELD_OUT = 70_000  # the seed of pictures that no training saw
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


def _asked(count, unseen):
    """Specs of full figures, and prompts that name every attribute the classifier is asked about."""
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
    return prompts, specs


@torch.no_grad()
def reconstruct(vae, styles, size, device):
    """Mean and worst PSNR in dB per style, and pairs of pictures to look at.

    :param styles: Scenes by their style
    """
    out, pairs = {}, []
    for style, scenes_ in styles.items():
        images, values = data.pictures(scenes_.arrays, device, size)[0], []
        for i in range(0, len(images), 50):
            x = data.to_float(images[i:i + 50])
            y = vae.decode(vae.encode(x)[0]).clamp(-1, 1)
            values.append(-10 * torch.log10((((y - x) / 2) ** 2).mean((1, 2, 3))))
            if i == 0:
                pairs.append(torch.stack([x[:4], y[:4]], 1).flatten(0, 1) / 2 + .5)
        values = torch.cat(values)
        out[style] = {'mean': round(values.mean().item(), 2), 'worst': round(values.min().item(), 2)}
    return out, torch.cat(pairs)


def scenes(run, tokenizer):
    """Held-out scenes per style; the asked prompts with their scenes, by whether training saw their combination.

    Forks, so it is called before the GPU is touched.
    """
    styles = {s: data.scenes(HELD_OUT + i, run.held_out, tokenizer, style=s) for i, s in enumerate(world.STYLES)}
    asked = {}
    for name, unseen in (('seen', False), ('unseen', True)):
        prompts, specs = _asked(run.prompts, unseen)
        asked[name] = prompts, data.of(specs, random.Random(80_000 + unseen), tokenizer)
    return styles, asked


class Evaluation:
    """The numbers and sheets of one model folder, written into the folder `out` as they come.

    :param prepared: what :func:`scenes` gave
    """

    def __init__(self, folder, out, run, prepared, device):
        self.pipeline, self.out, self.run, self.device = Pipeline(folder, device), out, run, device
        self.styles, self.asked = prepared
        self.numbers, self.pictures = {}, {}

    def _save(self):
        with open(os.path.join(self.out, 'evaluation.json'), 'w', encoding='utf-8') as f:
            json.dump(self.numbers, f, indent=2)
        return self.numbers

    def _sheet(self, pictures, name):
        sheet.save(pictures, 8, os.path.join(self.out, name))

    def reconstruct(self):
        """See the function of this name."""
        self.numbers['psnr'], pairs = reconstruct(self.pipeline.vae, self.styles, self.run.size, self.device)
        self._sheet(pairs, 'reconstruction.png')
        self._save()
        return self.numbers['psnr']

    def draw(self):
        """The contact sheet, and the pictures that were asked for."""
        prompts = PROMPTS if self.run.prompts > 10 else PROMPTS[:2]
        self._sheet(torch.cat([self.pipeline.draw([p], zlib.crc32(p.encode()) % 2 ** 31) for p in prompts]), 'contact.png')
        for name, (prompts, _) in self.asked.items():
            self.pictures[name] = torch.cat([self.pipeline.draw(prompts[i:i + 125], 1000 + i) for i in range(0, len(prompts), 125)])
            self._sheet(self.pictures[name][:64], f'asked-{name}.jpg')
            self.numbers[f'asked, {name}'] = prompts[:64]
        return self._save()

    def classify(self, model):
        """What the classifier says of drawn and generated pictures, as shares of right answers."""
        for name, (_, scenes_) in self.asked.items():
            drawn = data.pictures(scenes_.arrays, self.device, self.run.size)[0].permute(0, 3, 1, 2).float() / 255
            self.numbers[f'classifier on renders, {name}'] = classifier.right(model, drawn, scenes_.labels)
            self.numbers[f'generated, {name}'] = classifier.right(model, self.pictures[name], scenes_.labels)
        return self._save()

    def judge(self, images, labels, seconds, log):
        """All of it, said as it comes.

        :param images: bytes on the device, with their labels: what the classifier learns from
        :param seconds: how long it learns instead of its steps, or None
        """
        log(f'reconstruction: {self.reconstruct()}')
        self.draw()
        log('drawn')
        self.classify(classifier.train(images, labels, self.run.classifier_steps, self.run.classifier_batch, seconds))
        log(f'evaluation: { {k: v for k, v in self.numbers.items() if not k.startswith("asked")} }')
