"""A model folder, loaded for drawing: the evaluation works on what was exported, not on what was in memory."""
import json
import os

import torch
from safetensors.torch import load_file

from storybook import schedule
from storybook.nn.clip_text import TextEncoder
from storybook.nn.unet import UNet
from storybook.nn.vae import Autoencoder
from storybook.tokenizer import Tokenizer


def load(kind, folder, device, file='diffusion_pytorch_model.safetensors'):
    """A network from its folder, in 32-bit floats."""
    with open(os.path.join(folder, 'config.json'), encoding='utf-8') as f:
        model = kind(json.load(f))
    weights = load_file(os.path.join(folder, file))
    model.load_state_dict({k: v.float() for k, v in weights.items()})
    return model.to(device).eval()


class Pipeline:
    """Text to pictures with classifier-free guidance."""

    def __init__(self, folder, device):
        self.device = device
        self.unet = load(UNet, os.path.join(folder, 'unet'), device)
        self.vae = load(Autoencoder, os.path.join(folder, 'vae'), device)
        self.text = load(TextEncoder, os.path.join(folder, 'text_encoder'), device, 'model.safetensors')
        self.tokenizer = Tokenizer.load(os.path.join(folder, 'tokenizer'))
        self.size = self.vae.config['sample_size']

    def to(self, device):
        """Moves all networks."""
        self.device = device
        for network in (self.unet, self.vae, self.text):
            network.to(device).to(memory_format=torch.channels_last)

    @torch.no_grad()
    def draw(self, prompts, seed, steps=20, guidance=5., size=None, control=None, picture=None):
        """Pictures (n, 3, size, size) in 0..1; the noise comes from the CPU's generator, so that it is the same everywhere.

        :param size: their side, or None for the model's own
        :param control: a ControlNet, or None; picture: its control pictures (n, 3, size, size) in 0..1
        """
        side = (size or self.size) // 8
        noise = torch.randn(len(prompts), 4, side, side, generator=torch.Generator().manual_seed(seed)).to(self.device)
        ids = torch.tensor([self.tokenizer.encode(p) for p in [''] * len(prompts) + list(prompts)], device=self.device)
        context = self.text(ids)

        def denoise(x, t):
            times = torch.full((2 * len(x),), t, device=self.device)
            both = torch.cat([x, x])
            residuals = control(both, times, context, torch.cat([picture, picture])) if control else None
            without, with_text = self.unet(both, times, context, residuals).chunk(2)
            return without + guidance * (with_text - without)

        latents = schedule.sample(denoise, noise, steps)
        return (self.vae.decode(latents / self.vae.config['scaling_factor']) / 2 + .5).clamp(0, 1)
