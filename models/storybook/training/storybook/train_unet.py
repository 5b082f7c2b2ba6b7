"""Training of the UNet together with the text encoder, on latents.

The UNet predicts the noise (Ho et al., arXiv:2006.11239), weighted by min-SNR with γ = 5; one caption
in ten is dropped for classifier-free guidance (Ho & Salimans, arXiv:2207.12598); the weights that are
kept are an exponential moving average.
"""
import torch

from storybook import data, schedule
from storybook.training import Average, Progress, cosine, half_precision

PEAK, DROP = 1e-3, .1


def loss(unet, text, latents, noise, times, ids, share):
    """The weighted squared error of the predicted noise."""
    a = share[times][:, None, None, None]
    noisy = a.sqrt() * latents + (1 - a).sqrt() * noise
    predicted = unet(noisy, times, text(ids))
    each = ((predicted.float() - noise) ** 2).mean((1, 2, 3))
    return (each * schedule.min_snr_weight(share[times])).mean()


def train(unet, text, latents, ids, empty, steps, batch, folder, team, seed=0, compiled=True, until=None,
          pause_at=float('inf'), decay=.9995):
    """Trains in place and leaves the averaged weights; raises Paused when `pause_at` comes first.

    :param latents: (n, 4, h, w) scaled, on the device; ids: (n, 77); empty: (77,) ids of no caption
    :param batch: samples a step over the whole team
    """
    device = str(latents.device)
    batch //= team.size
    parameters = [*unet.parameters(), *text.parameters()]
    optimizer = torch.optim.AdamW(parameters, lr=PEAK, betas=(.9, .99), weight_decay=1e-2, fused=latents.is_cuda)
    average = Average(parameters, decay)
    parts = {'unet': unet, 'text': text, 'optimizer': optimizer, 'average': average.values}
    progress = Progress('unet', folder, steps, team, seed + 1, until, pause_at)
    progress.resume(parts, device)
    order = data.Order(batch, len(latents), (seed + 1) * 64 + team.rank, device)
    share = schedule.alphas_cumprod(device)
    run = torch.compile(loss, dynamic=False) if compiled else loss
    while progress.fraction < 1:
        progress.begin_step()
        rows = order.rows(progress.step)
        caption = torch.where(torch.rand(batch, 1, device=device) < DROP, empty[None], ids[rows])
        clean = latents[rows].float()
        # one time step from each of `batch` equal intervals: the loss varies less from step to step
        times = (torch.randperm(batch, device=device) + torch.rand(batch, device=device)) / batch
        times = (times * schedule.STEPS).long().clamp(max=schedule.STEPS - 1)
        for group in optimizer.param_groups:
            group['lr'] = cosine(progress.fraction, progress.step, PEAK, 300)
        with half_precision(device):
            total = run(unet, text, clean, torch.randn_like(clean), times, caption, share)
        optimizer.zero_grad(set_to_none=True)
        total.backward()
        team.average_gradients(parameters)
        norm = torch.nn.utils.clip_grad_norm_(parameters, 1.)
        optimizer.step()
        average.update(progress.step)
        progress.end_step(parts, {'loss': total, 'norm': norm}, batch)
    progress.save(parts)
    average.apply()
    return progress.step
