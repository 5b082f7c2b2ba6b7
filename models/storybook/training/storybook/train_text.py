"""A first training of the text encoder: to know what a caption says.

Linear layers read the facts (kind, colours, hair, pose …) of a picture out of one of its caption's end
tokens, any of them. The denoising loss alone teaches slowly which noun an adjective belongs to, because
a garment is a small part of a picture. The linear layers are thrown away.
"""
import torch
import torch.nn.functional as F
from torch import nn

from storybook import data
from storybook.training import cosine, half_precision

PEAK = 1e-3


def train(text, ids, facts, steps, batch, team, seed=0, log_every=250):
    """Trains in place.

    :param ids: (n, versions, 77) on the device; facts: (n, facts) indices of data.FACTS
    :param batch: captions a step over the whole team
    """
    device = ids.device
    batch = min(batch // team.size, len(ids))
    torch.manual_seed(seed)
    sizes = [len(values) for values in data.FACTS.values()]
    head = nn.Linear(text.config['hidden_size'], sum(sizes)).to(device)
    parameters = [*text.parameters(), *head.parameters()]
    optimizer = torch.optim.AdamW(parameters, lr=PEAK, betas=(.9, .99), weight_decay=1e-2, fused=ids.is_cuda)
    end = text.config['eos_token_id']
    torch.manual_seed(seed * 64 + team.rank)
    for step in range(steps):
        rows = torch.randint(0, len(ids), (batch,), device=device)
        tokens = ids[rows, torch.randint(0, ids.shape[1], (batch,), device=device)].long()
        first = (tokens == end).int().argmax(1)
        at = first + (torch.rand(batch, device=device) * (tokens.shape[1] - first)).long()
        with half_precision(device):
            scores = head(text(tokens)[torch.arange(batch, device=device), at])
        truth = facts[rows].long()
        losses = torch.stack([F.cross_entropy(s.float(), truth[:, i], ignore_index=data.HIDDEN)
                              for i, s in enumerate(scores.split(sizes, 1))])
        optimizer.zero_grad(set_to_none=True)
        losses.sum().backward()
        team.average_gradients(parameters)
        torch.nn.utils.clip_grad_norm_(parameters, 1.)
        for group in optimizer.param_groups:
            group['lr'] = cosine(step / steps, step, PEAK, 100)
        optimizer.step()
        if (step + 1) % log_every == 0 or step + 1 == steps:
            team.log(f'text {step + 1} ' + ' '.join(f'{name} {loss:.3f}' for name, loss in zip(data.FACTS, losses.tolist())))
