"""From geometry to pictures: light, faces, backdrop, and the three styles.

One call renders a whole batch on whatever device it is given: the CPU for a look and for tests, a GPU
for training.
"""
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F

from storybook import backdrop, face, march
from storybook.figure import MAX_PRIMITIVES
from storybook.geometry import GLOWING, HEAD, METAL, STRIPED
from storybook.world import COLORS, SCENES, STYLES, TIMES

CITY, MOON, PLAIN_SCENE = SCENES.index('on a city street at night'), SCENES.index('on the moon in space'), SCENES.index('plain')


class Rendered(NamedTuple):
    """image (n, 3, s, s) in 0..1; depth (n, s, s), 1 = near; points (n, 18, 2) in pixels."""

    image: torch.Tensor
    depth: torch.Tensor
    points: torch.Tensor


def stack(figures, specs, rng):
    """Packs figures (of :func:`storybook.figure.build`) and their specs into arrays, one row a picture."""
    n = len(figures)
    out = dict(start=np.full((n, MAX_PRIMITIVES, 3), 99, np.float32), end=np.full((n, MAX_PRIMITIVES, 3), 99, np.float32),
               radii=np.full((n, MAX_PRIMITIVES, 2), -9, np.float32), color=np.zeros((n, MAX_PRIMITIVES, 3), np.float32),
               shape=np.zeros((n, MAX_PRIMITIVES), np.float32), material=np.zeros((n, MAX_PRIMITIVES), np.float32),
               count=np.zeros(n, np.int32))
    for i, f in enumerate(figures):
        k = len(f['start'])
        out['count'][i] = k
        for name in ('start', 'end', 'radii', 'color', 'shape', 'material'):
            out[name][i, :k] = f[name]
    for name in ('head', 'face', 'points', 'camera'):
        out[name] = np.stack([f[name] for f in figures])
    out['scene'] = np.array([SCENES.index(s.scene) for s in specs])
    out['time'] = np.array([TIMES.index(s.time) for s in specs])
    out['style'] = np.array([STYLES.index(s.style) for s in specs])
    out['background'] = np.array([COLORS[s.background] for s in specs], np.float32)
    out['noise'] = np.array([[rng.random() for _ in range(8)] for _ in specs], np.float32)
    return out


def _march(x, y, arrays):
    count = int(arrays['count'].max())
    parts = march.pack(*(arrays[k][:, :count] for k in ('start', 'end', 'radii', 'shape')))
    if x.is_cuda:
        from storybook import march_triton
        return march_triton.march(x, y, parts, arrays['count'])
    return march.march(x, y, parts)


def _painted(a, hits, x, y, pixel):
    """The figure's own colours, before light, with its materials, (n, 3, pixels) and (n, pixels)."""
    index = hits.index.long()
    rgb = torch.gather(a['color'], 1, index[..., None].expand(-1, -1, 3)).transpose(1, 2)
    material = torch.gather(a['material'], 1, index)
    stripe = (((y - a['head'][:, 1:2]) * 9.5).remainder(1) - .5).abs() - .25
    white = ((material == STRIPED).float() * (.5 - stripe / (pixel * 9.5)).clamp(0, 1))[:, None]
    rgb = rgb * (1 - white) + .97 * white
    head = a['head']
    radius = a['face'][:, 2:3]
    dx, dz = x - head[:, 0:1], hits.z - head[:, 2:3]
    cos, sin = head[:, 3:4], head[:, 4:5]
    u, v = (cos * dx - sin * dz) / radius, (y - head[:, 1:2]) / radius
    front = -(sin * dx + cos * dz) / radius
    painted = face.paint(rgb, u, v, front, a['face'], pixel / radius)
    on_head = (material == HEAD)[:, None]
    return torch.where(on_head, painted, rgb), material


def _lit(rgb, material, hits, a):
    """Light from the upper left, with hard bands in cartoons; night and evening tint it."""
    diffuse = (-.45 * hits.nx + .72 * hits.ny - .53 * hits.nz).clamp(0, 1)
    shine = (-.25 * hits.nx + .45 * hits.ny - .86 * hits.nz).clamp(0, 1)
    metal = (material == METAL).float()
    glow = (material == GLOWING).float()
    toon = (a['style'] == 1).float()[:, None]
    bands = ((diffuse * 2.2 + .45).floor() / 2).clamp(0, 1)
    diffuse = diffuse * (1 - toon) + bands * toon
    gloss = shine ** 24 * (.16 + .45 * metal)
    gloss = gloss * (1 - toon) + (shine ** 24 > .6).float() * toon * (.15 + .3 * metal)
    light = .60 + .52 * diffuse
    light = (light * (1 - glow) + 1.1 * glow)[:, None]
    night = ((a['scene'] == CITY) | (a['scene'] == MOON)).float()[:, None, None]
    tint = rgb.new_tensor([[1., 1., 1.], [1.04, .84, .72], [.58, .64, .86]])[a['time']][:, :, None]
    dim = 1 - night * rgb.new_tensor([.20, .15, .02])[None, :, None]
    cast = torch.where(glow[:, None] > 0, torch.ones_like(light), tint * dim)
    out = rgb * light * cast + gloss[:, None]
    line = ((hits.nz > -.22).float() * toon)[:, None]
    return (out * (1 - .75 * line)).clamp(0, 1)


def _shadow(a, x, y):
    """A soft ellipse on the ground under the figure, (n, s, s) as a factor."""
    cx, cy, span = (a['camera'][:, i, None, None] for i in range(3))
    u = (x[None] + cx * 2 / span) / (.75 / span)
    v = (y[None] + cy * 2 / span + .02) / (.17 / span)
    shade = 1 - .42 * (1 - u * u - v * v).clamp(0, 1)
    return torch.where((a['scene'] == PLAIN_SCENE)[:, None, None], torch.ones_like(shade), shade)


def _sketch(image, outline):
    """Pencil on paper: soft shading, and lines where tone or shape changes."""
    gray = (image * image.new_tensor([.30, .59, .11])[None, :, None, None]).sum(1, keepdim=True)
    smooth = F.avg_pool2d(gray, 3, 1, 1, count_include_pad=False)
    dx = F.pad(smooth[..., 1:] - smooth[..., :-1], (0, 1))
    dy = F.pad(smooth[..., 1:, :] - smooth[..., :-1, :], (0, 0, 0, 1))
    line = ((dx.abs() + dy.abs()) * 6 - .12).clamp(0, 1)
    line = torch.maximum(line, .7 * outline)
    tone = .62 + .35 * gray - .70 * line
    return tone.clamp(.08, 1) * image.new_tensor([1., .99, .96])[None, :, None, None]


@torch.no_grad()
def render(arrays, rows, device, size=256):
    """Renders the given rows of :func:`stack`'s arrays."""
    a = {k: torch.as_tensor(v[rows]).to(device) for k, v in arrays.items()}
    n = len(a['camera'])
    axis = (torch.arange(size, device=device) + .5) / size * 2 - 1
    screen_y, screen_x = torch.meshgrid(-axis, axis, indexing='ij')
    cx, cy, span = (a['camera'][:, i:i + 1] for i in range(3))
    x = (cx + screen_x.reshape(1, -1) * span / 2).contiguous()
    y = (cy + screen_y.reshape(1, -1) * span / 2).contiguous()
    pixel = span / size
    hits = _march(x, y, a)
    rgb, material = _painted(a, hits, x, y, pixel)
    figure = _lit(rgb, material, hits, a).reshape(n, 3, size, size)
    solid = (hits.z < march.FAR) & (hits.distance < .03)
    cover = torch.where(solid, torch.ones_like(hits.z), (1 - hits.least / pixel).clamp(0, 1)).reshape(n, 1, size, size)

    back, back_depth = backdrop.render(a['scene'], a['time'], a['background'], a['noise'], screen_x, screen_y)
    back = back * _shadow(a, screen_x, screen_y)[:, None]
    image = back * (1 - cover) + figure * cover
    outline = F.max_pool2d(cover, 3, 1, 1) - cover
    toon = (a['style'] == 1)[:, None, None, None].float()
    image = image * (1 - .6 * outline * toon)
    sketch = (a['style'] == 2)[:, None, None, None]
    image = torch.where(sketch, _sketch(image, outline), image).clamp(0, 1)
    near = .80 - .15 * hits.z.reshape(n, size, size).clamp(-1, 1)
    depth = (1 - back_depth) * (1 - cover[:, 0]) + near * cover[:, 0]
    px = ((a['points'][..., 0] - cx) * 2 / span + 1) / 2 * size
    py = (1 - (a['points'][..., 1] - cy) * 2 / span) / 2 * size
    return Rendered(image, depth.clamp(0, 1), torch.stack([px, py], -1))
