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

import numpy as np  # noqa: E402
import torch  # noqa: E402

from storybook import companion, config, data, evaluate, export, sheet, train_preview, train_vae  # noqa: E402
from storybook.nn.clip_text import TextEncoder  # noqa: E402
from storybook.nn.unet import UNet  # noqa: E402
from storybook.nn.vae import Autoencoder  # noqa: E402
from storybook.team import Team  # noqa: E402
from storybook.tokenizer import Tokenizer, learn  # noqa: E402
from storybook.training import PAUSED, Paused  # noqa: E402


VAE_SHARE = .36


def _arguments():
    parser = argparse.ArgumentParser(prog='python -m storybook', description=__doc__)
    parser.add_argument('--out', required=True, help='folder for checkpoints and the model')
    parser.add_argument('--smoke', action='store_true', help='a few steps of everything, on the CPU, in about a minute')
    parser.add_argument('--minutes', type=float, default=float('inf'), help='stop with a checkpoint after this time')
    parser.add_argument('--train-until', type=float, help='end the trainings this many seconds after the start, whatever their '
                        f'steps; the autoencoder gets {VAE_SHARE:.0%}% of what is left of them when it begins')
    parser.add_argument('--classifier-seconds', type=float, help="time of the evaluation's classifier, whatever its steps")
    parser.add_argument('--preview-seconds', type=float, help="time of the preview decoder's training, whatever its steps")
    parser.add_argument('--began', type=float, help='the start, as a Unix time, where it was another process')
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
        self.started = options.began or time.time()
        self.pause_at = time.time() + options.minutes * 60
        self.until = options.train_until and self.started + options.train_until
        self.classifier_seconds, self.preview_seconds = options.classifier_seconds, options.preview_seconds
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

    def make(self):
        """All stages."""
        run = self.run
        part, parts = int(os.environ.get('RANK', 0)), int(os.environ.get('WORLD_SIZE', 1))
        tokenizer = Tokenizer(learn(data.words(run.seed, min(run.pictures, 20_000))))
        scenes = data.scenes(run.seed, run.pictures, tokenizer, run.captions, part, parts)  # forks: before the GPU is touched
        judge = part == parts - 1  # the last process judges the result; the others' GPUs are free by then
        prepared = evaluate.scenes(run, tokenizer) if judge else None
        companion.put({'ids': torch.from_numpy(scenes.ids), 'facts': torch.from_numpy(scenes.facts), 'vocabulary': len(tokenizer)},
                      self.out, f'captions-{part}.pt')
        ahead = self.compile_ahead() if part == 0 else None
        beside = self.diffusion(part)
        self.team = Team(self.device)
        self.log(f'{len(scenes.captions)} scenes for each of {parts}, e.g. "{scenes.captions[0]}"; {len(tokenizer)} tokens')

        images, heads = data.pictures(scenes.arrays, self.device, run.size)
        if self.team.leader:
            sheet.save(images[:32].permute(0, 3, 1, 2) / 255, 8, self.path('world.png'))
        self.log('pictures drawn')
        if ahead:
            ahead.wait()
            self.log('autoencoder compiled')
        companion.put(True, self.out, f'{companion.MAY_COMPILE}-{part}.pt')
        vae = self.autoencoder(images, heads, scenes.arrays['style'])
        latents = train_vae.encode(vae, images, self.compiled)
        scaling = 1 / self.team.mean(latents.float().std().item())
        self.log(f'latents: mean {latents.float().mean().item():.4f}, scaling factor {scaling:.4f}')
        companion.put(latents.mul_(scaling).cpu(), self.out, f'latents-{part}.pt')
        self.team.leave()
        del latents
        if self.device == 'cuda':
            torch.cuda.empty_cache()  # the companion's from here
        self.wait_for(beside)

        if judge:
            size = self.export(vae, tokenizer, scaling)
            self.say(f'model folder of {size / 1e6:.1f} MB')
            evaluation = evaluate.Evaluation(self.path('model'), self.out, self.run, prepared, self.device)
            evaluation.judge(images, scenes.labels, self.classifier_seconds, self.say)
            self.preview(images, part, evaluation)

    def say(self, text):
        """Like `log`, of a process that goes on alone."""
        print(f'[{time.time() - self.started:6.1f} s] {text}', flush=True)

    def preview(self, images, part, evaluation):
        """The preview decoder of the exported folder's latents."""
        latents = torch.load(self.path(f'latents-{part}.pt'), map_location=self.device, weights_only=True)
        held_out = torch.cat([data.pictures(s.arrays, self.device, self.run.size)[0] for s in evaluation.styles.values()])
        train_preview.make(latents, images, held_out, self.run, self.out, evaluation.pipeline.vae, self.preview_seconds, self.say)

    def compile_ahead(self):
        """Starts :mod:`storybook.precompile` beside this process."""
        if not self.compiled or os.path.exists(self.path('vae.pt')):
            return None
        environment = {k: v for k, v in os.environ.items() if k not in ('RANK', 'WORLD_SIZE', 'LOCAL_RANK')}
        numbers = (self.run.size, self.run.vae_batch // int(os.environ.get('WORLD_SIZE', 1)))
        return subprocess.Popen([sys.executable, '-m', 'storybook.precompile', *map(str, numbers)], env=environment)

    def diffusion(self, part):
        """Starts :mod:`storybook.companion`, unless its work is done."""
        if os.path.exists(self.path(companion.RESULT)):
            return None
        for old in (f'latents-{part}.pt', f'{companion.MAY_COMPILE}-{part}.pt'):  # of a run that was cut off
            if os.path.exists(self.path(old)):
                os.remove(self.path(old))
        return companion.start({
            'run': dataclasses.asdict(self.run), 'out': self.out, 'rank': part, 'device': self.device, 'compiled': self.compiled,
            'until': self.until, 'pause_at': self.pause_at, 'began': self.started}, os.environ)

    def wait_for(self, process):
        """The companion's end; raises Paused when it paused."""
        status = process.wait() if process else 0
        if status == PAUSED:
            raise Paused
        if status:
            sys.exit(f'the training of the UNet ended with status {status}')

    def autoencoder(self, images, heads, styles):
        """The trained autoencoder, from its file if there is one."""
        run = self.run
        torch.manual_seed(run.seed)
        vae = Autoencoder(config.VAE | {'sample_size': run.size}).to(self.device).to(memory_format=torch.channels_last)
        if os.path.exists(self.path('vae.pt')):
            vae.load_state_dict(torch.load(self.path('vae.pt'), map_location=self.device, weights_only=True))
            return vae.eval()
        now = self.team.leaders(time.time())
        until = self.until and now + VAE_SHARE * max(0., self.until - now)
        steps = train_vae.train(vae, images, heads, np.asarray(styles), run.vae_steps, run.vae_batch, self.out, self.team,
                                run.seed, self.compiled, until, self.pause_at)
        if self.team.leader:
            companion.put(vae.state_dict(), self.out, 'vae.pt')
        self.log(f'autoencoder done after {steps} steps')
        return vae.eval()

    def export(self, vae, tokenizer, scaling):
        """Writes the model folder; returns its size in bytes."""
        trained = torch.load(self.path(companion.RESULT), map_location='cpu', weights_only=True)
        unet = UNet(config.UNET | {'sample_size': self.run.size // 8})
        text = TextEncoder(config.text_config(len(tokenizer)))
        unet.load_state_dict(trained['unet'])
        text.load_state_dict(trained['text'])
        return export.export(self.path('model'), unet, vae, text, tokenizer, scaling)


if __name__ == '__main__':
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
    torch.backends.cudnn.benchmark = True
    try:
        Maker(_arguments()).make()
    except Paused:
        print('paused: start again with the same settings to go on', flush=True)
