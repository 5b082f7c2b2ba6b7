"""A classifier of pictures, trained on renders alone: what can be seen of a Spec's LABELS.

Residual (He et al., arXiv:1512.03385), with batch norm. Only pictures that show the answer are asked about.
"""
import time

import torch
import torch.nn.functional as F
from torch import nn

from storybook import data
from storybook.training import cosine, half_precision

SIZE, PEAK = 192, 2e-3


def _conv(c_in, c_out, stride=1, size=3):
    return nn.Sequential(nn.Conv2d(c_in, c_out, size, stride, size // 2, bias=False), nn.BatchNorm2d(c_out))


class Residual(nn.Module):
    """Two convolutions and a shortcut."""

    def __init__(self, c_in, c_out, stride):
        super().__init__()
        self.first, self.second = _conv(c_in, c_out, stride), _conv(c_out, c_out)
        self.shortcut = _conv(c_in, c_out, stride, 1) if stride > 1 or c_in != c_out else nn.Identity()

    def forward(self, x):
        return F.relu(self.second(F.relu(self.first(x))) + self.shortcut(x))


class Classifier(nn.Module):
    """Pictures (n, 3, 192, 192) in 0..1 to one row of scores per attribute of data.LABELS."""

    def __init__(self):
        super().__init__()
        layers, c = [_conv(3, 48, 2, 5), nn.ReLU()], 48
        for width in (64, 128, 192, 256, 320):
            layers += [Residual(c, width, 2 if c > 48 else 1), Residual(width, width, 1)]
            c = width
        self.body = nn.Sequential(*layers)
        self.narrow = nn.Conv2d(c, 64, 1)
        self.heads = nn.ModuleList([nn.Sequential(nn.Linear(64 * 36 + c, 192), nn.ReLU(), nn.Linear(192, len(v)))
                                    for v in data.LABELS.values()])

    def forward(self, x):
        h = self.body(x * 2 - 1)
        h = torch.cat([self.narrow(h).flatten(1), h.mean((2, 3))], 1)
        return [head(h) for head in self.heads]


def _small(images):
    """Pictures (n, 3, s, s) at the size the classifier reads."""
    return F.adaptive_avg_pool2d(images, SIZE)


def _varied(x):
    """Moved by some pixels, and worn."""
    dx, dy = torch.randint(-8, 9, (2,)).tolist()
    return worn(F.pad(x, (8, 8, 8, 8), mode='replicate')[:, :, 8 + dy:8 + dy + SIZE, 8 + dx:8 + dx + SIZE])


def worn(x):
    """Blurred every second time, brighter or darker, with noise: unlike what only a renderer draws."""
    n = len(x)
    blurred = F.avg_pool2d(F.pad(x, (1, 1, 1, 1), mode='replicate'), 3, 1)
    x = torch.where(torch.rand(n, 1, 1, 1, device=x.device) < .5, blurred, x)
    light = 1 + .05 * torch.randn(n, 1, 1, 1, device=x.device)
    noise = .06 * torch.rand(n, 1, 1, 1, device=x.device)
    return (x * light + noise * torch.randn_like(x)).contiguous(memory_format=torch.channels_last)


def train(images, labels, steps, batch, seconds=None, seed=11):
    """A classifier trained on the pictures whose kind can be seen.

    :param images: bytes (n, h, w, 3) on the device; labels: (n, 6), see data.labels
    :param seconds: how long it takes instead of `steps`, or None
    """
    torch.manual_seed(seed)
    device, began = images.device, time.time()
    model = Classifier().to(device).to(memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(model.parameters(), lr=PEAK, weight_decay=.05)
    labels = torch.as_tensor(labels, device=device)
    shown = (labels[:, list(data.LABELS).index('kind')] != data.HIDDEN).nonzero().flatten()
    step, fraction = 0, 0.
    while fraction < 1:
        rows = shown[torch.randint(0, len(shown), (batch,), device=device)]
        x = _varied(_small(images[rows].permute(0, 3, 1, 2).float() / 255))
        for group in optimizer.param_groups:
            group['lr'] = cosine(fraction, step, PEAK, 100)
        with half_precision(device):
            scores = model(x)
        # a sum over the rows that show it: a batch without any gives 0 and not a quotient of zeros
        total = sum(F.cross_entropy(s.float(), labels[rows, i], ignore_index=data.HIDDEN, reduction='sum')
                    for i, s in enumerate(scores)) / batch
        optimizer.zero_grad(set_to_none=True)
        total.backward()
        optimizer.step()
        step += 1
        fraction = step / steps if seconds is None else min(1., (time.time() - began) / seconds)
        if step % 500 == 0:
            print(f'classifier {step} {100 * fraction:.1f} % loss {total.item():.3f}', flush=True)
    print(f'classifier done after {step} steps', flush=True)
    return model.eval()


@torch.no_grad()
def right(model, pictures, labels):
    """Share of right answers per attribute, of the pictures that show it; pictures (n, 3, s, s) in 0..1."""
    truth = torch.as_tensor(labels)
    said = torch.cat([torch.stack([s.argmax(1).cpu() for s in model(_small(pictures[i:i + 250]))], 1)
                      for i in range(0, len(pictures), 250)])
    out = {}
    for k, name in enumerate(data.LABELS):
        shown = truth[:, k] != data.HIDDEN
        out[name] = round(100 * (said[shown, k] == truth[shown, k]).float().mean().item(), 1) if shown.any() else None
    return out
