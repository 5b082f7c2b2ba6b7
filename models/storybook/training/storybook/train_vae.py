"""Training of the autoencoder.

Losses are absolute errors of the picture, of its gradients (lines), of its colour differences (small
colours) and of its small versions, a squared error, and a faint Kullback-Leibler term that keeps the
latents near a unit normal (Rombach et al., arXiv:2112.10752). No network judges the pictures, so no
third-party weight has a part in the result. The squared error, which is what PSNR counts, gains weight in
the second half. Most of the training sees crops, every second one around the head; the rest sees whole
pictures. Cartoons and sketches, which have more lines, come as often as photos.
"""
import contextlib

import torch
import torch.nn.functional as F

from storybook import data
from storybook.training import Progress, cosine, half_precision

KL_WEIGHT, PEAK, CROPS_UNTIL = 5e-4, 1e-3, .88
SQUARED = 4., 24.  # the squared error's weight until half of the training, and at its end
REPEATED = 1, 2, 3  # how often pictures of each style come


def _squared_weight(fraction):
    return SQUARED[0] + (SQUARED[1] - SQUARED[0]) * max(0., 2 * fraction - 1)


def loss(model, x, noise, weight):
    """The loss of pictures x (n, 3, h, w) in -1..1 and its squared error; `weight` is that error's part, as a tensor."""
    y, mean, log_variance = model(x, noise)
    y, mean, log_variance = y.float(), mean.float(), log_variance.float()
    error = y - x
    absolute = error.abs().mean()
    lines = (error[..., 1:] - error[..., :-1]).abs().mean() + (error[..., 1:, :] - error[..., :-1, :]).abs().mean()
    colors = (error[:, :2] - error[:, 1:]).abs().mean()
    small = sum(F.avg_pool2d(error, k).abs().mean() for k in (4, 8))
    squared = (error * error).mean()
    kl = .5 * (mean * mean + log_variance.exp() - 1 - log_variance).mean()
    return absolute + lines + .5 * colors + .5 * small + weight * squared + KL_WEIGHT * kl, squared


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


def train(model, images, heads, styles, steps, batch, folder, team, seed=0, compiled=True, until=None,
          pause_at=float('inf')):
    """Trains in place; raises Paused when `pause_at` comes first.

    :param images: bytes (n, h, w, 3) on the device; heads: (n, 2) places in pixels; styles: (n,) indices of world.STYLES
    :param batch: crops a step over the whole team
    """
    device = str(images.device)
    side = images.shape[1]
    crop, batch = side // 2, batch // team.size
    parameters = list(model.parameters())
    optimizer = torch.optim.AdamW(parameters, lr=PEAK, betas=(.9, .99), weight_decay=1e-4, fused=images.is_cuda)
    parts = {'model': model, 'optimizer': optimizer}
    progress = Progress('vae', folder, steps, team, seed, until, pause_at)
    progress.resume(parts, device)
    pool = torch.arange(len(images)).repeat_interleave(torch.tensor(REPEATED)[torch.as_tensor(styles)]).to(device)
    order = data.Order(batch, len(pool), seed * 64 + team.rank, device)
    fast = torch.compile(loss, dynamic=False) if compiled else loss
    while progress.fraction < 1:
        progress.begin_step()
        rows = pool[order.rows(progress.step)]
        crops = progress.fraction < CROPS_UNTIL
        x = data.to_float(_crops(images, heads, rows, crop) if crops else images[rows[:max(1, batch // 4)]])
        noise = torch.randn(len(x), 4, x.shape[2] // 8, x.shape[3] // 8, device=device)
        for group in optimizer.param_groups:
            group['lr'] = cosine(progress.fraction, progress.step, PEAK, 200)
        weight = torch.tensor(_squared_weight(progress.fraction), device=device)
        with half_precision(device):
            total, squared = fast(model, x, noise, weight)
        optimizer.zero_grad(set_to_none=True)
        total.backward()
        team.average_gradients(parameters)
        norm = torch.nn.utils.clip_grad_norm_(parameters, 1.)
        optimizer.step()
        progress.end_step(parts, {'loss': total, 'squared': squared, 'norm': norm}, len(x))
    progress.save(parts)
    return progress.step


@torch.no_grad()
def encode(model, images, compiled=True, batch=256, exact=False):
    """Latent means of byte pictures, (n, 4, h/8, w/8) in half precision, not scaled; `exact` computes them in 32-bit floats."""
    batch = min(batch, len(images))
    fast = torch.compile(model.encode, dynamic=False) if compiled else model.encode
    out = torch.empty(len(images), model.config['latent_channels'], *(s // 8 for s in images.shape[1:3]),
                      dtype=torch.half, device=images.device)
    for i in range(0, len(images), batch):
        i = min(i, len(images) - batch)  # the last batch is as large as the others, so that nothing is compiled for it
        with contextlib.nullcontext() if exact else half_precision(images.device):
            out[i:i + batch] = fast(data.to_float(images[i:i + batch]))[0]
    return out
