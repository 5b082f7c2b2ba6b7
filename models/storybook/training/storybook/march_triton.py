"""The ray march of :mod:`storybook.march` as one Triton kernel (CUDA only): each program follows one block of rays."""
import torch
import triton
import triton.language as tl

from storybook.march import EPSILON, NEAR, STEPS, Hits


@triton.jit
def _distance(q, x, y, z):
    ax, ay, az = tl.load(q), tl.load(q + 1), tl.load(q + 2)
    bx, by, bz = tl.load(q + 3), tl.load(q + 4), tl.load(q + 5)
    ra, rb, flat = tl.load(q + 6), tl.load(q + 7), tl.load(q + 8)
    x, y, z = x - ax, y - ay, z - az
    square = bx * bx + by * by + bz * bz + 1e-8
    along = (x * bx + y * by + z * bz) / square
    inside = tl.minimum(tl.maximum(along, 0.), 1.)
    t = tl.where(flat > .5, along, inside)
    dx, dy, dz = x - t * bx, y - t * by, z - t * bz
    away = tl.sqrt(dx * dx + dy * dy + dz * dz + 1e-10) - (ra + (rb - ra) * inside)
    length = tl.sqrt(square)
    side = away * length / tl.sqrt(square + (rb - ra) * (rb - ra))
    cut = tl.maximum(side, tl.maximum(-along, along - 1.) * length)
    return tl.where(flat > .5, cut, away)


@triton.jit
def _kernel(parts, counts, xs, ys, out, plane, pixels, P, STEPS_: tl.constexpr, NEAR_: tl.constexpr,
            E: tl.constexpr, BLOCK: tl.constexpr):
    picture = tl.program_id(0)
    at = tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    valid = at < pixels
    x = tl.load(xs + picture * pixels + at, valid, 0.)
    y = tl.load(ys + picture * pixels + at, valid, 0.)
    first = parts + picture * P * 9
    count = tl.load(counts + picture)
    z = x * 0 + NEAR_
    least = x * 0 + 9.
    for _ in range(STEPS_):
        d = x * 0 + 9.
        for k in range(count):
            d = tl.minimum(d, _distance(first + k * 9, x, y, z))
        least = tl.minimum(least, d)
        z = z + tl.maximum(d, .002) * .95
    best = x * 0 + 9.
    index = x * 0
    for k in range(count):
        d = _distance(first + k * 9, x, y, z)
        index = tl.where(d < best, k * 1., index)
        best = tl.minimum(best, d)
    own = first + index.to(tl.int32) * 9
    nx = _distance(own, x + E, y, z) - _distance(own, x - E, y, z)
    ny = _distance(own, x, y + E, z) - _distance(own, x, y - E, z)
    nz = _distance(own, x, y, z + E) - _distance(own, x, y, z - E)
    size = tl.sqrt(nx * nx + ny * ny + nz * nz + 1e-12)
    to = out + picture * pixels + at
    tl.store(to, z, valid)
    tl.store(to + plane, best, valid)
    tl.store(to + 2 * plane, least, valid)
    tl.store(to + 3 * plane, index, valid)
    tl.store(to + 4 * plane, nx / size, valid)
    tl.store(to + 5 * plane, ny / size, valid)
    tl.store(to + 6 * plane, nz / size, valid)


def march(x, y, parts, counts):
    """Like :func:`storybook.march.march`; `counts` (n,) int32 says how many primitives each picture has."""
    n, pixels = x.shape
    out = torch.empty(7, n, pixels, device=x.device)
    _kernel[(n, triton.cdiv(pixels, 256))](parts, counts, x, y, out, n * pixels, pixels, parts.shape[1],
                                           STEPS_=STEPS, NEAR_=NEAR, E=EPSILON, BLOCK=256)
    return Hits(*out.unbind(0))
