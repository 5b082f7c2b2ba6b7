"""Makes the ControlNets of a finished model: `python -m storybook.controls MODEL --out FOLDER`.

Draws pictures with their edges, depth and skeletons, then trains one ControlNet after the other, each into a
folder of its own (`controlnet-canny` …); one that is there already is left alone, so that a run that was cut off
goes on when it is started again. On several GPUs: `torchrun --nproc-per-node 2 -m storybook.controls …`.
"""
import argparse
import os
import time

if 'LOCAL_RANK' in os.environ:  # each process sees one GPU
    os.environ['CUDA_VISIBLE_DEVICES'] = os.environ['LOCAL_RANK']

import numpy as np  # noqa: E402
import torch  # noqa: E402

from storybook import adherence, config, data, export, hints, render, train_control, train_vae  # noqa: E402
from storybook.nn.controlnet import ControlNet  # noqa: E402
from storybook.pipeline import Pipeline  # noqa: E402
from storybook.team import Team  # noqa: E402
from storybook.training import Paused  # noqa: E402


def arguments(words=None):
    """What the command line says."""
    parser = argparse.ArgumentParser(prog='python -m storybook.controls', description=__doc__)
    parser.add_argument('model', help='the model folder')
    parser.add_argument('--out', required=True, help='folder for checkpoints and ControlNets')
    parser.add_argument('--only', nargs='+', choices=hints.KINDS, default=hints.KINDS, help='which of them')
    parser.add_argument('--smoke', action='store_true', help='a few steps of everything, on the CPU')
    parser.add_argument('--minutes', type=float, default=float('inf'), help='stop with a checkpoint after this time')
    parser.add_argument('--train-until', type=float, help='end the last training this many seconds after the start; what is '
                        'left of them when the first begins is shared evenly')
    parser.add_argument('--no-compile', action='store_true', help='run the networks without torch.compile')
    return parser.parse_args(words)


class Drawn:
    """Pictures on the device: bytes (n, size, size, 3), and what their control pictures are made from."""

    def __init__(self, arrays, device, size, batch=128):
        n = len(arrays['camera'])
        self.size, self.images = size, torch.empty(n, size, size, 3, dtype=torch.uint8, device=device)
        self.depth, self.edges = (torch.empty(n, size, size, dtype=torch.uint8, device=device) for _ in range(2))
        self.points, self.shown = torch.empty(n, 18, 2, device=device), hints.seen(torch.as_tensor(arrays['head'], device=device))
        for i in range(0, n, batch):
            rows = np.arange(i, min(i + batch, n))
            done = render.render(arrays, rows, device, size)
            to = slice(i, i + len(rows))
            self.images[to] = (done.image * 255).round().to(torch.uint8).permute(0, 2, 3, 1)
            self.depth[to] = (hints.depth(done.depth) * 255).round().to(torch.uint8)
            self.edges[to] = hints.canny(self.images[to].permute(0, 3, 1, 2).float() / 255).to(torch.uint8) * 255
            self.points[to] = done.points

    def pictures(self, kind, rows):
        """Control pictures (len(rows), 3, size, size) in 0..1."""
        if kind == 'pose':
            return hints.pose(self.points[rows], self.shown[rows], self.size)
        gray = (self.depth if kind == 'depth' else self.edges)[rows].float() / 255
        return gray[:, None].expand(-1, 3, -1, -1)


def make(options):
    """All ControlNets, then their numbers and sheets."""
    run = config.CONTROLS_SMOKE if options.smoke else config.Controls()
    started = time.time()
    on_gpu = not options.smoke and torch.version.cuda is not None
    device, compiled = 'cuda' if on_gpu else 'cpu', on_gpu and not options.no_compile
    os.makedirs(options.out, exist_ok=True)
    part, parts = int(os.environ.get('RANK', 0)), int(os.environ.get('WORLD_SIZE', 1))
    pipeline = Pipeline(options.model, 'cpu')  # the GPU is touched when all that forks is done
    scenes = data.scenes(run.seed, run.pictures, pipeline.tokenizer, run.captions, part, parts)
    asked = adherence.scenes(run.prompts, pipeline.tokenizer)
    team = Team(device)

    def log(text):
        team.log(f'[{time.time() - started:6.1f} s] {text}')

    pipeline.to(device)
    drawn = Drawn(scenes.arrays, device, run.size)
    log(f'{len(drawn.images)} pictures drawn for each of {parts}')
    latents = train_vae.encode(pipeline.vae, drawn.images, compiled).mul_(pipeline.vae.config['scaling_factor'])
    ids = torch.from_numpy(scenes.ids).to(device)
    begun = team.leaders(time.time())
    for i, kind in enumerate(options.only):
        folder = os.path.join(options.out, f'controlnet-{kind}')
        if os.path.exists(folder):
            continue
        torch.manual_seed(run.seed)
        control = ControlNet.of(pipeline.unet, config.CONTROL).to(device).to(memory_format=torch.channels_last)
        control.controlnet_cond_embedding.begin(drawn.pictures(kind, torch.arange(min(run.batch, len(latents)), device=device)), team.mean)
        until = options.train_until and begun + (started + options.train_until - begun) * (i + 1) / len(options.only)
        steps = train_control.train(control, kind, pipeline, latents, ids, lambda rows, k=kind: drawn.pictures(k, rows), run.steps,
                                    run.batch, options.out, team, compiled, until, started + options.minutes * 60)
        if team.leader:
            export.part(folder + '.part', control, control.config)
            os.replace(folder + '.part', folder)
        log(f'ControlNet {kind} done after {steps} steps')
    team.mean(0.)  # nobody leaves before the last folder is there
    team.leave()
    if team.leader:
        prompts, wanted = asked
        adherence.judge(pipeline, options.out, prompts, Drawn(wanted.arrays, device, run.size), drawn, run, log, options.only)


if __name__ == '__main__':
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
    torch.backends.cudnn.benchmark = True
    try:
        make(arguments())
    except Paused:
        print('paused: start again with the same settings to go on', flush=True)
