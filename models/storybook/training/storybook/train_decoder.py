"""Training of a decoder behind a frozen encoder: latents to the pictures that they are of.

The loss is the logarithm of each picture's mean squared error, which is its PSNR but for a factor, so that a
picture that is nearly right counts as much as one that is far off. All see whole pictures, since group norm and
attention do, too; cartoons and sketches, which have more lines, come more often than photos. The weights that
are kept are an exponential moving average.
"""
import torch

from storybook import data
from storybook.training import Average, Progress, cosine, half_precision

PEAK, FLOOR = 5e-4, 1e-5
REPEATED = 1, 4, 4  # how often pictures of each style come


def loss(model, latents, pictures):
    """Of latents (n, 4, h/8, w/8), not scaled, and pictures (n, 3, h, w) in -1..1."""
    error = model.decode(latents).float() - pictures
    return ((error * error).mean((1, 2, 3)) + FLOOR).log().mean()


def train(model, images, latents, styles, steps, batch, folder, team, seed=0, compiled=True, until=None, pause_at=float('inf'),
          decay=.999):
    """Trains in place what asks for a gradient and leaves the averaged weights; raises Paused when `pause_at` comes first.

    :param images: bytes (n, h, w, 3) on the device; latents: their means; styles: (n,) indices of world.STYLES
    :param batch: pictures a step over the whole team
    :return: the number of steps
    """
    device, batch = str(images.device), batch // team.size
    parameters = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(parameters, lr=PEAK, betas=(.9, .99), weight_decay=1e-4, fused=images.is_cuda)
    average = Average(parameters, decay)
    parts = {'model': model, 'optimizer': optimizer, 'average': average.values}
    progress = Progress('decoder', folder, steps, team, seed, until, pause_at)
    progress.resume(parts, device)
    pool = torch.arange(len(images)).repeat_interleave(torch.tensor(REPEATED)[torch.as_tensor(styles)]).to(device)
    order = data.Order(batch, len(pool), seed * 64 + team.rank, device)
    fast = torch.compile(loss, dynamic=False) if compiled else loss
    while progress.fraction < 1:
        progress.begin_step()
        rows = pool[order.rows(progress.step)]
        for group in optimizer.param_groups:
            group['lr'] = cosine(progress.fraction, progress.step, PEAK, 400)
        with half_precision(device):
            total = fast(model, latents[rows].float(), data.to_float(images[rows]))
        optimizer.zero_grad(set_to_none=True)
        total.backward()
        team.average_gradients(parameters)
        norm = torch.nn.utils.clip_grad_norm_(parameters, 1.)
        optimizer.step()
        average.update(progress.step)
        progress.end_step(parts, {'log squared': total, 'norm': norm}, batch)
    progress.save(parts)
    average.apply()
    return progress.step
