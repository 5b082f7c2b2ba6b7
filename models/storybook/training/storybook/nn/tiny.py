"""A decoder so small that it can draw every step (diffusers' AutoencoderTiny, the half that decodes).

Structure after TAESD (https://github.com/madebyollin/taesd, MIT), names after diffusers; written anew.
"""
import torch
from torch import nn


class Block(nn.Module):
    """Three convolutions and a shortcut; (n, width, h, w) to the same."""

    def __init__(self, width):
        super().__init__()
        self.conv = nn.Sequential(nn.Conv2d(width, width, 3, padding=1), nn.ReLU(), nn.Conv2d(width, width, 3, padding=1),
                                  nn.ReLU(), nn.Conv2d(width, width, 3, padding=1))

    def forward(self, x):
        return torch.relu(self.conv(x) + x)


class Decoder(nn.Module):
    """The layers, in the one list that diffusers numbers."""

    def __init__(self, latent, widths, blocks):
        super().__init__()
        layers = [nn.Conv2d(latent, widths[0], 3, padding=1), nn.ReLU()]
        for i, (width, count) in enumerate(zip(widths, blocks)):
            layers += [Block(width) for _ in range(count)]
            last = i == len(blocks) - 1
            if not last:
                layers.append(nn.Upsample(scale_factor=2))
            layers.append(nn.Conv2d(width, 3 if last else widths[i + 1], 3, padding=1, bias=last))
        self.layers = nn.Sequential(*layers)

    def forward(self, z):
        return self.layers(torch.tanh(z / 3) * 3) * 2 - 1


class PreviewDecoder(nn.Module):
    """Latents in the sampler's scale, (n, 4, h/8, w/8), to pictures (n, 3, h, w) of about -1..1."""

    def __init__(self, config):
        super().__init__()
        self.config = config
        self.decoder = Decoder(config['latent_channels'], config['decoder_block_out_channels'], config['num_decoder_blocks'])

    def forward(self, z):
        return self.decoder(z)
