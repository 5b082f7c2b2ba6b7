"""SD 1.5's UNet in small (diffusers' UNet2DConditionModel)."""
import math

import torch
import torch.nn.functional as F
from torch import nn

from storybook.nn.layers import (GROUPS, Block, Downsample2D, GroupNorm, ResnetBlock2D, Transformer2DModel, Upsample2D)


class TimeEmbedding(nn.Module):
    """Two linear layers over sines and cosines of the time step."""

    def __init__(self, c_in, width):
        super().__init__()
        self.linear_1, self.linear_2 = nn.Linear(c_in, width), nn.Linear(width, width)

    def forward(self, x):
        return self.linear_2(F.silu(self.linear_1(x)))


def build_down(module, config):
    """Gives `module` a UNet's way down under diffusers' names; returns the widths of what it passes on."""
    widths, layers = config['block_out_channels'], config['layers_per_block']
    time = widths[0] * 4
    module.conv_in = nn.Conv2d(config['in_channels'], widths[0], 3, padding=1)
    module.time_embedding = TimeEmbedding(widths[0], time)
    skips, c, downs = [widths[0]], widths[0], []
    for i, width in enumerate(widths):
        last = i == len(widths) - 1
        resnets = [ResnetBlock2D(c if j == 0 else width, width, time) for j in range(layers)]
        downs.append(Block(resnets, _attentions(config, width, config['down_block_types'][i], layers),
                           downsampler=None if last else Downsample2D(width)))
        skips += [width] * (layers + (not last))
        c = width
    module.down_blocks = nn.ModuleList(downs)
    module.mid_block = Block([ResnetBlock2D(c, c, time) for _ in range(2)], _attentions(config, c, 'Cross', 1))
    return skips


def _attentions(config, width, block_type, times):
    context, heads = config['cross_attention_dim'], config['attention_head_dim']
    return [Transformer2DModel(width, context, heads) for _ in range(times)] if block_type.startswith('Cross') else None


def go_down(module, x, t, context, hint=None):
    """What comes out of the middle, what each level passes on, and the time's embedding."""
    half = module.config['block_out_channels'][0] // 2
    frequency = torch.exp(-math.log(10000) * torch.arange(half, device=x.device).float() / half)
    angle = t.float()[:, None] * frequency
    time = module.time_embedding(torch.cat([angle.cos(), angle.sin()], -1))
    h = module.conv_in(x)
    if hint is not None:
        h = h + hint
    skips = [h]
    for block in module.down_blocks:
        for j, resnet in enumerate(block.resnets):
            h = resnet(h, time)
            if hasattr(block, 'attentions'):
                h = block.attentions[j](h, context)
            skips.append(h)
        if hasattr(block, 'downsamplers'):
            h = block.downsamplers[0](h)
            skips.append(h)
    h = module.mid_block.resnets[0](h, time)
    return module.mid_block.resnets[1](module.mid_block.attentions[0](h, context), time), skips, time


class UNet(nn.Module):
    """Noise (n, 4, h, w), time steps (n,) and text states (n, 77, context) to the predicted noise."""

    def __init__(self, config):
        super().__init__()
        self.config = config
        widths, layers = config['block_out_channels'], config['layers_per_block']
        time, c = widths[0] * 4, widths[-1]
        skips = build_down(self, config)
        ups = []
        for i, width in enumerate(reversed(widths)):
            resnets = []
            for _ in range(layers + 1):
                resnets.append(ResnetBlock2D(c + skips.pop(), width, time))
                c = width
            ups.append(Block(resnets, _attentions(config, width, config['up_block_types'][i], layers + 1),
                             upsampler=None if i == len(widths) - 1 else Upsample2D(width)))
        self.up_blocks = nn.ModuleList(ups)
        self.conv_norm_out = GroupNorm(GROUPS, widths[0], config['norm_eps'])
        self.conv_out = nn.Conv2d(widths[0], config['out_channels'], 3, padding=1)

    def forward(self, x, t, context, residuals=None):
        """:param residuals: what a ControlNet adds to what each level passes on and to the middle"""
        h, skips, time = go_down(self, x, t, context)
        if residuals is not None:
            *down, middle = residuals
            h, skips = h + middle, [skip + r for skip, r in zip(skips, down)]
        for block in self.up_blocks:
            for j, resnet in enumerate(block.resnets):
                h = resnet(torch.cat([h, skips.pop()], 1), time)
                if hasattr(block, 'attentions'):
                    h = block.attentions[j](h, context)
            if hasattr(block, 'upsamplers'):
                h = block.upsamplers[0](h)
        return self.conv_out(F.silu(self.conv_norm_out(h)))
