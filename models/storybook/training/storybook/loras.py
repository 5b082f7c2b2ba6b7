"""Makes the LoRAs of a finished model: `python -m storybook.loras MODEL --out FOLDER`.

A style and an object (:mod:`storybook.additions`), one file each under kohya's names, while the model stays as it
is. Beside them are `loras.json` (how many pictures show it, with and without, and of drawings) and sheets (rows:
without, with).
"""
import argparse
import json
import os
import random
import time
from collections import Counter

import torch
from safetensors.torch import save_file

from storybook import additions, config, detector, schedule, sheet, train_vae
from storybook.nn.lora import Lora
from storybook.pipeline import Pipeline
from storybook.training import cosine, half_precision

RANK, ALPHA, PEAK, DROP, HELD_OUT = 8, 8, 1e-3, .1, 95_000


def metadata(addition, lora, said):
    """What trainers write into a LoRA's file; `said` are its captions."""
    tags = Counter(part.strip() for text in said for part in text.split(',') if part.strip())
    return {
        'ss_base_model_version': 'sd_v1', 'ss_sd_model_name': 'storybook', 'ss_output_name': addition.name,
        'ss_network_module': 'networks.lora', 'ss_network_dim': str(lora.rank), 'ss_network_alpha': str(lora.alpha),
        'ss_tag_frequency': json.dumps({addition.name: dict(tags.most_common(20))}),
        'modelspec.sai_model_spec': '1.0.0', 'modelspec.architecture': 'stable-diffusion-v1/lora',
        'modelspec.title': addition.title, 'modelspec.trigger_phrase': addition.trigger, 'modelspec.license': 'Apache-2.0',
    }


def write(path, addition, lora, said):
    """The file, in half precision."""
    weights = {k: v.detach().half().cpu().contiguous() for k, v in lora.state_dict().items()}
    save_file(weights, path + '.part', metadata=metadata(addition, lora, said))
    os.replace(path + '.part', path)


def train(pipeline, lora, latents, ids, run, seconds, log):
    """Trains the LoRA, attached to the pipeline's networks, on latents in the sampler's scale and ids (n, versions, 77)."""
    device, began = latents.device, time.time()
    for p in [*pipeline.unet.parameters(), *pipeline.text.parameters()]:
        p.requires_grad_(False)
    parameters = list(lora.parameters())
    optimizer = torch.optim.AdamW(parameters, lr=PEAK, betas=(.9, .99), weight_decay=1e-2)
    share, empty = schedule.alphas_cumprod(device), torch.tensor(pipeline.tokenizer.encode(''), device=device)
    step, fraction = 0, 0.
    while fraction < 1:
        rows = torch.randint(0, len(latents), (run.batch,), device=device)
        said = ids[rows, torch.randint(0, ids.shape[1], (run.batch,), device=device)].long()
        said = torch.where(torch.rand(run.batch, 1, device=device) < DROP, empty[None], said)
        clean = latents[rows].float()
        times = torch.randint(0, schedule.STEPS, (run.batch,), device=device)
        noise, a = torch.randn_like(clean), share[times][:, None, None, None]
        for group in optimizer.param_groups:
            group['lr'] = cosine(fraction, step, PEAK, 100)
        with half_precision(device):
            predicted = pipeline.unet(a.sqrt() * clean + (1 - a).sqrt() * noise, times, pipeline.text(said))
        each = ((predicted.float() - noise) ** 2).mean((1, 2, 3))
        total = (each * schedule.loss_weight(share[times])).mean()
        optimizer.zero_grad(set_to_none=True)
        total.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.)
        optimizer.step()
        step += 1
        fraction = step / run.steps if seconds is None else max(step / run.steps, (time.time() - began) / seconds)
        if step % 250 == 0:
            log(f'step {step} {100 * fraction:.0f} % loss {total.item():.4f}')
    log(f'{step} steps')


def make(addition, pipeline, run, out, seconds, log):
    """One LoRA, its numbers and its sheet."""
    path = os.path.join(out, f'{addition.name}.safetensors')
    device, numbers = pipeline.device, {}
    specs, with_it, without = additions.both(addition, run.pictures, run.seed)
    rng = random.Random(run.seed)
    said = [[addition.caption(s, rng) for _ in range(run.captions)] for s in specs]
    shown, plain = additions.pictures(addition, with_it, device, run.size), additions.pictures(None, without, device, run.size)
    sheet.save(shown[:32].permute(0, 3, 1, 2) / 255, 8, os.path.join(out, f'{addition.name}-drawn.jpg'))
    latents = train_vae.encode(pipeline.vae, shown, False, 64).mul_(pipeline.vae.config['scaling_factor'])
    ids = torch.tensor([[pipeline.tokenizer.encode(t) for t in several] for several in said], dtype=torch.int16, device=device)
    log(f'{addition.name}: {len(shown)} pictures drawn, e.g. "{said[0][0]}"')
    torch.manual_seed(run.seed)
    lora = Lora(pipeline.unet, pipeline.text, RANK, ALPHA).to(device).attach()
    train(pipeline, lora, latents, ids, run, seconds, log)
    write(path, addition, lora, [several[0] for several in said])

    model = detector.train(shown, plain, run.detector_steps, run.detector_batch)
    asked, with_it, without = additions.both(addition, run.prompts, HELD_OUT, shot='full')
    rng = random.Random(HELD_OUT)
    prompts = [addition.caption(s, rng) for s in asked]

    def drawn():
        return torch.cat([pipeline.draw(prompts[i:i + 50], 3000 + i, size=run.size) for i in range(0, len(prompts), 50)])

    generated = drawn()
    lora.detach()
    base = drawn()
    for name, images in (('drawn with it', additions.pictures(addition, with_it, device, run.size)),
                         ('drawn without it', additions.pictures(None, without, device, run.size))):
        numbers[name] = detector.share(model, images.permute(0, 3, 1, 2).float() / 255)
    numbers |= {'generated with the LoRA': detector.share(model, generated), 'generated without the LoRA': detector.share(model, base)}
    sheet.save(torch.stack([base[:16].unflatten(0, (-1, 8)), generated[:16].unflatten(0, (-1, 8))], 1).flatten(0, 2)
               if len(base) >= 16 else torch.cat([base, generated]), 8, os.path.join(out, f'{addition.name}.jpg'))
    log(f'{addition.name}: {numbers}')
    return {'trigger': addition.trigger, **numbers, 'prompts': prompts[:16]}


def main():
    """The command line."""
    parser = argparse.ArgumentParser(prog='python -m storybook.loras', description=__doc__)
    parser.add_argument('model', help='the model folder')
    parser.add_argument('--out', required=True, help='folder for the LoRAs')
    parser.add_argument('--smoke', action='store_true', help='a few steps of everything, on the CPU')
    parser.add_argument('--seconds', type=float, help="each LoRA's training ends after so many, if its steps are not done by then")
    options = parser.parse_args()
    run, started = config.LORAS_SMOKE if options.smoke else config.Loras(), time.time()
    os.makedirs(options.out, exist_ok=True)
    pipeline = Pipeline(options.model, 'cpu')
    pipeline.to('cuda' if not options.smoke and torch.version.cuda is not None else 'cpu')
    numbers = {}
    for addition in additions.ALL:
        numbers[addition.name] = make(addition, pipeline, run, options.out, options.seconds,
                                      lambda text: print(f'[{time.time() - started:6.1f} s] {text}', flush=True))
        with open(os.path.join(options.out, 'loras.json'), 'w', encoding='utf-8') as f:
            json.dump(numbers, f, indent=2)


if __name__ == '__main__':
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
    main()
