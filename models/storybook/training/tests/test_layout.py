"""Keeps the recipe and the published model in step: `python -m unittest` in this folder, on the CPU, in seconds."""
import json
import os
import random
import struct
import unittest

from storybook import captions, config, figure, render, schedule, world
from storybook.nn.clip_text import TextEncoder
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


class ScheduleTest(unittest.TestCase):
    def test_a_perfect_guess_of_the_noise_brings_the_picture_back(self):
        import torch
        share = schedule.alphas_cumprod()
        picture, noise = torch.full((1, 4, 2, 2), .5), torch.randn(1, 4, 2, 2)

        def denoise(x, t):
            return (x - share[t].sqrt() * picture) / (1 - share[t]).sqrt()

        self.assertTrue(torch.allclose(schedule.sample(denoise, noise), picture, atol=1e-4))


if __name__ == '__main__':
    unittest.main()
