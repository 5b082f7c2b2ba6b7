"""Makes the model from nothing: `python -m storybook --out FOLDER`.

Stages follow one another, each leaving its result in the folder; a run that was cut off goes on where
its last checkpoint is when it is started again with the same settings. On several GPUs:
`torchrun --nproc-per-node 2 -m storybook --out FOLDER`.
"""
import argparse
import dataclasses
import os
import subprocess
import sys
import time

if 'LOCAL_RANK' in os.environ:  # each process sees one GPU, under the same name: they share compiled code
    os.environ['CUDA_VISIBLE_DEVICES'] = os.environ['LOCAL_RANK']

import torch  # noqa: E402

from storybook import config, data, evaluate, export, sheet, train_unet, train_vae  # noqa: E402
from storybook.nn.clip_text import TextEncoder  # noqa: E402
from storybook.nn.unet import UNet  # noqa: E402
from storybook.nn.vae import Autoencoder  # noqa: E402
from storybook.team import Team  # noqa: E402
from storybook.tokenizer import Tokenizer, learn  # noqa: E402
from storybook.training import Paused  # noqa: E402


def _arguments():
    parser = argparse.ArgumentParser(prog='python -m storybook', description=__doc__)
    parser.add_argument('--out', required=True, help='folder for checkpoints and the model')
    parser.add_argument('--smoke', action='store_true', help='a few steps of everything, on the CPU, in about a minute')
    parser.add_argument('--minutes', type=float, default=float('inf'), help='stop with a checkpoint after this time')
    parser.add_argument('--vae-until', type=float, help='end the first training this many seconds after the start, whatever its steps')
    parser.add_argument('--unet-until', type=float, help='likewise the second')
    parser.add_argument('--no-compile', action='store_true', help='run the networks without torch.compile')
    for field in dataclasses.fields(config.Run):
        parser.add_argument('--' + field.name.replace('_', '-'), type=int)
    return parser.parse_args()


class Maker:
    """One run: settings, folder, device, clock."""

    def __init__(self, options):
        chosen = {f.name: getattr(options, f.name) for f in dataclasses.fields(config.Run)
                  if getattr(options, f.name) is not None}
        self.run = dataclasses.replace(config.SMOKE if options.smoke else config.Run(), **chosen)
        self.out = options.out
        self.started = time.time()
        self.pause_at = self.started + options.minutes * 60
        self.vae_until = options.vae_until and self.started + options.vae_until
        self.unet_until = options.unet_until and self.started + options.unet_until
        on_gpu = not options.smoke and os.environ.get('CUDA_VISIBLE_DEVICES') != '' and torch.version.cuda is not None
        self.device = 'cuda' if on_gpu else 'cpu'
        self.compiled = on_gpu and not options.no_compile
        self.team = None
        os.makedirs(self.out, exist_ok=True)

    def log(self, text):
        """One line with the seconds since the start."""
        self.team.log(f'[{time.time() - self.started:6.1f} s] {text}')

    def path(self, name):
        """A file in the run's folder."""
        return os.path.join(self.out, name)

    def new(self, kind, configuration):
        """A network with its starting weights, which follow from the seed."""
        torch.manual_seed(self.run.seed)
        return kind(configuration).to(self.device).to(memory_format=torch.channels_last)

    def make(self):
        """All stages."""
        run = self.run
        part, parts = int(os.environ.get('RANK', 0)), int(os.environ.get('WORLD_SIZE', 1))
        arrays, captions, labels = data.scenes(run.seed, run.pictures, part, parts)  # forks: before the GPU is touched
        prepared = evaluate.scenes(run) if part == 0 else None
        tokenizer = Tokenizer(learn(data.words(run.seed, min(run.pictures, 20_000))))
        self.team = Team(self.device)
        self.log(f'{len(captions)} scenes for each of {parts}, e.g. "{captions[0]}"; {len(tokenizer)} tokens')
        ahead = self.compile_ahead(len(tokenizer))

        images, heads = data.pictures(arrays, self.device, run.size)
        del arrays
        if self.team.leader:
            sheet.save(images[:32].permute(0, 3, 1, 2) / 255, 8, self.path('world.png'))
        self.log('pictures drawn')
        vae = self.autoencoder(images, heads)
        latents = train_vae.encode(vae, images)
        scaling = 1 / self.team.mean(latents.float().std().item())
        self.log(f'latents: mean {latents.float().mean().item():.4f}, scaling factor {scaling:.4f}')
        if ahead:
            ahead.wait()
            self.log('UNet compiled')
        unet, text = self.diffusion(latents.mul_(scaling), captions, tokenizer)
        self.team.leave()
        if not self.team.leader:
            return
        del latents
        size = export.export(self.path('model'), unet, vae, text, tokenizer, scaling)
        self.log(f'model folder of {size / 1e6:.1f} MB')
        numbers = evaluate.evaluate(self.path('model'), self.out, run, prepared, images, labels, self.device)
        self.log(f'evaluation: {numbers}')

    def compile_ahead(self, vocabulary):
        """Starts :mod:`storybook.precompile` beside this process."""
        if not self.compiled or not self.team.leader:
            return None
        environment = {k: v for k, v in os.environ.items() if k not in ('RANK', 'WORLD_SIZE', 'LOCAL_RANK')}
        numbers = (vocabulary, self.run.unet_batch // self.team.size, self.run.size // 8)
        return subprocess.Popen([sys.executable, '-m', 'storybook.precompile', *map(str, numbers)], env=environment)

    def autoencoder(self, images, heads):
        """The trained autoencoder, from its file if there is one."""
        run = self.run
        vae = self.new(Autoencoder, config.VAE | {'sample_size': run.size})
        if os.path.exists(self.path('vae.pt')):
            vae.load_state_dict(torch.load(self.path('vae.pt'), map_location=self.device, weights_only=True))
            return vae.eval()
        steps = train_vae.train(vae, images, heads, run.vae_steps, run.vae_batch, self.out, self.team, run.seed,
                                self.compiled, self.vae_until, self.pause_at)
        if self.team.leader:
            torch.save(vae.state_dict(), self.path('vae.pt'))
        self.log(f'autoencoder done after {steps} steps')
        return vae.eval()

    def diffusion(self, latents, captions, tokenizer):
        """The trained UNet and text encoder."""
        run = self.run
        ids = torch.tensor([tokenizer.encode(c) for c in captions], device=self.device)
        empty = torch.tensor(tokenizer.encode(''), device=self.device)
        unet = self.new(UNet, config.UNET | {'sample_size': run.size // 8})
        text = self.new(TextEncoder, config.text_config(len(tokenizer)))
        steps = train_unet.train(unet, text, latents, ids, empty, run.unet_steps, run.unet_batch, self.out, self.team,
                                 run.seed, self.compiled, self.unet_until, self.pause_at)
        self.log(f'UNet and text encoder done after {steps} steps')
        return unet, text


if __name__ == '__main__':
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
    torch.backends.cudnn.benchmark = True
    try:
        Maker(_arguments()).make()
    except Paused:
        print('paused: start again with the same settings to go on', flush=True)
