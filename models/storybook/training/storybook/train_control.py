"""Training of a ControlNet beside a UNet and a text encoder that stay as they are."""
import torch

from storybook import data, schedule
from storybook.training import Average, Progress, cosine, half_precision

PEAK, DROP = 3e-4, .3  # half of what is learnt must come from the control picture alone


def loss(control, unet, latents, noise, times, context, picture, share):
    """The weighted squared error of the predicted noise."""
    a = share[times][:, None, None, None]
    noisy = a.sqrt() * latents + (1 - a).sqrt() * noise
    predicted = unet(noisy, times, context, control(noisy, times, context, picture))
    each = ((predicted.float() - noise) ** 2).mean((1, 2, 3))
    return (each * schedule.loss_weight(share[times])).mean()


def train(control, kind, pipeline, latents, ids, pictures, steps, batch, folder, team, compiled=True, until=None,
          pause_at=float('inf'), decay=.998):
    """Trains and leaves the averaged weights; raises training.Paused when `pause_at` comes first.

    :param kind: the checkpoint's name and the random numbers' seed
    :param pipeline: whose UNet and text encoder are used
    :param latents: (n, 4, h/8, w/8) in the sampler's scale, on the device; ids: (n, versions, 77)
    :param pictures: rows to control pictures (n, 3, h, w) in 0..1
    :return: the number of steps
    """
    device, batch = latents.device, batch // team.size
    for p in [*pipeline.unet.parameters(), *pipeline.text.parameters()]:
        p.requires_grad_(False)
    parameters, seed = list(control.parameters()), sum(map(ord, kind))
    optimizer = torch.optim.AdamW(parameters, lr=PEAK, betas=(.9, .99), weight_decay=1e-2, fused=latents.is_cuda)
    average, share = Average(parameters, decay), schedule.alphas_cumprod(device)
    parts = {'control': control, 'optimizer': optimizer, 'average': average.values}
    progress = Progress(f'controlnet-{kind}', folder, steps, team, seed, until, pause_at)
    progress.resume(parts, device)
    order = data.Order(batch, len(latents), seed * 64 + team.rank, device)
    empty = torch.tensor(pipeline.tokenizer.encode(''), device=device)
    fast = torch.compile(loss, dynamic=False) if compiled else loss
    while progress.fraction < 1:
        progress.begin_step()
        rows = order.rows(progress.step)
        said = ids[rows, torch.randint(0, ids.shape[1], (batch,), device=device)].long()
        said = torch.where(torch.rand(batch, 1, device=device) < DROP, empty[None], said)
        clean = latents[rows].float()
        times = (torch.randperm(batch, device=device) + torch.rand(batch, device=device)) / batch
        times = (times * schedule.STEPS).long().clamp(max=schedule.STEPS - 1)
        for group in optimizer.param_groups:
            group['lr'] = cosine(progress.fraction, progress.step, PEAK, 200)
        optimizer.zero_grad(set_to_none=True)
        with half_precision(device):
            with torch.no_grad():
                context = pipeline.text(said)
            total = fast(control, pipeline.unet, clean, torch.randn_like(clean), times, context, pictures(rows), share)
        total.backward()
        team.average_gradients(parameters)
        norm = torch.nn.utils.clip_grad_norm_(parameters, 1.)
        optimizer.step()
        average.update(progress.step)
        progress.end_step(parts, {'loss': total, 'norm': norm}, batch)
    progress.save(parts)
    average.apply()
    return progress.step
