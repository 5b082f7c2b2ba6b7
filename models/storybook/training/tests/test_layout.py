"""Keeps the recipe and the published model in step: `python -m unittest` in this folder, on the CPU, in seconds."""
import json
import os
import random
import struct
import unittest

import torch

from storybook import captions, config, data, figure, render, schedule, world
from storybook.nn.clip_text import TextEncoder
from storybook.nn.layers import GroupNorm
from storybook.nn.unet import UNet
from storybook.nn.vae import Autoencoder
from storybook.tokenizer import Tokenizer, learn

MODEL = os.path.join(os.path.dirname(__file__), '..', '..')


def _header(path):
    with open(path, 'rb') as f:
        header = json.loads(f.read(struct.unpack('<Q', f.read(8))[0]))
    header.pop('__metadata__', None)
    return header


def _config(part):
    with open(os.path.join(MODEL, part, 'config.json'), encoding='utf-8') as f:
        return json.load(f)


class LayoutTest(unittest.TestCase):
    def assert_same(self, module, part, file):
        header = _header(os.path.join(MODEL, part, file))
        shapes = {name: tuple(entry['shape']) for name, entry in header.items()}
        self.assertEqual({name: tuple(value.shape) for name, value in module.state_dict().items()}, shapes)
        self.assertEqual({'F16'}, {entry['dtype'] for entry in header.values()})

    def test_networks_have_the_published_names_and_shapes(self):
        self.assert_same(UNet(_config('unet')), 'unet', 'diffusion_pytorch_model.safetensors')
        self.assert_same(Autoencoder(_config('vae')), 'vae', 'diffusion_pytorch_model.safetensors')
        self.assert_same(TextEncoder(_config('text_encoder')), 'text_encoder', 'model.safetensors')

    def test_configurations_are_the_published_ones(self):
        self.assertEqual(config.UNET, _config('unet'))
        vae = _config('vae')
        self.assertGreater(vae.pop('scaling_factor'), 0)
        self.assertEqual(config.VAE, vae)
        text = _config('text_encoder')
        self.assertEqual(config.text_config(text['vocab_size']), text)

    def test_the_published_vocabulary_is_the_one_its_merges_make(self):
        folder = os.path.join(MODEL, 'tokenizer')
        tokenizer = Tokenizer.load(folder)
        with open(os.path.join(folder, 'vocab.json'), encoding='utf-8') as f:
            self.assertEqual(json.load(f), tokenizer.ids)
        self.assertEqual(_config('text_encoder')['vocab_size'], len(tokenizer))


class WorldTest(unittest.TestCase):
    def test_every_spec_becomes_a_figure_with_a_caption_of_at_most_77_tokens(self):
        rng = random.Random(1)
        specs = [world.sample(rng) for _ in range(500)]
        arrays = render.stack([figure.build(s, rng) for s in specs], specs, rng)
        self.assertEqual(500, len(arrays['camera']))
        texts = [captions.caption(s, rng) for s in specs]
        tokenizer = Tokenizer(learn(texts))
        self.assertTrue(all(len(tokenizer.encode(t)) == 77 for t in texts))
        self.assertTrue(any(tokenizer.encode(t)[60] == tokenizer.ids['<|endoftext|>'] for t in texts))

    def test_training_never_draws_a_held_out_combination(self):
        rng = random.Random(2)
        self.assertFalse(any(world.held_out(world.sample(rng)) for _ in range(2000)))
        self.assertTrue(all(world.held_out(world.sample_held_out(rng)) for _ in range(20)))


    def test_a_question_is_asked_only_of_pictures_that_show_the_answer(self):
        rng = random.Random(3)
        specs = [world.sample(rng, kind='knight', style='photo', shot='full', view='front'),
                 world.sample(rng, kind='woman', style='pencil sketch', shot='portrait', view='front'),
                 world.sample(rng, kind='woman', style='photo', shot='full', view='left')]
        hidden = [[name for name, label in zip(data.LABELS, row) if label == data.HIDDEN] for row in data.labels(specs)]
        self.assertEqual([['color'], ['kind', 'color', 'pose'], []], hidden)

    def test_a_child_has_a_larger_head_for_its_size(self):
        def height_in_heads(kind):
            rng = random.Random(4)
            spec = world.sample(rng, kind=kind, pose='standing', hat='', pet='', prop='', hair='short', shot='full', view='front')
            built = figure.build(spec, rng)
            points = dict(zip(world.KEYPOINTS, built['points']))
            return (points['nose'] - points['r_ankle'])[1] / built['face'][2]

        self.assertLess(height_in_heads('boy'), .8 * height_in_heads('man'))


class LayersTest(unittest.TestCase):
    def test_group_norm_by_channel_is_group_norm(self):
        torch.manual_seed(0)
        norm = GroupNorm(32, 96)
        torch.nn.init.normal_(norm.weight)
        torch.nn.init.normal_(norm.bias)
        x = (torch.randn(2, 96, 8, 8) * 3 + 1).to(memory_format=torch.channels_last)
        self.assertTrue(torch.allclose(norm(x), norm.by_channel(x), atol=1e-5))


class ScheduleTest(unittest.TestCase):
    def test_a_perfect_guess_of_the_noise_brings_the_picture_back(self):
        share = schedule.alphas_cumprod()
        picture, noise = torch.full((1, 4, 2, 2), .5), torch.randn(1, 4, 2, 2)

        def denoise(x, t):
            return (x - share[t].sqrt() * picture) / (1 - share[t]).sqrt()

        self.assertTrue(torch.allclose(schedule.sample(denoise, noise), picture, atol=1e-4))


if __name__ == '__main__':
    unittest.main()
