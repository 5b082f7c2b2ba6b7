"""Judges a model folder by itself: `python -m storybook.judge MODEL OUT [PICTURES] [SECONDS]`.

Draws pictures of its own, trains the classifier on them for so many seconds, and writes what
:mod:`storybook.evaluate` writes into OUT.
"""
import os
import sys
import time

import torch

from storybook import config, data, evaluate
from storybook.tokenizer import Tokenizer

SEED = 60_000  # pictures that no training saw


def main(folder, out, pictures=32_768, seconds=120):
    """Draws, trains, judges, and says the numbers."""
    began = time.time()

    def log(text):
        print(f'[{time.time() - began:6.1f} s] {text}', flush=True)

    os.makedirs(out, exist_ok=True)
    run = config.Run()
    tokenizer = Tokenizer.load(os.path.join(folder, 'tokenizer'))
    scenes = data.scenes(SEED, int(pictures), tokenizer, shot='full')  # forks: before the GPU is touched
    prepared = evaluate.scenes(run, tokenizer)
    device = 'cuda' if torch.cuda.is_available() else 'cpu'
    images, _ = data.pictures(scenes.arrays, device, run.size)
    log(f'{len(images)} pictures drawn')
    evaluate.Evaluation(folder, out, run, prepared, device).judge(images, scenes.labels, float(seconds), log)


if __name__ == '__main__':
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
    torch.backends.cudnn.benchmark = True
    main(*sys.argv[1:])
