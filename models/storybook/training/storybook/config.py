"""Shapes of the networks, as written into each part's config.json, and the sizes of a run."""
from dataclasses import dataclass

UNET = {
    '_class_name': 'UNet2DConditionModel', 'act_fn': 'silu', 'attention_head_dim': 4,
    'block_out_channels': [96, 160, 256], 'center_input_sample': False, 'cross_attention_dim': 192,
    'down_block_types': ['DownBlock2D', 'CrossAttnDownBlock2D', 'CrossAttnDownBlock2D'],
    'downsample_padding': 1, 'flip_sin_to_cos': True, 'freq_shift': 0, 'in_channels': 4, 'layers_per_block': 1,
    'mid_block_scale_factor': 1, 'norm_eps': 1e-05, 'norm_num_groups': 32, 'out_channels': 4, 'sample_size': 32,
    'up_block_types': ['CrossAttnUpBlock2D', 'CrossAttnUpBlock2D', 'UpBlock2D'],
}
VAE = {
    '_class_name': 'AutoencoderKL', 'act_fn': 'silu', 'block_out_channels': [32, 64, 128, 192],
    'down_block_types': ['DownEncoderBlock2D'] * 4, 'in_channels': 3, 'latent_channels': 4, 'layers_per_block': 1,
    'norm_num_groups': 32, 'out_channels': 3, 'sample_size': 256, 'up_block_types': ['UpDecoderBlock2D'] * 4,
}
TEXT = {
    'architectures': ['CLIPTextModel'], 'hidden_size': 192, 'intermediate_size': 768, 'projection_dim': 192,
    'num_hidden_layers': 4, 'num_attention_heads': 4, 'max_position_embeddings': 77, 'hidden_act': 'quick_gelu',
    'layer_norm_eps': 1e-05, 'attention_dropout': 0.0, 'initializer_range': 0.02, 'initializer_factor': 1.0,
    '_name_or_path': '', 'model_type': 'clip_text_model',
}
PREVIEW = {
    '_class_name': 'AutoencoderTiny', 'act_fn': 'relu', 'in_channels': 3, 'out_channels': 3, 'latent_channels': 4,
    'decoder_block_out_channels': [32] * 4, 'num_decoder_blocks': [3, 3, 3, 1], 'upsampling_scaling_factor': 2,
    'upsample_fn': 'nearest', 'latent_magnitude': 3, 'latent_shift': .5, 'scaling_factor': 1.0,
}
CONTROL = {k: v for k, v in UNET.items() if k not in ('center_input_sample', 'out_channels', 'sample_size', 'up_block_types')} | {
    '_class_name': 'ControlNetModel', 'conditioning_channels': 3, 'conditioning_embedding_out_channels': [16, 32, 96, 256],
    'controlnet_conditioning_channel_order': 'rgb', 'global_pool_conditions': False,
}
ESTIMATOR = {'_class_name': 'DepthEstimator', 'in_channels': 3, 'out_channels': 1, 'block_out_channels': [32, 64, 96, 128]}


@dataclass(frozen=True)
class Run:
    """How much is drawn and trained; the steps are those of the published weights."""

    seed: int = 5
    size: int = 256  # of the pictures
    pictures: int = 131_072
    captions: int = 3  # ways of saying what each picture shows
    vae_steps: int = 8_470
    vae_batch: int = 128
    text_steps: int = 1_500
    text_batch: int = 1_024
    unet_steps: int = 7_170
    unet_batch: int = 384
    held_out: int = 500  # pictures a style for the autoencoder's test
    classifier_steps: int = 3_735
    classifier_batch: int = 128
    prompts: int = 500  # for attribute accuracy, seen and unseen combinations each
    preview_steps: int = 4_000
    preview_batch: int = 64


SMOKE = Run(size=64, pictures=16, captions=2, vae_steps=10, vae_batch=8, text_steps=2, text_batch=4, unet_steps=3, unet_batch=8,
            held_out=1, classifier_steps=2, classifier_batch=4, prompts=2, preview_steps=2, preview_batch=4)


@dataclass(frozen=True)
class Sharpening:
    """How much is drawn and trained when a decoder is trained on."""

    seed: int = 23
    size: int = 256
    pictures: int = 65_536
    steps: int = 20_000
    batch: int = 32
    held_out: int = 500


SHARPENING_SMOKE = Sharpening(size=64, pictures=8, steps=2, batch=4, held_out=2)


@dataclass(frozen=True)
class Controls:
    """How much is drawn and trained for each ControlNet."""

    seed: int = 17
    size: int = 256
    pictures: int = 49_152
    captions: int = 2
    steps: int = 4_000
    batch: int = 192
    prompts: int = 200  # for control adherence
    estimator_steps: int = 2_500
    estimator_batch: int = 64


CONTROLS_SMOKE = Controls(size=64, pictures=8, steps=2, batch=4, prompts=4, estimator_steps=2, estimator_batch=4)


@dataclass(frozen=True)
class Loras:
    """How much is drawn and trained for each LoRA."""

    seed: int = 29
    size: int = 256
    pictures: int = 6_144  # that show it, and as many that do not
    captions: int = 2
    steps: int = 2_500
    batch: int = 48
    prompts: int = 100
    detector_steps: int = 800
    detector_batch: int = 64


LORAS_SMOKE = Loras(size=64, pictures=8, steps=2, batch=4, prompts=4, detector_steps=2, detector_batch=4)


def text_config(vocabulary):
    """TEXT for a vocabulary that ends with the start and the end token."""
    return TEXT | {'vocab_size': vocabulary, 'bos_token_id': vocabulary - 2, 'eos_token_id': vocabulary - 1,
                   'pad_token_id': vocabulary - 1}
