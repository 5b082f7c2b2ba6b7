"""Ray march of a figure's primitives, in plain PyTorch.

Rays run along z (an orthographic camera). The primitives are Inigo Quilez' signed distance functions
(https://iquilezles.org/articles/distfunctions/): a capsule with two radii, and a cone cut off flat.
:mod:`storybook.march_triton` is the same as one CUDA kernel.
"""
from typing import NamedTuple

import torch

NEAR, FAR, STEPS, EPSILON = -1.5, 1.5, 36, 4e-3


class Hits(NamedTuple):
    """Per pixel, (n, pixels): depth z, distance left there, least distance on the way, primitive, unit normal."""

    z: torch.Tensor
    distance: torch.Tensor
    least: torch.Tensor
    index: torch.Tensor
    nx: torch.Tensor
    ny: torch.Tensor
    nz: torch.Tensor


def pack(start, end, radii, shape):
    """(n, P, 9): start, end minus start, start radius, end radius, shape."""
    return torch.cat([start, end - start, radii, shape[..., None]], -1).contiguous()


def distance(q, x, y, z):
    """Signed distance from points to primitives; `q` is nine tensors that broadcast with the points."""
    ax, ay, az, bx, by, bz, ra, rb, flat = q
    x, y, z = x - ax, y - ay, z - az
    square = bx * bx + by * by + bz * bz + 1e-8
    along = (x * bx + y * by + z * bz) / square
    t = torch.where(flat > .5, along, along.clamp(0, 1))
    inside = t.clamp(0, 1)
    radius = ra + (rb - ra) * inside
    away = ((x - t * bx) ** 2 + (y - t * by) ** 2 + (z - t * bz) ** 2 + 1e-10).sqrt() - radius
    length = square.sqrt()
    side = away * length / (square + (rb - ra) ** 2).sqrt()
    cut = torch.maximum(side, torch.maximum(-along, along - 1) * length)
    return torch.where(flat > .5, cut, away)


def _nearest(parts, x, y, z):
    best, index = torch.full_like(x, 9.), torch.zeros_like(x)
    for k in range(parts.shape[1]):
        d = distance([parts[:, k, i:i + 1] for i in range(9)], x, y, z)
        index = torch.where(d < best, float(k), index)
        best = torch.minimum(best, d)
    return best, index


def march(x, y, parts):
    """Hits of the rays through (x, y), each (n, pixels), with parts (n, P, 9)."""
    z = torch.full_like(x, NEAR)
    least = torch.full_like(x, 9.)
    for _ in range(STEPS):
        d, _ = _nearest(parts, x, y, z)
        least = torch.minimum(least, d)
        z = z + d.clamp(min=.002) * .95
    d, index = _nearest(parts, x, y, z)
    q = torch.gather(parts, 1, index.long()[..., None].expand(-1, -1, 9)).unbind(-1)
    e = EPSILON
    nx = distance(q, x + e, y, z) - distance(q, x - e, y, z)
    ny = distance(q, x, y + e, z) - distance(q, x, y - e, z)
    nz = distance(q, x, y, z + e) - distance(q, x, y, z - e)
    size = (nx * nx + ny * ny + nz * nz + 1e-12).sqrt()
    return Hits(z, d, least, index, nx / size, ny / size, nz / size)
