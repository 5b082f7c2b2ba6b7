"""Makes the preview decoder of a finished model: `python -m storybook.preview MODEL --out FOLDER`."""
import argparse
import os
import time

import torch

from storybook import config, data, evaluate, train_preview, train_vae, world
from storybook.pipeline import Pipeline

SEED = 37


def main():
    """The command line."""
    parser = argparse.ArgumentParser(prog='python -m storybook.preview', description=__doc__)
    parser.add_argument('model', help='the model folder')
    parser.add_argument('--out', required=True, help='folder for the preview decoder')
    parser.add_argument('--smoke', action='store_true', help='a few steps, on the CPU')
    parser.add_argument('--pictures', type=int, default=24_576)
    parser.add_argument('--seconds', type=float, help='how long it trains instead of its steps')
    options = parser.parse_args()
    run, started = config.SMOKE if options.smoke else config.Run(), time.time()
    os.makedirs(options.out, exist_ok=True)
    pipeline = Pipeline(options.model, 'cpu')  # the GPU is touched when all that forks is done
    scenes = data.scenes(SEED, run.pictures if options.smoke else options.pictures, pipeline.tokenizer)
    styles = [data.scenes(evaluate.HELD_OUT + i, run.held_out, pipeline.tokenizer, style=s) for i, s in enumerate(world.STYLES)]
    pipeline.to('cuda' if not options.smoke and torch.version.cuda is not None else 'cpu')
    images, held_out = data.pictures(scenes.arrays, pipeline.device, run.size)[0], torch.cat(
        [data.pictures(s.arrays, pipeline.device, run.size)[0] for s in styles])
    latents = train_vae.encode(pipeline.vae, images, False, 64).mul_(pipeline.vae.config['scaling_factor'])
    train_preview.make(latents, images, held_out, run, options.out, pipeline.vae, options.seconds,
                       lambda text: print(f'[{time.time() - started:6.1f} s] {text}', flush=True))


if __name__ == '__main__':
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
    main()
