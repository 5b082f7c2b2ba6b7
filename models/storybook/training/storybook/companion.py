"""The second process of each GPU: text encoder and UNet.

It runs beside the one that draws and trains the autoencoder (:mod:`storybook.__main__`), so that
the text encoder's first training and minutes of compilation cost no time of their own, and waits for the
latents. What goes between the two are files in the run's folder, written under another name and renamed.
`python -m storybook.companion SETTINGS.json`.
"""
import ctypes
import json
import os
import signal
import subprocess
import sys
import time

import torch

from storybook import config, train_text
from storybook.nn.clip_text import TextEncoder
from storybook.nn.unet import UNet
from storybook.team import Team
from storybook.train_unet import Diffusion
from storybook.training import PAUSED, Paused

RESULT = 'unet.pt'
MAY_COMPILE = 'may-compile'  # the autoencoder, which is waited for, is compiled first


def put(value, folder, name):
    """Saves a file that is whole from the moment it is there."""
    path = os.path.join(folder, name)
    torch.save(value, path + '.part')
    os.replace(path + '.part', path)


def start(settings, environment):
    """Starts it; `settings` become this module's arguments."""
    path = os.path.join(settings['out'], f'companion-{settings["rank"]}.json')
    with open(path, 'w', encoding='utf-8') as f:
        json.dump(settings, f)
    own = {k: v for k, v in environment.items() if not k.startswith('TORCHELASTIC')}
    if 'MASTER_PORT' in own:  # a team of its own
        own['MASTER_PORT'] = str(int(own['MASTER_PORT']) + 1)
    return subprocess.Popen([sys.executable, '-m', 'storybook.companion', path], env=own)


def _wait(folder, name, parent):
    """The content of a file that the parent will write; ends this process when the parent is gone."""
    path = os.path.join(folder, name)
    while not os.path.exists(path):
        if os.getppid() != parent:
            sys.exit('the run that this process belongs to has ended')
        time.sleep(.2)
    return torch.load(path, weights_only=True)


def main(path):
    """Trains the text encoder, compiles, waits for latents, trains both."""
    with open(path, encoding='utf-8') as f:
        settings = json.load(f)
    run, out, device = config.Run(**settings['run']), settings['out'], settings['device']
    rank, parent = settings['rank'], os.getppid()
    if sys.platform == 'linux':
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: ends with its parent, wherever it waits
    captions = _wait(out, f'captions-{rank}.pt', parent)
    team = Team(device)

    def log(text):
        team.log(f'[{time.time() - settings["began"]:6.1f} s] {text}')

    def new(kind, configuration):
        torch.manual_seed(run.seed)
        return kind(configuration).to(device).to(memory_format=torch.channels_last)

    ids, facts = captions['ids'].to(device), captions['facts'].to(device)
    text = new(TextEncoder, config.text_config(captions['vocabulary']))
    unet = new(UNet, config.UNET | {'sample_size': run.size // 8})
    done = os.path.join(out, 'text.pt')
    if os.path.exists(done):
        text.load_state_dict(torch.load(done, map_location=device, weights_only=True))
    else:
        train_text.train(text, ids, facts, run.text_steps, run.text_batch, team, run.seed)
        if team.leader:
            put(text.state_dict(), out, 'text.pt')
    log('text encoder prepared')
    diffusion = Diffusion(unet, text, run.unet_batch, team, device, settings['compiled'])
    if settings['compiled']:
        _wait(out, f'{MAY_COMPILE}-{rank}.pt', parent)
        diffusion.warm_up(run.size // 8)
        log('UNet compiled')
    if device == 'cuda':
        torch.cuda.empty_cache()
    latents = _wait(out, f'latents-{rank}.pt', parent).to(device)
    log('UNet begins')
    end = text.config['eos_token_id']
    empty = torch.tensor([text.config['bos_token_id']] + [end] * (ids.shape[2] - 1), device=device)
    try:
        steps = diffusion.train(latents, ids, empty, run.unet_steps, out, run.seed, settings['until'], settings['pause_at'])
    except Paused:
        sys.exit(PAUSED)
    log(f'UNet and text encoder done after {steps} steps')
    if team.leader:
        put({'unet': unet.state_dict(), 'text': text.state_dict()}, out, RESULT)
    team.mean(0.)  # nobody leaves before the file is there
    team.leave()


if __name__ == '__main__':
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
    torch.backends.cudnn.benchmark = True
    main(sys.argv[1])
