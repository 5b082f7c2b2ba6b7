"""From a picture to what is known of each of its places: depth, or where key points are."""
import torch
from torch import nn

from storybook.nn.layers import Downsample2D, ResnetBlock2D, Upsample2D


class Estimator(nn.Module):
    """Pictures (n, 3, s, s) in 0..1 to (n, out channels, s/2, s/2): a U-Net (Ronneberger et al., arXiv:1505.04597)."""

    def __init__(self, config):
        super().__init__()
        self.config = config
        widths = config['block_out_channels']
        self.conv_in = nn.Conv2d(3, widths[0], 5, 2, padding=2)
        self.first = ResnetBlock2D(widths[0], widths[0])
        pairs = list(zip(widths, widths[1:]))
        self.down = nn.ModuleList([nn.ModuleList([Downsample2D(a), ResnetBlock2D(a, b)]) for a, b in pairs])
        self.up = nn.ModuleList([nn.ModuleList([Upsample2D(b), ResnetBlock2D(b + a, a)]) for a, b in reversed(pairs)])
        self.conv_out = nn.Conv2d(widths[0], config['out_channels'], 3, padding=1)

    def forward(self, x):
        h = self.first(self.conv_in(x * 2 - 1))
        skips = []
        for down, block in self.down:
            skips.append(h)
            h = block(down(h))
        for up, block in self.up:
            h = block(torch.cat([up(h), skips.pop()], 1))
        return self.conv_out(h)
