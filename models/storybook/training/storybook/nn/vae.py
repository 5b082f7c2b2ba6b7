"""SD's autoencoder in small (diffusers' AutoencoderKL): pictures (n, 3, h, w) in -1..1, latents (n, 4, h/8, w/8)."""
import torch
import torch.nn.functional as F
from torch import nn

from storybook.nn.layers import GROUPS, Attention, Block, Downsample2D, GroupNorm, ResnetBlock2D, Upsample2D

EPS = 1e-6


class PixelAttention(Attention):
    """One head of self-attention over the pixels of a feature map."""

    def __init__(self, width):
        super().__init__(width, heads=1, bias=True, norm_groups=GROUPS, eps=EPS)

    def forward(self, x):
        n, c, h, w = x.shape
        tokens = self.group_norm(x).permute(0, 2, 3, 1).reshape(n, h * w, c)
        return x + super().forward(tokens).reshape(n, h, w, c).permute(0, 3, 1, 2)


def _middle(width):
    return Block([ResnetBlock2D(width, width, eps=EPS) for _ in range(2)], [PixelAttention(width)])


def _through_middle(block, h):
    return block.resnets[1](block.attentions[0](block.resnets[0](h)))


class Encoder(nn.Module):
    """Pictures to the mean and log variance of latents, before `quant_conv`."""

    def __init__(self, widths, layers, latent):
        super().__init__()
        self.conv_in = nn.Conv2d(3, widths[0], 3, padding=1)
        blocks, c = [], widths[0]
        for i, width in enumerate(widths):
            resnets = [ResnetBlock2D(c if j == 0 else width, width, eps=EPS) for j in range(layers)]
            last = i == len(widths) - 1
            blocks.append(Block(resnets, downsampler=None if last else Downsample2D(width, symmetric=False)))
            c = width
        self.down_blocks = nn.ModuleList(blocks)
        self.mid_block = _middle(c)
        self.conv_norm_out = GroupNorm(GROUPS, c, EPS)
        self.conv_out = nn.Conv2d(c, 2 * latent, 3, padding=1)

    def forward(self, x):
        h = self.conv_in(x)
        for block in self.down_blocks:
            for resnet in block.resnets:
                h = resnet(h)
            if hasattr(block, 'downsamplers'):
                h = block.downsamplers[0](h)
        return self.conv_out(F.silu(self.conv_norm_out(_through_middle(self.mid_block, h))))


class Decoder(nn.Module):
    """Latents, after `post_quant_conv`, to pictures."""

    def __init__(self, widths, layers, latent):
        super().__init__()
        c = widths[-1]
        self.conv_in = nn.Conv2d(latent, c, 3, padding=1)
        self.mid_block = _middle(c)
        blocks = []
        for i, width in enumerate(reversed(widths)):
            resnets = [ResnetBlock2D(c if j == 0 else width, width, eps=EPS) for j in range(layers + 1)]
            blocks.append(Block(resnets, upsampler=None if i == len(widths) - 1 else Upsample2D(width)))
            c = width
        self.up_blocks = nn.ModuleList(blocks)
        self.conv_norm_out = GroupNorm(GROUPS, c, EPS)
        self.conv_out = nn.Conv2d(c, 3, 3, padding=1)

    def forward(self, z):
        h = _through_middle(self.mid_block, self.conv_in(z))
        for block in self.up_blocks:
            for resnet in block.resnets:
                h = resnet(h)
            if hasattr(block, 'upsamplers'):
                h = block.upsamplers[0](h)
        return self.conv_out(F.silu(self.conv_norm_out(h)))


class Autoencoder(nn.Module):
    """Encoder and decoder with the 1×1 convolutions between them."""

    def __init__(self, config):
        super().__init__()
        self.config = config
        widths, layers, latent = config['block_out_channels'], config['layers_per_block'], config['latent_channels']
        self.encoder = Encoder(widths, layers, latent)
        self.decoder = Decoder(widths, layers, latent)
        self.quant_conv = nn.Conv2d(2 * latent, 2 * latent, 1)
        self.post_quant_conv = nn.Conv2d(latent, latent, 1)

    def encode(self, x):
        """Mean and log variance of the latents, each (n, 4, h/8, w/8)."""
        mean, log_variance = self.quant_conv(self.encoder(x)).chunk(2, 1)
        return mean, log_variance.clamp(-30, 20)

    def decode(self, z):
        """Latents (not scaled) to pictures."""
        return self.decoder(self.post_quant_conv(z))

    def forward(self, x, noise):
        """A reconstruction from a sampled latent, with the latent's mean and log variance."""
        mean, log_variance = self.encode(x)
        return self.decode(mean + (.5 * log_variance).exp() * noise), mean, log_variance
