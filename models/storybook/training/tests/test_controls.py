"""Keeps what the later stages make in the layouts that users bring; on the CPU, in seconds."""
import os
import tempfile
import unittest

import torch

from storybook import adherence, config, hints, sharpen, train_decoder
from storybook.nn.controlnet import ControlNet
from storybook.nn.tiny import PreviewDecoder
from storybook.nn.unet import UNet
from storybook.nn.vae import Autoencoder
from storybook.pipeline import load
from storybook.precompile import Alone
from storybook.world import KEYPOINTS

PUBLISHED = os.path.join(os.path.dirname(__file__), '..', '..', '..', 'storybook-extras', 'controlnets')


class ControlNetTest(unittest.TestCase):
    def test_names_are_those_of_diffusers(self):
        names = set(ControlNet(config.CONTROL).state_dict())
        down = [f'controlnet_down_blocks.{i}' for i in range(6)]  # conv_in, and a block's ResNet and downsampler
        zero = {f'{c}.{p}' for c in [*down, 'controlnet_mid_block'] for p in ('weight', 'bias')}
        embedding = {f'controlnet_cond_embedding.{c}.{p}' for c in ['conv_in', 'conv_out', *(f'blocks.{i}' for i in range(6))]
                     for p in ('weight', 'bias')}
        unet = {n for n in UNet(config.UNET).state_dict() if n.split('.')[0] in ('conv_in', 'time_embedding', 'down_blocks', 'mid_block')}
        self.assertEqual(unet | zero | embedding, names)

    def test_the_published_ones_see_their_control_picture(self):
        torch.manual_seed(0)
        x, t, context, picture = torch.randn(1, 4, 8, 8), torch.tensor([500]), torch.randn(1, 77, 192), torch.zeros(1, 3, 64, 64)
        picture[:, :, 31] = 1
        for kind in hints.KINDS:
            with self.subTest(kind), torch.no_grad():
                control = load(ControlNet, os.path.join(PUBLISHED, f'storybook-{kind}'), 'cpu')
                with_lines, without = (control(x, t, context, p) for p in (picture, torch.zeros_like(picture)))
                for a, b in zip(with_lines, without):
                    self.assertGreater((a - b).std().item(), .1 * b.std().item())

    def test_a_new_one_changes_nothing(self):
        torch.manual_seed(0)
        unet = UNet(config.UNET | {'sample_size': 8})
        x, t, context = torch.randn(1, 4, 8, 8), torch.tensor([500]), torch.randn(1, 77, 192)
        residuals = ControlNet.of(unet, config.CONTROL)(x, t, context, torch.rand(1, 3, 64, 64))
        self.assertTrue(all((r == 0).all() for r in residuals))
        with torch.no_grad():
            self.assertTrue(torch.equal(unet(x, t, context), unet(x, t, context, residuals)))

    def test_lines_of_a_control_picture_reach_the_first_zero_convolution(self):
        torch.manual_seed(0)
        layer = ControlNet(config.CONTROL).controlnet_cond_embedding
        seen = []
        layer.conv_out.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
        picture = torch.zeros(1, 3, 64, 64)
        picture[:, :, 31] = 1
        layer.begin(picture)
        with torch.no_grad():
            layer(picture)
        self.assertGreater(seen[0].std((2, 3)).mean().item(), .2)


class PreviewDecoderTest(unittest.TestCase):
    def test_names_are_those_of_diffusers(self):
        names = list(PreviewDecoder(config.PREVIEW).state_dict())
        self.assertEqual(['decoder.layers.0.weight', 'decoder.layers.0.bias', 'decoder.layers.2.conv.0.weight'], names[:3])
        self.assertIn('decoder.layers.6.weight', names)  # after the first upsampling, without a bias
        self.assertNotIn('decoder.layers.6.bias', names)
        self.assertEqual(['decoder.layers.18.weight', 'decoder.layers.18.bias'], names[-2:])

    def test_a_latent_becomes_a_picture_eight_times_as_large(self):
        self.assertEqual((1, 3, 64, 32), tuple(PreviewDecoder(config.PREVIEW)(torch.randn(1, 4, 8, 4)).shape))


class SharpenTest(unittest.TestCase):
    def test_the_encoder_stays_as_it_is(self):
        torch.manual_seed(0)
        vae = Autoencoder(config.VAE | {'sample_size': 64})
        before = {name: value.clone() for name, value in vae.state_dict().items()}
        sharpen.freeze_encoder(vae)
        images = torch.randint(0, 256, (4, 64, 64, 3), dtype=torch.uint8)
        with tempfile.TemporaryDirectory() as folder:
            train_decoder.train(vae, images, torch.randn(4, 4, 8, 8), torch.zeros(4, dtype=torch.long), 2, 4, folder, Alone(), compiled=False)
        changed = {name.split('.')[0] for name, value in vae.state_dict().items() if not torch.equal(value, before[name])}
        self.assertEqual({'decoder', 'post_quant_conv'}, changed)


class HintsTest(unittest.TestCase):
    def test_a_square_has_a_thin_edge(self):
        picture = torch.zeros(1, 3, 32, 32)
        picture[:, :, 8:24, 8:24] = 1
        edges = hints.canny(picture)[0]
        self.assertTrue(edges.any(0)[9:23].all())
        self.assertFalse(edges[10:22, 10:22].any())
        self.assertLessEqual(edges[16].sum().item(), 2)

    def test_faint_edges_count_where_they_go_on_from_clear_ones_alone(self):
        picture = torch.zeros(1, 3, 32, 32)
        picture[:, :, :16, 16:] = 1
        picture[:, :, 16:, 16:] = .15  # between the thresholds
        self.assertTrue(hints.canny(picture)[0, :, 15:17].any(1).all())
        alone = torch.zeros(1, 3, 32, 32)
        alone[:, :, :, 16:] = .15
        self.assertFalse(hints.canny(alone).any())

    def test_a_skeleton_has_openposes_colours(self):
        points = torch.full((1, 18, 2), -50.)
        points[0, KEYPOINTS.index('r_elbow')] = torch.tensor([10., 10.])
        points[0, KEYPOINTS.index('r_wrist')] = torch.tensor([50., 10.])
        shown = torch.ones(1, 18, dtype=torch.bool)
        picture = (hints.pose(points, shown, 64)[0] * 255).round().int()
        self.assertEqual([255, 255, 0], picture[:, 10, 10].tolist())
        self.assertEqual([170, 255, 0], picture[:, 10, 49].tolist())
        self.assertEqual([153, 153, 0], picture[:, 9, 30].tolist())
        shown[0, KEYPOINTS.index('r_wrist')] = False
        self.assertEqual(0, hints.pose(points, shown, 64)[0, :, 9, 30].sum())

    def test_a_face_that_is_turned_away_is_not_seen(self):
        heads = torch.tensor([[0, 0, 0, 1., 0.], [0, 0, 0, -1., 0.]])
        front, back = hints.seen(heads)
        self.assertTrue(front.all())
        self.assertEqual({'nose', 'r_eye', 'l_eye'}, {name for name, seen in zip(KEYPOINTS, back) if not seen})


class AdherenceTest(unittest.TestCase):
    def test_a_drawing_follows_its_own_map_and_an_empty_picture_does_not(self):
        picture = torch.zeros(1, 3, 32, 32)
        picture[:, :, 8:24, 8:24] = 1

        class Drawn:
            edges = hints.canny(picture) * 255
            depth = picture[:, 0] * 255

        self.assertEqual(1, adherence.edges_found(picture, Drawn).item())
        self.assertEqual(0, adherence.edges_found(torch.zeros_like(picture), Drawn).item())
        half = torch.nn.functional.avg_pool2d(picture[:, :1], 2)
        self.assertAlmostEqual(1, adherence.depth_correlation(half, Drawn).item(), places=5)
        self.assertAlmostEqual(-1, adherence.depth_correlation(-half, Drawn).item(), places=5)


if __name__ == '__main__':
    unittest.main()
