"""One process per GPU: `torchrun --nproc-per-node 2 -m storybook …` shares the work, `python -m storybook …` is a team of one.

Each process draws and keeps its own part of the pictures; only gradients and a few numbers travel.
"""
import os

import torch
import torch.distributed as dist


class Team:
    """This process's place among the others."""

    def __init__(self, device):
        self.size, self.rank = int(os.environ.get('WORLD_SIZE', 1)), int(os.environ.get('RANK', 0))
        self.device = device
        if self.size > 1:
            dist.init_process_group('gloo' if device == 'cpu' else 'nccl')

    @property
    def leader(self):
        """Whether this process writes the files."""
        return self.rank == 0

    def log(self, text):
        """Prints once, whatever the team's size."""
        if self.leader:
            print(text, flush=True)

    @torch.no_grad()
    def average_gradients(self, parameters):
        """Replaces each gradient by the team's mean."""
        if self.size == 1:
            return
        gradients = [p.grad for p in parameters if p.grad is not None]
        flat = torch.cat([g.reshape(-1) for g in gradients])
        dist.all_reduce(flat)
        flat /= self.size
        parts = flat.split([g.numel() for g in gradients])
        torch._foreach_copy_(gradients, [part.view(g.shape) for g, part in zip(gradients, parts)])

    def leave(self):
        """Ends the connection."""
        if self.size > 1:
            dist.destroy_process_group()

    def mean(self, value):
        """The team's mean of a number."""
        return self._reduced(value) / self.size

    def leaders(self, value):
        """The leader's number."""
        return self._reduced(value if self.leader else 0.)

    def _reduced(self, value):
        if self.size == 1:
            return value
        number = torch.tensor([float(value)], dtype=torch.float64, device=self.device)
        dist.all_reduce(number)
        return number.item()
