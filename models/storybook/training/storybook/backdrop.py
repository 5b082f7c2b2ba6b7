"""The painted scenes behind the figure: layers of flat shapes with soft edges, each with a depth.

Screen coordinates run from -1 to 1, y up. `noise` are eight uniform numbers per picture, which move
and scale a scene's parts. Depth is 1 far away and falls towards the viewer along the ground.
"""
import math

import torch

from storybook.world import SCENES

SOFT = .012  # an edge's width in screen units: about a pixel and a half at 256


class Painter:
    """A canvas for n pictures of one scene."""

    def __init__(self, x, y, noise):
        self.noise = noise
        n = len(noise)
        self.x, self.y = x[None].expand(n, -1, -1), y[None].expand(n, -1, -1)
        self.color = x.new_zeros(n, 3, *x.shape)
        self.depth = x.new_ones(n, *x.shape)
        self.horizon = -.22 + .14 * (self.random(0) - .5)

    def random(self, i):
        """The i-th uniform number of each picture, (n, 1, 1)."""
        return self.noise[:, i, None, None]

    def rgb(self, color):
        """A colour (three floats, or (n, 3)) as a tensor that broadcasts over the canvas."""
        color = color if torch.is_tensor(color) else self.x.new_tensor(color)[None]
        return color[:, :, None, None]

    def gradient(self, mask, weight, first, second):
        """Fills the mask with a blend: `first` where weight is 0, `second` where it is 1."""
        w, m = weight.clamp(0, 1)[:, None], mask[:, None]
        self.color = self.color * (1 - m) + (self.rgb(first) * (1 - w) + self.rgb(second) * w) * m

    def land(self, sky_low, sky_high, ground_far, ground_near):
        """Sky above the horizon, ground below it."""
        below = (.5 - (self.y - self.horizon) / SOFT).clamp(0, 1)
        near = ((self.horizon - self.y) / (1 + self.horizon)).clamp(0, 1)
        self.gradient(torch.ones_like(below), (self.y - self.horizon) / 1.3, sky_low, sky_high)
        self.gradient(below, near, ground_far, ground_near)
        self.depth = self.depth * (1 - below) + (1 - .75 * near) * below

    def paint(self, distance, color, depth=1.):
        """Paints where the signed distance is below 0."""
        m = (.5 - distance / SOFT).clamp(0, 1)
        self.color = self.color * (1 - m[:, None]) + self.rgb(color) * m[:, None]
        self.depth = self.depth * (1 - m) + depth * m

    def disc(self, cx, cy, radius, flatten=1.):
        """Signed distance to a disc, or an ellipse whose height is divided by `flatten`."""
        return ((self.x - cx) ** 2 + ((self.y - cy) * flatten) ** 2 + 1e-9).sqrt() - radius

    def box(self, cx, cy, half_width, half_height):
        """Signed distance to a box."""
        return torch.maximum((self.x - cx).abs() - half_width, (self.y - cy).abs() - half_height)

    def peak(self, cx, base, width, height):
        """Signed distance (about) to a triangle of that half width that stands on `base`."""
        slope = height / width
        return torch.maximum((self.y - base - height + (self.x - cx).abs() * slope) / (1 + slope * slope) ** .5,
                             base - .02 - self.y)

    def cloud(self, cx, cy, size, color=(1., 1., 1.)):
        """A cloud of three discs."""
        for dx, dy, r in ((-.11, 0., .075), (0., .035, .105), (.12, 0., .08)):
            self.paint(self.disc(cx + dx * size, cy + dy * size, r * size, 1.5), color)

    def cells(self, nx, ny, seed):
        """A lattice: a random number per cell, and the place inside the cell from -0.5 to 0.5."""
        cx, cy = self.x * nx, self.y * ny
        value = ((cx.floor() * 12.9898 + cy.floor() * 78.233 + seed * 50).sin() * 43758.5453).remainder(1)
        return value, cx.remainder(1) - .5, cy.remainder(1) - .5

    def stars(self, seed, share=.035):
        """Stars above the horizon."""
        value, u, v = self.cells(15, 15, seed)
        star = (u * u + v * v + 1e-9).sqrt() / 15 - .011
        self.paint(torch.where((value > 1 - share * 2) & (self.y > self.horizon + .1), star, torch.ones_like(star)), (1., 1., .95))


def desert(p):
    """Dunes, two or three pyramids, the sun."""
    p.land((.99, .90, .68), (.36, .64, .95), (.95, .78, .45), (.88, .66, .34))
    p.paint(p.disc(-.6 + 1.2 * p.random(1), .70, .12), (1., .95, .55))
    for cx, h in ((-.72 + .4 * p.random(2), .46), (.62 + .3 * p.random(3), .62), (.05 + .2 * p.random(4), .28)):
        body = p.peak(cx, p.horizon, h * 1.05, h)
        p.paint(body, (.91, .72, .40), .85)
        p.paint(torch.maximum(body, cx - p.x), (.74, .54, .28), .85)
    dune = p.y - p.horizon + .22 - .05 * (p.x * 4 + 6 * p.random(5)).sin()
    p.paint(torch.maximum(dune, -.16 - dune), (.90, .71, .38), .5)


def city(p):
    """Towers with lit windows, the moon, a road."""
    p.land((.20, .15, .40), (.03, .04, .15), (.20, .20, .25), (.11, .11, .14))
    p.stars(p.random(6), .02)
    p.paint(p.disc(-.5 + p.random(1), .74, .11), (.99, .97, .82))
    for i in range(5):
        cx = -.88 + .44 * i + .1 * (p.random(2) - .5)
        height = .48 + .42 * (p.random(3) * 7.3 + i * .37).remainder(1)
        tower = torch.maximum((p.x - cx).abs() - .185, p.y - p.horizon - height)
        tower = torch.maximum(tower, p.horizon - .02 - p.y)
        p.paint(tower, (.10 + .02 * (i % 2), .11, .22 + .04 * (i % 2)), .8)
        u, v = ((p.x - cx) * 10.8).remainder(1) - .5, ((p.y - p.horizon) * 8).remainder(1) - .5
        lit = ((((p.x - cx) * 10.8).floor() * 12.9898 + ((p.y - p.horizon) * 8).floor() * 78.233 + p.random(4) * 50 + i).sin()
               * 43758.5453).remainder(1)
        window = torch.maximum(torch.maximum(u.abs() - .26, v.abs() - .28) * .1, tower + .03)
        p.paint(torch.where(lit > .45, window, torch.ones_like(window)), (1., .86, .42), .8)
    p.paint(torch.maximum((p.y - p.horizon + .34).abs() - .016, ((p.x * 2.2 + p.random(5)).remainder(1) - .5).abs() * .4 - .13), (.95, .85, .45), .5)


def castle(p):
    """A castle on a green, a rainbow over it."""
    p.land((.86, .94, 1.), (.38, .67, .98), (.52, .82, .40), (.30, .66, .26))
    p.cloud(-.75 + .4 * p.random(4), .72, 1.)
    radius = ((p.x - .12 * (p.random(1) - .5)) ** 2 + (p.y - p.horizon) ** 2 + 1e-9).sqrt()
    bow = ((.93, .18, .18), (.99, .60, .12), (.99, .92, .25), (.25, .76, .30), (.18, .45, .93), (.52, .24, .78))
    for i, color in enumerate(bow):
        p.paint(torch.maximum((radius - (.96 - .05 * i)).abs() - .026, p.horizon - p.y), color)
    cx = -.38 + .76 * p.random(2)
    p.paint(p.box(cx, p.horizon + .17, .32, .19), (.80, .77, .84), .8)
    for i in range(5):
        p.paint(p.box(cx - .26 + .13 * i, p.horizon + .37, .035, .035), (.80, .77, .84), .8)
    for dx, h in ((-.33, .60), (.33, .60), (0., .74)):
        p.paint(p.box(cx + dx, p.horizon + h / 2, .09, h / 2), (.87, .85, .90), .78)
        p.paint(p.peak(cx + dx, p.horizon + h, .13, .24), (.85, .22, .36), .78)
        p.paint(p.box(cx + dx, p.horizon + h - .14, .025, .05), (.30, .26, .38), .78)
    gate = torch.minimum(p.box(cx, p.horizon + .07, .075, .09), p.disc(cx, p.horizon + .16, .075))
    p.paint(torch.maximum(gate, p.horizon - p.y), (.42, .26, .15), .8)


def moon(p):
    """Gray ground with craters, stars, the Earth."""
    p.land((.05, .05, .14), (.01, .01, .05), (.66, .66, .69), (.46, .46, .50))
    p.stars(p.random(4), .06)
    ex = -.58 + 1.16 * p.random(1)
    p.paint(p.disc(ex, .58, .22), (.18, .45, .90))
    p.paint(torch.maximum(p.disc(ex, .58, .21), p.disc(ex - .07, .63, .10)), (.28, .68, .35))
    p.paint(torch.maximum(p.disc(ex, .58, .21), p.disc(ex + .10, .52, .07)), (.28, .68, .35))
    p.paint(torch.maximum(p.disc(ex, .58, .21), p.disc(ex, .77, .09, 1.6)), (.96, .98, 1.))
    for i in range(4):
        cx = -.8 + .55 * i + .2 * (p.random(5) - .5)
        cy = -.46 - .13 * (i * 1.7 + p.random(6) * 3).remainder(2)
        p.paint(p.disc(cx, cy, .15, 2.6), (.36, .36, .40), .5)
        p.paint(p.disc(cx, cy - .012, .125, 2.8), (.44, .44, .48), .5)


def _tree(p, cx, base, height, shade):
    p.paint(p.box(cx, base + .06, .035, .10), (.40, .25, .13), .75)
    for k in range(3):
        p.paint(p.peak(cx, base + .10 + .22 * height * k, .20 * height * (1 - .2 * k) + .03, .40 * height), (.07 + .05 * k, .36 * shade + .08 * k, .16), .75)


def forest(p):
    """Fir trees in two rows."""
    p.land((.82, .95, .86), (.52, .80, .97), (.38, .62, .27), (.26, .50, .19))
    for i in range(6):
        cx = -.98 + .39 * i + .12 * (p.random(1) - .5)
        _tree(p, cx, p.horizon - .01, .62 + .35 * (p.random(2) * 5 + i * .61).remainder(1), .85 + .2 * (i % 2))
    for cx in (-.86 + .3 * p.random(3), .86 - .3 * p.random(4)):
        _tree(p, cx, p.horizon - .12, 1.15, 1.25)
    for i in range(3):
        p.paint(p.disc(-.7 + .65 * i + .3 * p.random(5), -.62 - .1 * i, .10, 2.2), (.34, .62, .22), .4)


def mountains(p):
    """Peaks with snow on top, a snowfield."""
    p.land((.90, .95, 1.), (.46, .70, .97), (.94, .96, 1.), (.82, .89, .97))
    for cx, h, w in ((-.78 + .3 * p.random(1), .74, .80), (.82 + .2 * p.random(3), .66, .74), (.05 + .3 * p.random(2), .92, .86)):
        body = p.peak(cx, p.horizon, w, h)
        p.paint(body, (.46, .52, .64), .85)
        p.paint(torch.maximum(body, cx - p.x), (.38, .43, .56), .85)
        cap = p.horizon + h * .60 + .035 * (p.x * 26 + 9 * p.random(4)).sin() - p.y
        p.paint(torch.maximum(body, cap), (.99, .99, 1.), .85)
    for cx in (-.84 + .2 * p.random(5), .84 - .2 * p.random(6)):
        _tree(p, cx, p.horizon - .08, .60, .9)


def beach(p):
    """The sea, sand, the sun, a palm tree."""
    p.land((.82, .95, 1.), (.32, .70, .98), (.99, .90, .66), (.95, .84, .55))
    p.paint(p.disc(-.75 + 1.0 * p.random(1), .72, .12), (1., .93, .45))
    p.cloud(-.1 + .5 * p.random(2), .55 + .2 * p.random(3), .9)
    p.paint((p.y - p.horizon).abs() - .13, (.08, .50, .82), .85)
    p.paint(torch.maximum((p.y - p.horizon + .13 - .02 * (p.x * 9 + 6 * p.random(4)).sin()).abs() - .022, p.y - 9), (.95, .99, 1.), .8)
    px = torch.where(p.random(5) > .5, .66, -.66) + 0 * p.x
    lean = px - .10 * px.sign() * ((p.y + .3) * 1.6)
    trunk = torch.maximum((p.x - lean).abs() - .032, torch.maximum(p.y - .44, -.36 - p.y))
    p.paint(trunk, (.55, .36, .18), .6)
    tx = px - .10 * px.sign() * (.74 * 1.6)
    for a in (.25, 1.0, 1.6, 2.2, 2.9, -.35, 3.5):
        dx, dy = p.x - tx, p.y - .44
        along, across = dx * math.cos(a) + dy * math.sin(a), -dx * math.sin(a) + dy * math.cos(a)
        leaf = torch.maximum(((along - .15) / 3.2) ** 2 + (across + 1.1 * along ** 2 * math.copysign(1, math.cos(a))) ** 2 - .055 ** 2, -along - .02)
        p.paint(leaf * 6, (.10, .58, .22), .6)


def meadow(p):
    """Grass with big flowers, hills, clouds."""
    p.land((.86, .96, 1.), (.42, .74, .99), (.52, .82, .36), (.34, .70, .24))
    p.cloud(-.65 + .5 * p.random(1), .66, 1.1)
    p.cloud(.45 + .4 * p.random(2), .78, .8)
    p.paint(torch.maximum(p.y - p.horizon - .14 - .10 * (p.x * 2.6 + 6 * p.random(3)).sin(), p.horizon - p.y), (.44, .74, .36), .9)
    value, u, v = p.cells(8, 11, p.random(4))
    radius = (u * u + (v * .75) ** 2 + 1e-9).sqrt()
    for low, color in ((.10, (.97, .28, .40)), (.22, (.99, .87, .22)), (.34, (.74, .42, .93)), (.46, (.99, .99, .99))):
        chosen = (value > low) & (value < low + .10) & (p.y < p.horizon - .08)
        p.paint(torch.where(chosen, (radius - .27) * .12, torch.ones_like(u)), color, .6)
        p.paint(torch.where(chosen, (radius - .10) * .12, torch.ones_like(u)), (.99, .70, .10), .6)


def room(p):
    """A wall with a window and a picture, a floor with a rug."""
    walls = p.x.new_tensor([(.96, .84, .66), (.70, .84, .90), (.93, .76, .74)])
    wall = walls[(p.noise[:, 1] * 2.999).long()]
    p.gradient(torch.ones_like(p.x), p.x * 0, wall, wall)
    p.paint(p.y - p.horizon, (.62, .40, .22), .6)
    p.paint((p.y - p.horizon).abs() - .022, (.97, .95, .90), .8)
    p.paint(torch.maximum(((p.y - p.horizon) * 5).remainder(1).sub(.5).abs() * .2 - .008, p.y - p.horizon + .03), (.52, .32, .17), .5)
    cx = -.62 + .24 * p.random(2)
    p.paint(p.box(cx, .42, .25, .29), (.98, .97, .94), .95)
    p.paint(p.box(cx, .42, .215, .255), (.55, .82, .98))
    p.paint(torch.maximum(p.box(cx, .42, .215, .255), p.y - .28), (.45, .75, .35))
    p.paint(torch.minimum(p.box(cx, .42, .015, .26), p.box(cx, .42, .22, .015)), (.98, .97, .94), .95)
    fx = .60 + .12 * p.random(3)
    p.paint(p.box(fx, .48, .17, .14), (.55, .34, .16), .95)
    p.paint(p.box(fx, .48, .135, .105), (.98, .95, .82), .95)
    p.paint(p.disc(fx, .48, .07), (.92, .45, .25), .95)
    p.paint(p.disc(0 * p.x, -.72, .72, 3.4), (.80, .22, .28), .4)
    p.paint(p.disc(0 * p.x, -.72, .60, 3.4), (.95, .82, .58), .4)


SCENE_PAINTERS = [desert, city, castle, moon, forest, mountains, beach, meadow, room]


def plain(p, color):
    """One colour, a little lighter in the middle."""
    light = 1.06 - .22 * (p.x ** 2 + p.y ** 2)
    p.color = (p.rgb(color) * light[:, None]).clamp(0, 1)


def _tint(p, time):
    """Evening and night: a colour over everything, and what stands in that sky."""
    above = ((p.y - p.horizon) / 1.2).clamp(0, 1)
    sky = (.5 + (p.y - p.horizon) / SOFT).clamp(0, 1)
    evening = (p.rgb((1.06, .70, .52)) * (1 - above[:, None]) + p.rgb((.72, .48, .78)) * above[:, None])
    ground = p.rgb((.98, .72, .60))
    dusk = p.color * (evening * sky[:, None] + ground * (1 - sky[:, None])) + p.rgb((.16, .06, .0)) * sky[:, None]
    night = p.color * p.rgb((.30, .36, .62)) + p.rgb((0., .01, .05))
    t = time[:, None, None, None]
    p.color = torch.where(t > 1.5, night, torch.where(t > .5, dusk, p.color))


def render(scene, time, background, noise, x, y):
    """Backdrops for pictures of mixed scenes.

    :param scene: (n,) indices into SCENES; time: (n,) 0 day, 1 sunset, 2 night
    :param background: (n, 3) colour of the plain scene; noise: (n, 8); x, y: (h, w) screen coordinates
    :return: colour (n, 3, h, w) and depth (n, h, w)
    """
    color = x.new_zeros(len(scene), 3, *x.shape)
    depth = x.new_ones(len(scene), *x.shape)
    for s in range(len(SCENES)):
        chosen = (scene == s).nonzero().flatten()
        if len(chosen):
            p = Painter(x, y, noise[chosen])
            if SCENES[s] == 'plain':
                plain(p, background[chosen])
            else:
                SCENE_PAINTERS[s](p)
                _tint(p, time[chosen])
            color[chosen], depth[chosen] = p.color.clamp(0, 1), p.depth
    return color, depth
