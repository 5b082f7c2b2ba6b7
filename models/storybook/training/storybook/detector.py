"""A small network that says whether a picture shows what a LoRA adds; trained on drawings with and without it."""
import torch
import torch.nn.functional as F
from torch import nn

from storybook import classifier
from storybook.training import cosine, half_precision

SIZE, PEAK = 128, 1e-3


def _layers():
    layers, c = [], 3
    for width in (24, 48, 96, 128, 128):
        layers += [nn.Conv2d(c, width, 3, 2, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU()]
        c = width
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Linear(4 * c, 1))


def _small(images):
    return F.adaptive_avg_pool2d(images, SIZE)


def train(shown, plain, steps, batch, seed=31):
    """A trained network; `shown` and `plain` are bytes (n, h, w, 3)."""
    torch.manual_seed(seed)
    device = shown.device
    model = _layers().to(device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=PEAK, weight_decay=.02)
    half = batch // 2
    wanted = torch.cat([torch.ones(half, 1, device=device), torch.zeros(half, 1, device=device)])
    for step in range(steps):
        images = torch.cat([x[torch.randint(0, len(x), (half,), device=device)] for x in (shown, plain)])
        x = classifier.worn(_small(images.permute(0, 3, 1, 2).float() / 255))
        for group in optimizer.param_groups:
            group['lr'] = cosine(step / steps, step, PEAK, 50)
        with half_precision(device):
            scores = model(x)
        total = F.binary_cross_entropy_with_logits(scores.float(), wanted)
        optimizer.zero_grad(set_to_none=True)
        total.backward()
        optimizer.step()
    return model.eval()


@torch.no_grad()
def share(model, pictures):
    """The share of pictures (n, 3, s, s) in 0..1 that show it."""
    return round((model(_small(pictures)) > 0).float().mean().item(), 4)
