"""What both trainings share: the learning rate, random numbers per step, checkpoints."""
import contextlib
import math
import os
import time

import torch


PAUSED = 3  # a process's exit status


class Paused(Exception):
    """The time that the run was given is over; a checkpoint is written."""


def half_precision(device):
    """Mixed precision (bfloat16) on a GPU, nothing on the CPU."""
    on_gpu = torch.device(device).type == 'cuda'
    return torch.autocast('cuda', torch.bfloat16) if on_gpu else contextlib.nullcontext()


def cosine(fraction, step, peak, warmup):
    """Linear warm-up, then half a cosine down to half a percent of the peak (Loshchilov & Hutter, arXiv:1608.03983)."""
    return peak * min(1., (step + 1) / warmup) * (.005 + .995 * .5 * (1 + math.cos(math.pi * min(1., fraction))))


class Progress:
    """The steps of one training: random numbers, logs, checkpoints, the end.

    A checkpoint holds weights, optimizer, averaged weights and the step. The step is also the cursor in
    the data and the state of the random generators, which are seeded anew at each step.

    :param until: a time.time() at which the training shall end, instead of after `steps`
    :param pause_at: a time.time() at which it stops with a checkpoint
    """

    def __init__(self, name, folder, steps, team, seed, until=None, pause_at=float('inf'), save_seconds=120):
        self.name, self.path, self.steps, self.team, self.seed = name, os.path.join(folder, f'{name}-checkpoint.pt'), steps, team, seed
        self.until, self.pause_at, self.save_seconds = until, pause_at, save_seconds
        self.saved = self.logged = time.time()
        self.started = None
        self.step = self.logged_step = 0
        self.fraction = 0.

    def resume(self, parts, device):
        """Loads the checkpoint, if there is one, into `parts` (name to an object with load_state_dict, or a list of tensors)."""
        if not os.path.exists(self.path):
            return
        state = torch.load(self.path, map_location=device, weights_only=True)
        for name, part in parts.items():
            if isinstance(part, list):
                for to, value in zip(part, state[name]):
                    to.copy_(value)
            else:
                part.load_state_dict(state[name])
        self.step = self.logged_step = state['step']
        self.fraction = state['fraction']
        self.team.log(f'{self.name}: resumed at step {self.step}')

    def save(self, parts):
        """Writes the checkpoint, replacing the last one only when the new one is whole."""
        self.saved = time.time()
        if self.team.leader:
            state = {name: part if isinstance(part, list) else part.state_dict() for name, part in parts.items()}
            torch.save(state | {'step': self.step, 'fraction': self.fraction}, self.path + '.part')
            os.replace(self.path + '.part', self.path)

    def begin_step(self):
        """Seeds the random generators for this step and this process."""
        torch.manual_seed((self.seed * 1_000_003 + self.step) * 64 + self.team.rank)

    def end_step(self, parts, numbers, samples, every=200):
        """Counts a step; `numbers` are tensors for the log."""
        self.step += 1
        if self.started is None:
            self.started, self.before = time.time(), self.fraction
        if self.until is None:
            self.fraction = self.step / self.steps
        elif self.step % 10 == 0:
            now = self.team.leaders(time.time())
            begun = self.team.leaders(self.started)
            self.fraction = min(1., self.before + (1 - self.before) * (now - begun) / max(1e-3, self.until - begun))
        if self.step % every == 0 or self.fraction >= 1:
            now = time.time()
            text = ' '.join(f'{k} {v.detach().item():.4f}' for k, v in numbers.items())
            speed = (self.step - self.logged_step) * samples * self.team.size / (now - self.logged)
            self.team.log(f'{self.name} {self.step} {100 * self.fraction:.1f} % {text} {speed:.0f} samples/s')
            self.logged, self.logged_step = now, self.step
        if self.step % 10 == 0:
            if self.team.leaders(time.time() > self.pause_at):
                self.save(parts)
                raise Paused
            if time.time() - self.saved > self.save_seconds:
                self.save(parts)


class Average:
    """Exponential moving average of parameters, short at the start so that the first weights are forgotten."""

    def __init__(self, parameters, decay):
        self.parameters, self.decay = list(parameters), decay
        self.values = [p.detach().clone() for p in self.parameters]

    @torch.no_grad()
    def update(self, step):
        """After each optimizer step."""
        decay = min(self.decay, (1 + step) / (10 + step))
        torch._foreach_lerp_(self.values, [p.detach() for p in self.parameters], 1 - decay)

    @torch.no_grad()
    def apply(self):
        """Puts the averaged values in place of the parameters."""
        for p, value in zip(self.parameters, self.values):
            p.copy_(value)
