"""Training of the UNet together with the text encoder, on latents.

The UNet predicts the noise (Ho et al., arXiv:2006.11239), weighted by :func:`schedule.loss_weight`; one
caption in ten is dropped for classifier-free guidance (Ho & Salimans, arXiv:2207.12598); the weights that
are kept are an exponential moving average.
"""
import torch

from storybook import data, schedule
from storybook.training import Average, Progress, cosine, half_precision

PEAK, DROP = 1e-3, .1
TEXT_PACE = .25  # the text encoder's learning rate as a part of the UNet's: it has learnt something already


def loss(unet, text, latents, noise, times, ids, share):
    """The weighted squared error of the predicted noise."""
    a = share[times][:, None, None, None]
    noisy = a.sqrt() * latents + (1 - a).sqrt() * noise
    predicted = unet(noisy, times, text(ids))
    each = ((predicted.float() - noise) ** 2).mean((1, 2, 3))
    return (each * schedule.loss_weight(share[times])).mean()


class Diffusion:
    """UNet and text encoder with what trains them.

    :param batch: samples a step over the whole team
    """

    def __init__(self, unet, text, batch, team, device, compiled=True):
        self.unet, self.text, self.batch, self.team, self.device = unet, text, batch // team.size, team, device
        self.parameters = [*unet.parameters(), *text.parameters()]
        self.share = schedule.alphas_cumprod(device)
        self.run = torch.compile(loss, dynamic=False) if compiled else loss

    def gradients(self, latents, ids):
        """The loss of one batch and its gradients."""
        clean = latents.float()
        # one time step from each of `batch` equal intervals: the loss varies less from step to step
        times = (torch.randperm(self.batch, device=self.device) + torch.rand(self.batch, device=self.device)) / self.batch
        times = (times * schedule.STEPS).long().clamp(max=schedule.STEPS - 1)
        with half_precision(self.device):
            total = self.run(self.unet, self.text, clean, torch.randn_like(clean), times, ids, self.share)
        total.backward()
        return total

    def warm_up(self, side, steps=3):
        """Compiles by steps on random numbers, which change no weight."""
        for _ in range(steps):
            ids = torch.randint(0, self.text.config['vocab_size'], (self.batch, 77), device=self.device)
            self.gradients(torch.randn(self.batch, 4, side, side, device=self.device), ids)
            self.clear()

    def clear(self):
        """Forgets the gradients."""
        for p in self.parameters:
            p.grad = None

    def train(self, latents, ids, empty, steps, folder, seed=0, until=None, pause_at=float('inf'), decay=.999):
        """Trains and leaves the averaged weights; raises Paused when `pause_at` comes first.

        :param latents: (n, 4, h, w) scaled, on the device; ids: (n, versions, 77); empty: (77,) ids of no caption
        :return: the number of steps
        """
        team, batch, device = self.team, self.batch, self.device
        optimizer = torch.optim.AdamW([{'params': list(self.unet.parameters()), 'pace': 1.},
                                       {'params': list(self.text.parameters()), 'pace': TEXT_PACE}],
                                      lr=PEAK, betas=(.9, .99), weight_decay=1e-2, fused=latents.is_cuda)
        average = Average(self.parameters, decay)
        parts = {'unet': self.unet, 'text': self.text, 'optimizer': optimizer, 'average': average.values}
        progress = Progress('unet', folder, steps, team, seed + 1, until, pause_at)
        progress.resume(parts, device)
        order = data.Order(batch, len(latents), (seed + 1) * 64 + team.rank, device)
        while progress.fraction < 1:
            progress.begin_step()
            rows = order.rows(progress.step)
            said = ids[rows, torch.randint(0, ids.shape[1], (batch,), device=device)].long()
            said = torch.where(torch.rand(batch, 1, device=device) < DROP, empty[None], said)
            for group in optimizer.param_groups:
                group['lr'] = group['pace'] * cosine(progress.fraction, progress.step, PEAK, 500)
            self.clear()
            total = self.gradients(latents[rows], said)
            team.average_gradients(self.parameters)
            norm = torch.nn.utils.clip_grad_norm_(self.parameters, 1.)
            optimizer.step()
            average.update(progress.step)
            progress.end_step(parts, {'loss': total, 'norm': norm}, batch)
        progress.save(parts)
        average.apply()
        return progress.step
