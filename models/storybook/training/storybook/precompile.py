"""Compiles the autoencoder's training while the pictures are drawn.

torch.compile keeps what it compiled in a cache on disk; this process fills it with a few steps on random
numbers of the right shapes. `python -m storybook.precompile SIZE BATCH`.
"""
import sys
import tempfile

import torch

from storybook import config, train_vae
from storybook.nn.vae import Autoencoder


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


def main(size, batch):
    """Some steps with crops, some with whole pictures, and the encoder alone."""
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
    torch.backends.cudnn.benchmark = True
    vae = Autoencoder(config.VAE | {'sample_size': size}).cuda().to(memory_format=torch.channels_last)
    images = torch.randint(0, 256, (256, size, size, 3), dtype=torch.uint8, device='cuda')
    heads = torch.full((len(images), 2), size / 2, device='cuda')
    styles = torch.zeros(len(images), dtype=torch.long)
    with tempfile.TemporaryDirectory() as folder:
        train_vae.train(vae, images, heads, styles, 10, batch, folder, Alone())
    train_vae.encode(vae.eval(), images)


if __name__ == '__main__':
    main(*map(int, sys.argv[1:]))
