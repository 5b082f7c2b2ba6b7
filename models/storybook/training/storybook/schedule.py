"""SD 1.5's noise schedule and the sampler that the evaluation draws with.

Scaled-linear betas of latent diffusion (Rombach et al., arXiv:2112.10752); DPM-Solver++ (2M) after
Lu et al. (arXiv:2211.01095).
"""
import torch

STEPS = 1000
CONFIG = {'_class_name': 'DPMSolverMultistepScheduler', 'beta_start': 0.00085, 'beta_end': 0.012,
          'beta_schedule': 'scaled_linear', 'num_train_timesteps': STEPS, 'prediction_type': 'epsilon'}


def alphas_cumprod(device='cpu'):
    """The share of the picture's variance that is left at each time step, (1000,)."""
    betas = torch.linspace(CONFIG['beta_start'] ** .5, CONFIG['beta_end'] ** .5, STEPS, dtype=torch.float64) ** 2
    return torch.cumprod(1 - betas, 0).float().to(device)


def loss_weight(share, gamma=5.):
    """Weight of the noise's squared error at that share of the picture.

    The root of the signal-to-noise ratio is the weight of the picture's own error, up to the ratio γ. Under
    min-SNR-γ (Hang et al., arXiv:2303.09556) it is the ratio itself, which leaves next to nothing for the
    noisiest steps, in which a picture's colours are chosen; the root is from Yu et al. (arXiv:2310.08442).
    """
    snr = share / (1 - share)
    return snr.clamp(max=gamma).sqrt() / snr


@torch.no_grad()
def sample(denoise, noise, steps=20):
    """DPM-Solver++ (2M). `denoise(x, t)` predicts the noise at the integer time step t."""
    share = alphas_cumprod()
    times = torch.linspace(0, STEPS - 1, steps + 1).round().long().flip(0)[:-1].tolist()
    alpha, sigma = share.sqrt(), (1 - share).sqrt()
    rate = (alpha / sigma).log()
    x, before, last_h = noise, None, None
    for i, t in enumerate(times):
        guess = (x - sigma[t].item() * denoise(x, t)) / alpha[t].item()
        if i == len(times) - 1:
            return guess
        s = times[i + 1]
        h = (rate[s] - rate[t]).item()
        slope = guess if before is None else guess + (guess - before) * h / (2 * last_h)
        x = (sigma[s] / sigma[t]).item() * x - alpha[s].item() * (torch.tensor(-h).exp().item() - 1) * slope
        before, last_h = guess, h
    return x
