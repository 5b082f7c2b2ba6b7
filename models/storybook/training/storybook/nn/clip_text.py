"""CLIP's text encoder in small (transformers' CLIPTextModel; Radford et al. 2021, arXiv:2103.00020)."""
import torch
import torch.nn.functional as F
from torch import nn


class SelfAttention(nn.Module):
    """Causal multi-head attention."""

    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.q_proj, self.k_proj, self.v_proj, self.out_proj = (nn.Linear(width, width) for _ in range(4))

    def forward(self, x):
        n, length, width = x.shape

        def split(t):
            return t.view(n, length, self.heads, width // self.heads).transpose(1, 2)

        out = F.scaled_dot_product_attention(split(self.q_proj(x)), split(self.k_proj(x)), split(self.v_proj(x)), is_causal=True)
        return self.out_proj(out.transpose(1, 2).reshape(n, length, width))


class Mlp(nn.Module):
    """Two linear layers around CLIP's quick GELU."""

    def __init__(self, width, inner):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(width, inner), nn.Linear(inner, width)

    def forward(self, x):
        h = self.fc1(x)
        return self.fc2(h * torch.sigmoid(1.702 * h))


class Layer(nn.Module):
    """Attention and MLP, each after a layer norm and with a shortcut."""

    def __init__(self, config):
        super().__init__()
        width = config['hidden_size']
        self.layer_norm1, self.self_attn = nn.LayerNorm(width), SelfAttention(width, config['num_attention_heads'])
        self.layer_norm2, self.mlp = nn.LayerNorm(width), Mlp(width, config['intermediate_size'])

    def forward(self, x):
        x = x + self.self_attn(self.layer_norm1(x))
        return x + self.mlp(self.layer_norm2(x))


class Embeddings(nn.Module):
    """Token and position embeddings."""

    def __init__(self, config):
        super().__init__()
        self.token_embedding = nn.Embedding(config['vocab_size'], config['hidden_size'])
        self.position_embedding = nn.Embedding(config['max_position_embeddings'], config['hidden_size'])
        nn.init.normal_(self.token_embedding.weight, std=.02)
        nn.init.normal_(self.position_embedding.weight, std=.01)

    def forward(self, ids):
        return self.token_embedding(ids) + self.position_embedding.weight[:ids.shape[1]]


class Transformer(nn.Module):
    """The stack of layers."""

    def __init__(self, config):
        super().__init__()
        self.layers = nn.ModuleList([Layer(config) for _ in range(config['num_hidden_layers'])])

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


class TextModel(nn.Module):
    """The names that lie under `text_model.`"""

    def __init__(self, config):
        super().__init__()
        self.embeddings = Embeddings(config)
        self.encoder = Transformer(config)
        self.final_layer_norm = nn.LayerNorm(config['hidden_size'])

    def forward(self, ids):
        return self.final_layer_norm(self.encoder(self.embeddings(ids)))


class TextEncoder(nn.Module):
    """Token ids (n, 77) to text states (n, 77, width)."""

    def __init__(self, config):
        super().__init__()
        self.config = config
        self.text_model = TextModel(config)

    def forward(self, ids):
        return self.text_model(ids)
