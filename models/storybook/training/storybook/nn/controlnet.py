"""ControlNet (Zhang et al., arXiv:2302.05543) in diffusers' layout and names (ControlNetModel)."""
import torch
import torch.nn.functional as F
from torch import nn

from storybook.nn.unet import build_down, go_down


def _zero(layer):
    nn.init.zeros_(layer.weight)
    nn.init.zeros_(layer.bias)
    return layer


class Conditioning(nn.Module):
    """A control picture (n, 3, 8h, 8w) of 0..1 to features (n, width, h, w), which are zero before training."""

    def __init__(self, width, widths):
        super().__init__()
        self.conv_in = nn.Conv2d(3, widths[0], 3, padding=1)
        blocks = []
        for narrow, wide in zip(widths, widths[1:]):
            blocks += [nn.Conv2d(narrow, narrow, 3, padding=1), nn.Conv2d(narrow, wide, 3, 2, padding=1)]
        self.blocks = nn.ModuleList(blocks)
        self.conv_out = _zero(nn.Conv2d(widths[-1], width, 3, padding=1))

    @torch.no_grad()
    def begin(self, picture, agreed=float):
        """Gives each layer but the last an output of variance one for these control pictures.

        :param agreed: a number of this process to that of the whole team

        Thin lines on black are a few bright places among many that are zero: PyTorch's own beginning leaves a 300th of
        them by the last layer, too little to learn from. Layer-sequential unit variance of Mishkin & Matas
        (arXiv:1511.06422).
        """
        h = picture
        for layer in (self.conv_in, *self.blocks):
            nn.init.normal_(layer.weight)
            nn.init.zeros_(layer.bias)
            layer.weight /= agreed(layer(h).std().item())
            h = F.silu(layer(h))

    def forward(self, picture):
        h = F.silu(self.conv_in(picture))
        for block in self.blocks:
            h = F.silu(block(h))
        return self.conv_out(h)


class ControlNet(nn.Module):
    """A UNet's way down and middle, and what it adds to the UNet's, through convolutions that begin at zero."""

    def __init__(self, config):
        super().__init__()
        self.config = config
        skips = build_down(self, config)
        self.controlnet_cond_embedding = Conditioning(skips[0], config['conditioning_embedding_out_channels'])
        self.controlnet_down_blocks = nn.ModuleList([_zero(nn.Conv2d(c, c, 1)) for c in skips])
        self.controlnet_mid_block = _zero(nn.Conv2d(skips[-1], skips[-1], 1))

    @staticmethod
    def of(unet, config):
        """A new one that begins with the UNet's weights."""
        model = ControlNet(config)
        own = model.state_dict()
        model.load_state_dict({name: unet.state_dict().get(name, value) for name, value in own.items()})
        return model

    def forward(self, x, t, context, picture):
        """What is added at each level and, last, in the middle."""
        h, skips, _ = go_down(self, x, t, context, self.controlnet_cond_embedding(picture))
        return [conv(s) for conv, s in zip(self.controlnet_down_blocks, skips)] + [self.controlnet_mid_block(h)]
