"""Compiles the UNet's training step while the autoencoder still trains.

torch.compile keeps what it compiled in a cache on disk; this process fills it with one step on random
numbers of the right shapes. `python -m storybook.precompile VOCABULARY BATCH SIDE`.
"""
import sys
import tempfile

import torch

from storybook import config, train_unet
from storybook.nn.clip_text import TextEncoder
from storybook.nn.unet import UNet


class Alone:
    """A team of one, whatever the environment says."""

    size, rank, leader = 1, 0, False

    def log(self, text):
        """Keeps silent."""

    def average_gradients(self, parameters):
        """Nothing to average."""

    def leaders(self, value):
        """The number itself."""
        return value


def main(vocabulary, batch, side):
    """One compiled training step."""
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
    torch.backends.cudnn.benchmark = True
    unet = UNet(config.UNET | {'sample_size': side}).cuda().to(memory_format=torch.channels_last)
    text = TextEncoder(config.text_config(vocabulary)).cuda().to(memory_format=torch.channels_last)
    latents = torch.randn(batch, 4, side, side, device='cuda').half()
    ids = torch.zeros(batch, 77, dtype=torch.long, device='cuda')
    with tempfile.TemporaryDirectory() as folder:
        train_unet.train(unet, text, latents, ids, ids[0], 1, batch, folder, Alone())


if __name__ == '__main__':
    main(*map(int, sys.argv[1:]))
