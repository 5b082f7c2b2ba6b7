"""Building blocks with the parameter names of diffusers, so that exported weights load wherever SD 1.5's do.

Structure after Rombach et al., "High-Resolution Image Synthesis with Latent Diffusion Models"
(arXiv:2112.10752), names after https://github.com/huggingface/diffusers (Apache-2.0); written anew.
"""
import torch
import torch.nn.functional as F
from torch import nn

GROUPS = 32


class GroupNorm(nn.GroupNorm):
    """Group norm; where it is compiled, from sums per channel.

    PyTorch's own copies a channels-last tensor into plain order and leaves it there, so that each
    convolution behind it copies it back; sums per channel read and write memory in its order.
    """

    def forward(self, x):
        return self.by_channel(x) if torch.compiler.is_compiling() else super().forward(x)

    def by_channel(self, x):
        """The same numbers, in 32-bit floats."""
        n, c, h, w = x.shape
        x = x.float()
        groups, count = self.num_groups, c // self.num_groups * h * w
        mean = x.sum((2, 3)).view(n, groups, -1).sum(-1, keepdim=True) / count
        square = (x * x).sum((2, 3)).view(n, groups, -1).sum(-1, keepdim=True) / count
        rate = ((square - mean * mean).clamp(min=0) + self.eps).rsqrt()
        scale = rate * self.weight.view(1, groups, -1)
        shift = self.bias.view(1, groups, -1) - mean * scale
        return x * scale.view(n, c, 1, 1) + shift.view(n, c, 1, 1)


class ResnetBlock2D(nn.Module):
    """norm, SiLU, conv, time shift, norm, SiLU, conv, and a shortcut; (n, c_in, h, w) to (n, c_out, h, w)."""

    def __init__(self, c_in, c_out, time=None, eps=1e-5):
        super().__init__()
        self.norm1 = GroupNorm(GROUPS, c_in, eps)
        self.conv1 = nn.Conv2d(c_in, c_out, 3, padding=1)
        if time:
            self.time_emb_proj = nn.Linear(time, c_out)
        self.norm2 = GroupNorm(GROUPS, c_out, eps)
        self.conv2 = nn.Conv2d(c_out, c_out, 3, padding=1)
        if c_in != c_out:
            self.conv_shortcut = nn.Conv2d(c_in, c_out, 1)
        self.widens = c_in != c_out

    def forward(self, x, time=None):
        h = self.conv1(F.silu(self.norm1(x)))
        if time is not None:
            h = h + self.time_emb_proj(F.silu(time))[:, :, None, None]
        h = self.conv2(F.silu(self.norm2(h)))
        return h + (self.conv_shortcut(x) if self.widens else x)


class Attention(nn.Module):
    """Multi-head attention of x (n, tokens, width) on context (n, tokens', context width)."""

    def __init__(self, width, context=None, heads=4, bias=False, norm_groups=None, eps=1e-6):
        super().__init__()
        self.heads = heads
        if norm_groups:
            self.group_norm = GroupNorm(norm_groups, width, eps)
        self.to_q = nn.Linear(width, width, bias)
        self.to_k = nn.Linear(context or width, width, bias)
        self.to_v = nn.Linear(context or width, width, bias)
        self.to_out = nn.ModuleList([nn.Linear(width, width)])

    def forward(self, x, context=None):
        context = x if context is None else context
        n, _, width = x.shape

        def split(t):
            return t.view(n, -1, self.heads, width // self.heads).transpose(1, 2)

        out = F.scaled_dot_product_attention(split(self.to_q(x)), split(self.to_k(context)), split(self.to_v(context)))
        return self.to_out[0](out.transpose(1, 2).reshape(n, -1, width))


class GEGLU(nn.Module):
    """A linear layer gated by GELU (Shazeer 2020, arXiv:2002.05202)."""

    def __init__(self, width, inner):
        super().__init__()
        self.proj = nn.Linear(width, inner * 2)

    def forward(self, x):
        value, gate = self.proj(x).chunk(2, -1)
        return value * F.gelu(gate)


class FeedForward(nn.Module):
    """Four times wider and back."""

    def __init__(self, width):
        super().__init__()
        self.net = nn.ModuleList([GEGLU(width, 4 * width), nn.Identity(), nn.Linear(4 * width, width)])

    def forward(self, x):
        return self.net[2](self.net[0](x))


class BasicTransformerBlock(nn.Module):
    """Self-attention, attention on the text, feed-forward, each with layer norm and a shortcut."""

    def __init__(self, width, context, heads):
        super().__init__()
        self.norm1, self.attn1 = nn.LayerNorm(width), Attention(width, None, heads)
        self.norm2, self.attn2 = nn.LayerNorm(width), Attention(width, context, heads)
        self.norm3, self.ff = nn.LayerNorm(width), FeedForward(width)

    def forward(self, x, context):
        x = x + self.attn1(self.norm1(x))
        x = x + self.attn2(self.norm2(x), context)
        return x + self.ff(self.norm3(x))


class Transformer2DModel(nn.Module):
    """One transformer block over the pixels of a feature map."""

    def __init__(self, width, context, heads):
        super().__init__()
        self.norm = GroupNorm(GROUPS, width, 1e-6)
        self.proj_in = nn.Conv2d(width, width, 1)
        self.transformer_blocks = nn.ModuleList([BasicTransformerBlock(width, context, heads)])
        self.proj_out = nn.Conv2d(width, width, 1)

    def forward(self, x, context):
        n, c, h, w = x.shape
        tokens = self.proj_in(self.norm(x)).permute(0, 2, 3, 1).reshape(n, h * w, c)
        tokens = self.transformer_blocks[0](tokens, context)
        return x + self.proj_out(tokens.reshape(n, h, w, c).permute(0, 3, 1, 2))


class Downsample2D(nn.Module):
    """Half the size by a strided convolution; the autoencoder pads below and to the right only, as SD's does."""

    def __init__(self, width, symmetric=True):
        super().__init__()
        self.symmetric = symmetric
        self.conv = nn.Conv2d(width, width, 3, 2, padding=1 if symmetric else 0)

    def forward(self, x):
        return self.conv(x if self.symmetric else F.pad(x, (0, 1, 0, 1)))


class Upsample2D(nn.Module):
    """Twice the size by repeating pixels, then a convolution."""

    def __init__(self, width):
        super().__init__()
        self.conv = nn.Conv2d(width, width, 3, padding=1)

    def forward(self, x):
        return self.conv(F.interpolate(x, scale_factor=2., mode='nearest'))


class Block(nn.Module):
    """Holds a level's or the middle's modules under the names resnets, attentions, downsamplers, upsamplers."""

    def __init__(self, resnets, attentions=None, downsampler=None, upsampler=None):
        super().__init__()
        self.resnets = nn.ModuleList(resnets)
        if attentions:
            self.attentions = nn.ModuleList(attentions)
        if downsampler:
            self.downsamplers = nn.ModuleList([downsampler])
        if upsampler:
            self.upsamplers = nn.ModuleList([upsampler])
