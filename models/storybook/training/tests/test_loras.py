"""Keeps the LoRAs under kohya's names, and the subject set as published; on the CPU, in seconds."""
import os
import random
import tempfile
import unittest

import torch
from safetensors import safe_open

from storybook import additions, config, figure, loras, props, subject
from storybook.nn.clip_text import TextEncoder
from storybook.nn.lora import Lora
from storybook.nn.unet import UNet
from tests.test_layout import _header

EXTRAS = os.path.join(os.path.dirname(__file__), '..', '..', '..', 'storybook-extras')


def _lora():
    torch.manual_seed(0)
    return Lora(UNet(config.UNET), TextEncoder(config.text_config(1073)), loras.RANK, loras.ALPHA)


class LoraTest(unittest.TestCase):
    def test_names_and_shapes_are_the_published_ones(self):
        own = {name: tuple(value.shape) for name, value in _lora().state_dict().items()}
        self.assertIn('lora_unet_mid_block_attentions_0_transformer_blocks_0_attn2_to_k.lora_down.weight', own)
        self.assertIn('lora_te_text_model_encoder_layers_3_self_attn_q_proj.alpha', own)
        for addition in additions.ALL:
            header = _header(os.path.join(EXTRAS, 'loras', f'{addition.name}.safetensors'))
            self.assertEqual(own, {name: tuple(entry['shape']) for name, entry in header.items()})

    def test_a_file_says_what_calls_it_up(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, 'wings.safetensors')
            loras.write(path, additions.OBJECT, _lora(), ['a girl, butterfly wings'])
            with safe_open(path, 'pt') as file:
                self.assertEqual('butterfly wings', file.metadata()['modelspec.trigger_phrase'])
                self.assertEqual({torch.float16}, {file.get_tensor(name).dtype for name in file.keys()})

    def test_wings_are_on_the_figure_and_not_in_its_hand(self):
        spec = additions.OBJECT.specs(random.Random(1), 1)[0]
        bare, winged = (figure.build(spec, random.Random(2), more) for more in (None, props.wings))
        self.assertEqual(len(bare['start']) + 8, len(winged['start']))


class SubjectTest(unittest.TestCase):
    def test_captions_are_the_published_ones(self):
        for i, spec in enumerate(subject.specs(), 1):
            with open(os.path.join(EXTRAS, 'subject', f'{i:02}.txt'), encoding='utf-8') as f:
                self.assertEqual(subject.caption(spec) + '\n', f.read())


if __name__ == '__main__':
    unittest.main()
