"""Training of the depth estimator, and of the key points' one that judges poses, on drawn pictures alone."""
import torch
import torch.nn.functional as F

from storybook import classifier, config
from storybook.nn.estimator import Estimator
from storybook.training import cosine, half_precision

PEAK = 1e-3


def depth_loss(values, drawn, rows):
    """Absolute errors of depth and of its edges."""
    wanted = F.avg_pool2d(drawn.depth[rows, None].float() / 255, 2)
    error = values.float() - wanted
    lines = (error[..., 1:] - error[..., :-1]).abs().mean() + (error[..., 1:, :] - error[..., :-1, :]).abs().mean()
    return error.abs().mean() + lines


def points_loss(values, drawn, rows):
    """Cross-entropy of a key point's place among all places, of the points that are in the picture and can be seen."""
    side = values.shape[-1]
    place = (drawn.points[rows] / 2).floor().long()
    inside = drawn.shown[rows] & ((place >= 0) & (place < side)).all(-1)
    index = place[..., 1] * side + place[..., 0]
    return F.cross_entropy(values.flatten(2)[inside].float(), index[inside])


def train(channels, loss, drawn, steps, batch, log, seed=19):
    """A trained estimator.

    :param loss: of its output, of the storybook.controls.Drawn, and of the rows
    """
    torch.manual_seed(seed)
    device = drawn.images.device
    model = Estimator(config.ESTIMATOR | {'out_channels': channels}).to(device).to(memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(model.parameters(), lr=PEAK, weight_decay=.01)
    for step in range(steps):
        rows = torch.randint(0, len(drawn.images), (batch,), device=device)
        x = classifier.worn(drawn.images[rows].permute(0, 3, 1, 2).float() / 255)
        for group in optimizer.param_groups:
            group['lr'] = cosine(step / steps, step, PEAK, 100)
        with half_precision(device):
            values = model(x)
        total = loss(values, drawn, rows)
        optimizer.zero_grad(set_to_none=True)
        total.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.)
        optimizer.step()
        if (step + 1) % 500 == 0:
            log(f'estimator of {channels} step {step + 1} loss {total.item():.4f}')
    return model.eval()


@torch.no_grad()
def estimate(model, pictures, batch=50):
    """What it says of pictures (n, 3, s, s) in 0..1."""
    return torch.cat([model(pictures[i:i + batch]) for i in range(0, len(pictures), batch)])
