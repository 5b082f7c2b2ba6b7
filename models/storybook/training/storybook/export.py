"""The model as a folder in the layout of diffusers' StableDiffusionPipeline, weights in half precision."""
import json
import os

from safetensors.torch import save_file

from storybook import schedule

INDEX = {
    '_class_name': 'StableDiffusionPipeline', 'scheduler': ['diffusers', 'DPMSolverMultistepScheduler'],
    'text_encoder': ['transformers', 'CLIPTextModel'], 'tokenizer': ['transformers', 'CLIPTokenizer'],
    'unet': ['diffusers', 'UNet2DConditionModel'], 'vae': ['diffusers', 'AutoencoderKL'],
    'safety_checker': [None, None], 'feature_extractor': [None, None], 'requires_safety_checker': False,
}


def _json(value, *path):
    os.makedirs(os.path.dirname(os.path.join(*path)), exist_ok=True)
    with open(os.path.join(*path), 'w', encoding='utf-8') as f:
        json.dump(value, f, indent=2)
        f.write('\n')


def part(folder, module, config, file='diffusion_pytorch_model.safetensors'):
    """Writes one network and its shape into a folder of its own."""
    _json(config, folder, 'config.json')
    weights = {k: v.detach().half().cpu().contiguous() for k, v in module.state_dict().items()}
    save_file(weights, os.path.join(folder, file), metadata={'format': 'pt'})


def export(folder, unet, vae, text, tokenizer, scaling_factor):
    """Writes the folder; returns its size in bytes."""
    part(os.path.join(folder, 'unet'), unet, unet.config)
    part(os.path.join(folder, 'vae'), vae, vae.config | {'scaling_factor': scaling_factor})
    part(os.path.join(folder, 'text_encoder'), text, text.config, 'model.safetensors')
    tokenizer.save(os.path.join(folder, 'tokenizer'))
    _json(schedule.CONFIG, folder, 'scheduler', 'scheduler_config.json')
    _json(INDEX, folder, 'model_index.json')
    return sum(os.path.getsize(os.path.join(d, f)) for d, _, files in os.walk(folder) for f in files)
