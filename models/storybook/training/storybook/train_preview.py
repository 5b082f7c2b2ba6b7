"""Training of the preview decoder: latents to the pictures that they were encoded from.

No normalisation, few channels, absolute errors of the picture and of its small versions: blurred lines do
no harm in a preview, wrong colours do.
"""
import os
import time

import torch
import torch.nn.functional as F

from storybook import config, data, export, sheet
from storybook.nn.tiny import PreviewDecoder
from storybook.training import cosine, half_precision

PEAK, CROP, CROPS_UNTIL = 1e-3, 16, .6  # latent pixels; the rest sees whole pictures, with their real borders
FOLDER = 'preview_decoder'


def loss(picture, wanted):
    """Of pictures (n, 3, h, w) in -1..1."""
    error = picture.float() - wanted
    return error.abs().mean() + .5 * sum(F.avg_pool2d(error, k).abs().mean() for k in (4, 8))


def _crops(latents, images, rows, size):
    """Latents and pictures of the same random places."""
    device, n = images.device, len(rows)
    corner = (torch.rand(n, 2, device=device) * (latents.shape[2] - size + 1)).long()

    def cut(values, scale):
        span = torch.arange(size * scale, device=device)
        ys, xs = corner[:, :1] * scale + span, corner[:, 1:] * scale + span
        return values[rows[:, None, None], ys[:, :, None], xs[:, None, :]]

    return cut(latents.permute(0, 2, 3, 1), 1).permute(0, 3, 1, 2).float(), data.to_float(cut(images, 8))


def train(latents, images, steps, batch, seconds=None, seed=13):
    """A trained decoder.

    :param latents: (n, 4, h/8, w/8) in the sampler's scale, on the device; images: their bytes (n, h, w, 3)
    :param seconds: how long it takes instead of `steps`, or None
    """
    torch.manual_seed(seed)
    device, began = images.device, time.time()
    model = PreviewDecoder(config.PREVIEW).to(device).to(memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(model.parameters(), lr=PEAK, betas=(.9, .99), weight_decay=1e-4)
    step, fraction = 0, 0.
    while fraction < 1:
        crops = fraction < CROPS_UNTIL
        rows = torch.randint(0, len(images), (batch if crops else max(1, batch // 4),), device=device)
        z, wanted = _crops(latents, images, rows, min(CROP, latents.shape[2]) if crops else latents.shape[2])
        for group in optimizer.param_groups:
            group['lr'] = cosine(fraction, step, PEAK, 200)
        with half_precision(device):
            picture = model(z.contiguous(memory_format=torch.channels_last))
        total = loss(picture, wanted)
        optimizer.zero_grad(set_to_none=True)
        total.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.)
        optimizer.step()
        step += 1
        fraction = step / steps if seconds is None else min(1., (time.time() - began) / seconds)
        if step % 500 == 0:
            print(f'preview {step} {100 * fraction:.1f} % loss {total.item():.4f}', flush=True)
    return model.eval()


@torch.no_grad()
def judge(model, vae, scaling, images, path):
    """Mean PSNR in dB of previews beside the pictures that were encoded; saves pairs: autoencoder, preview."""
    values, pairs = [], []
    for i in range(0, len(images), 50):
        x = data.to_float(images[i:i + 50])
        latents = vae.encode(x)[0]
        preview = model(latents * scaling).clamp(-1, 1)
        values.append(-10 * torch.log10((((preview - x) / 2) ** 2).mean((1, 2, 3))))
        if i == 0:
            full = vae.decode(latents[:16]).clamp(-1, 1)
            pairs = torch.stack([full, preview[:16]], 1).flatten(0, 1) / 2 + .5
    sheet.save(pairs, 8, path)
    return round(torch.cat(values).mean().item(), 2)


def make(latents, images, held_out, run, out, vae, seconds, log):
    """Trains, writes the folder and says how good it is.

    :param held_out: bytes of pictures never trained on
    :param vae: the exported autoencoder
    """
    model = train(latents, images, run.preview_steps, run.preview_batch, seconds)
    export.part(os.path.join(out, FOLDER), model, model.config)
    psnr = judge(model, vae, vae.config['scaling_factor'], held_out, os.path.join(out, 'preview.png'))
    log(f'preview decoder: {psnr} dB')
