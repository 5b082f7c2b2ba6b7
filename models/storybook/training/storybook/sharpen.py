"""Trains a finished model's decoder on: `python -m storybook.sharpen MODEL --out FOLDER`.

The encoder stays as it is, and so does what a latent means: the UNet, LoRAs and ControlNets of the model go on
fitting, and only what they draw is sharper. `FOLDER/vae` takes the place of the model's. On several GPUs:
`torchrun --nproc-per-node 2 -m storybook.sharpen …`.
"""
import argparse
import json
import os
import time

if 'LOCAL_RANK' in os.environ:  # each process sees one GPU
    os.environ['CUDA_VISIBLE_DEVICES'] = os.environ['LOCAL_RANK']

import torch  # noqa: E402

from storybook import config, data, evaluate, export, sheet, train_decoder, train_vae, world  # noqa: E402
from storybook.pipeline import Pipeline  # noqa: E402
from storybook.team import Team  # noqa: E402
from storybook.training import Paused  # noqa: E402


def freeze_encoder(vae):
    """Leaves the decoder alone to be trained."""
    for part in (vae.encoder, vae.quant_conv):
        part.requires_grad_(False)


def make(options):
    """Draws, trains, writes the folder, judges it beside the model's own."""
    run = config.SHARPENING_SMOKE if options.smoke else config.Sharpening()
    started = time.time()
    on_gpu = not options.smoke and torch.version.cuda is not None
    device, compiled = 'cuda' if on_gpu else 'cpu', on_gpu and not options.no_compile
    os.makedirs(options.out, exist_ok=True)
    part, parts = int(os.environ.get('RANK', 0)), int(os.environ.get('WORLD_SIZE', 1))
    pipeline = Pipeline(options.model, 'cpu')  # the GPU is touched when all that forks is done
    scenes = data.scenes(run.seed, run.pictures, pipeline.tokenizer, 1, part, parts)
    styles = {s: data.scenes(evaluate.HELD_OUT + i, run.held_out, pipeline.tokenizer, style=s) for i, s in enumerate(world.STYLES)}
    team = Team(device)

    def log(text):
        team.log(f'[{time.time() - started:6.1f} s] {text}')

    pipeline.to(device)
    before = evaluate.reconstruct(pipeline.vae, styles, run.size, device)[0] if team.leader else None
    log(f'before: {before}')
    images, _ = data.pictures(scenes.arrays, device, run.size)
    latents = train_vae.encode(pipeline.vae, images, compiled=False, batch=64, exact=True)
    log('pictures drawn and encoded')
    freeze_encoder(pipeline.vae)
    until = options.train_until and started + options.train_until
    steps = train_decoder.train(pipeline.vae, images, latents, scenes.arrays['style'], run.steps, run.batch, options.out, team,
                                run.seed, compiled, until, started + options.minutes * 60)
    log(f'decoder done after {steps} steps')
    team.mean(0.)
    team.leave()
    if team.leader:
        export.part(os.path.join(options.out, 'vae'), pipeline.vae, pipeline.vae.config)
        after, pairs = evaluate.reconstruct(pipeline.vae.eval(), styles, run.size, device)
        sheet.save(pairs, 8, os.path.join(options.out, 'reconstruction.png'))
        log(f'after: {after}')
        with open(os.path.join(options.out, 'psnr.json'), 'w', encoding='utf-8') as f:
            json.dump({'before': before, 'after': after}, f, indent=2)


def main():
    """The command line."""
    parser = argparse.ArgumentParser(prog='python -m storybook.sharpen', description=__doc__)
    parser.add_argument('model', help='the model folder')
    parser.add_argument('--out', required=True, help='folder for checkpoints and the VAE')
    parser.add_argument('--smoke', action='store_true', help='a few steps of everything, on the CPU')
    parser.add_argument('--minutes', type=float, default=float('inf'), help='stop with a checkpoint after this time')
    parser.add_argument('--train-until', type=float, help='end the training this many seconds after the start, whatever its steps')
    parser.add_argument('--no-compile', action='store_true', help='run the networks without torch.compile')
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
    torch.backends.cudnn.benchmark = True
    try:
        make(parser.parse_args())
    except Paused:
        print('paused: start again with the same settings to go on', flush=True)


if __name__ == '__main__':
    main()
