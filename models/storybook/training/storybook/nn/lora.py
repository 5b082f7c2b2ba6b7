"""Low-rank additions to a network's linear layers and 1×1 convolutions (Hu et al., arXiv:2106.09685), under kohya's names."""
import torch
from torch import nn


class LowRank(nn.Module):
    """What is added to one layer's output; nothing before it is trained."""

    def __init__(self, layer, rank, alpha):
        super().__init__()
        convolution = isinstance(layer, nn.Conv2d)
        c_in, c_out = (layer.in_channels, layer.out_channels) if convolution else (layer.in_features, layer.out_features)
        kind = (lambda a, b: nn.Conv2d(a, b, 1, bias=False)) if convolution else (lambda a, b: nn.Linear(a, b, bias=False))
        self.lora_down, self.lora_up = kind(c_in, rank), kind(rank, c_out)
        nn.init.kaiming_uniform_(self.lora_down.weight, a=5 ** .5)
        nn.init.zeros_(self.lora_up.weight)
        self.register_buffer('alpha', torch.tensor(float(alpha)))
        self.factor = alpha / rank

    def forward(self, x):
        return self.lora_up(self.lora_down(x)) * self.factor


def _fits(name, layer):
    inside = 'transformer_blocks' in name or 'proj_in' in name or 'proj_out' in name or 'encoder.layers' in name
    return inside and (isinstance(layer, nn.Linear) or isinstance(layer, nn.Conv2d) and layer.kernel_size == (1, 1))


class Lora(nn.Module):
    """All additions to a UNet and a text encoder; they take part from `attach` to `detach`.

    The state dictionary has kohya's names: `lora_unet_…lora_down.weight`, `lora_te_…alpha`.
    """

    def __init__(self, unet, text, rank, alpha):
        super().__init__()
        self.rank, self.alpha, self.hooks = rank, alpha, []
        self.layers = [(f'{prefix}_{name}'.replace('.', '_'), layer) for prefix, network in (('lora_unet', unet), ('lora_te', text))
                       for name, layer in network.named_modules() if _fits(name, layer)]
        for name, layer in self.layers:
            self.add_module(name, LowRank(layer, rank, alpha))

    def attach(self):
        """Adds them from here on."""
        def added(module):
            return lambda layer, inputs, output: output + module(inputs[0])

        self.hooks = [layer.register_forward_hook(added(getattr(self, name))) for name, layer in self.layers]
        return self

    def detach(self):
        """Leaves the networks as they were."""
        for hook in self.hooks:
            hook.remove()
        self.hooks = []
