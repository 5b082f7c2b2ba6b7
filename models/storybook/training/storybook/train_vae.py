"""Training of the autoencoder.

Losses are absolute errors of the picture, of its gradients (lines), of its colour differences (small
colours) and of its small versions, a squared error, and a faint Kullback-Leibler term that keeps the
latents near a unit normal (Rombach et al., arXiv:2112.10752). No network judges the pictures, so no
third-party weight has a part in the result. The first 85 % of the training sees crops, every second one
around the head; the rest sees whole pictures.
"""
import torch
import torch.nn.functional as F

from storybook import data
from storybook.training import Progress, cosine, half_precision

KL_WEIGHT, PEAK, CROPS_UNTIL = 5e-4, 1e-3, .85


def loss(model, x, noise):
    """The loss of pictures x (n, 3, h, w) in -1..1, and its absolute error."""
    y, mean, log_variance = model(x, noise)
    y, mean, log_variance = y.float(), mean.float(), log_variance.float()
    error = y - x
    absolute = error.abs().mean()
    lines = (error[..., 1:] - error[..., :-1]).abs().mean() + (error[..., 1:, :] - error[..., :-1, :]).abs().mean()
    colors = (error[:, :2] - error[:, 1:]).abs().mean()
    small = sum(F.avg_pool2d(error, k).abs().mean() for k in (4, 8))
    squared = (error * error).mean()
    kl = .5 * (mean * mean + log_variance.exp() - 1 - log_variance).mean()
    return absolute + lines + .5 * colors + .5 * small + 4 * squared + KL_WEIGHT * kl, absolute


def _crops(images, heads, rows, size):
    """Crops on a grid of 8 pixels, every second one near the head."""
    device, full = images.device, images.shape[1]
    n = len(rows)
    corner = torch.rand(n, 2, device=device) * (full - size)
    near = heads[rows].flip(1) - size / 2 + (torch.rand(n, 2, device=device) - .5) * size * .6
    corner[::2] = near[::2]
    corner = (corner.clamp(0, full - size) / 8).round().long() * 8
    span = torch.arange(size, device=device)
    ys, xs = corner[:, :1] + span, corner[:, 1:] + span
    return images[rows[:, None, None], ys[:, :, None], xs[:, None, :]]


def train(model, images, heads, steps, batch, folder, team, seed=0, compiled=True, until=None, pause_at=float('inf')):
    """Trains in place; raises Paused when `pause_at` comes first. `batch` counts crops over the whole team."""
    device = str(images.device)
    side = images.shape[1]
    crop, batch = side // 2, batch // team.size
    parameters = list(model.parameters())
    optimizer = torch.optim.AdamW(parameters, lr=PEAK, betas=(.9, .99), weight_decay=1e-4, fused=images.is_cuda)
    parts = {'model': model, 'optimizer': optimizer}
    progress = Progress('vae', folder, steps, team, seed, until, pause_at)
    progress.resume(parts, device)
    order = data.Order(batch, len(images), seed * 64 + team.rank, device)
    fast = torch.compile(loss, dynamic=False) if compiled else loss
    while progress.fraction < 1:
        progress.begin_step()
        rows = order.rows(progress.step)
        crops = progress.fraction < CROPS_UNTIL
        x = data.to_float(_crops(images, heads, rows, crop) if crops else images[rows[:max(1, batch // 4)]])
        noise = torch.randn(len(x), 4, x.shape[2] // 8, x.shape[3] // 8, device=device)
        for group in optimizer.param_groups:
            group['lr'] = cosine(progress.fraction, progress.step, PEAK, 200)
        with half_precision(device):
            total, absolute = (fast if crops else loss)(model, x, noise)
        optimizer.zero_grad(set_to_none=True)
        total.backward()
        team.average_gradients(parameters)
        norm = torch.nn.utils.clip_grad_norm_(parameters, 1.)
        optimizer.step()
        progress.end_step(parts, {'loss': total, 'L1': absolute, 'norm': norm}, len(x))
    progress.save(parts)
    return progress.step


@torch.no_grad()
def encode(model, images, batch=256):
    """Latent means of byte pictures, (n, 4, h/8, w/8) in half precision, not scaled."""
    out = []
    for i in range(0, len(images), batch):
        with half_precision(images.device):
            out.append(model.encode(data.to_float(images[i:i + batch]))[0].half())
    return torch.cat(out)
