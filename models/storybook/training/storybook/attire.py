"""What a figure wears: clothes, head, hair, hats."""
import math
from dataclasses import dataclass

from storybook.geometry import (DARK, FLAT, GLOWING, GOLD, HEAD, HEAD_RADIUS, METAL, METAL_COLOR, PLAIN, ROUND, STRIPED,
                                WHITE, add, scale)
from storybook.world import COLORS, HAIR_COLORS, SKIN, Spec


def suit(color):
    """A ninja's cloth: the colour, a little dulled, and still to be told from its neighbours."""
    return tuple(.04 + .80 * c for c in COLORS[color])


@dataclass(frozen=True)
class Wardrobe:
    """Colours of the body's parts for one Spec."""

    torso: tuple
    arm: tuple
    hand: tuple
    leg: tuple
    shoe: tuple
    neck: tuple
    material: int

    @staticmethod
    def of(spec: Spec):
        """The clothes that the figure's kind and the Spec's colours give."""
        main, second, skin = COLORS[spec.color], COLORS[spec.second], SKIN[spec.skin]
        dark = scale(main, .45)
        if spec.kind == 'knight':
            return Wardrobe(METAL_COLOR, scale(METAL_COLOR, .9), scale(METAL_COLOR, .75), scale(METAL_COLOR, .9),
                            scale(METAL_COLOR, .6), METAL_COLOR, METAL)
        if spec.kind == 'astronaut':
            return Wardrobe(WHITE, (.88, .90, .93), main, (.90, .91, .94), scale(METAL_COLOR, .7), WHITE, PLAIN)
        if spec.kind == 'robot':
            return Wardrobe(main, METAL_COLOR, main, METAL_COLOR, main, METAL_COLOR, METAL)
        if spec.kind == 'ninja':
            cloth = suit(spec.color)
            return Wardrobe(cloth, cloth, skin, cloth, scale(cloth, .5), cloth, PLAIN)
        leg = second if spec.outfit in ('shirt', 'striped shirt') else skin if spec.outfit == 'dress' else dark
        arm = main if spec.sleeves or spec.outfit in ('robe', 'cape') else skin
        return Wardrobe(main, arm, skin, leg, scale(second, .4) if leg != dark else DARK, skin,
                        STRIPED if spec.outfit == 'striped shirt' else PLAIN)


def garments(g, spec, hip, shoulder, lift):
    """Dress, robe, cape, belt, scarf, and what only one kind of figure has."""
    main, second = COLORS[spec.color], COLORS[spec.second]
    if spec.outfit == 'dress':
        low = max(hip - .36, .05 if spec.pose == 'sitting' else .12)
        g.put((0, hip + .16, 0), (0, low, 0), .15, .36, main, FLAT)
        g.put((0, hip + .19, 0), (0, hip + .15, 0), .168, .172, second, FLAT)
    elif spec.outfit == 'robe':
        g.put((0, hip + .16, 0), (0, max(.06 + max(lift, 0.), .04), 0), .165, .31, main, FLAT)
        g.put((0, hip + .17, 0), (0, hip + .12, 0), .178, .185, GOLD, FLAT)
    elif spec.outfit == 'cape':
        g.put((0, shoulder - .02, .10), (0, max(.2 + lift, .06), .17), .17, .30, second, FLAT)
        g.ball((0, shoulder - .05, -.15), .05, GOLD)
    if spec.kind in ('pirate', 'king', 'ninja', 'man') and spec.outfit != 'robe':
        g.put((0, hip + .075, 0), (0, hip + .025, 0), .182, .182, second if spec.kind == 'ninja' else (.25, .15, .08), FLAT)
        if spec.kind != 'ninja':
            g.ball((0, hip + .05, -.175), .035, GOLD)
    if spec.scarf:
        color = COLORS[spec.scarf]
        g.put((0, shoulder + .07, 0), (0, shoulder - .01, 0), .15, .165, color, FLAT)
        g.put((.07, shoulder + .02, -.15), (.10, shoulder - .27, -.19), .055, .055, color)
    if spec.kind == 'knight':  # a coloured emblem, shoulder plates
        g.ball((0, shoulder - .17, -.115), .075, main)
        for side in (-1, 1):
            g.ball((side * .20, shoulder - .02, 0), .105, METAL_COLOR, METAL)
    if spec.kind == 'astronaut':
        g.put((-.10, shoulder - .26, .19), (.10, shoulder - .26, .19), .15, .15, (.70, .73, .78))
        g.put((0, shoulder - .10, .19), (0, shoulder - .10, .19), .15, .15, (.70, .73, .78))
        g.put((-.06, shoulder - .20, -.155), (.06, shoulder - .20, -.155), .045, .045, main)
    if spec.kind == 'robot':
        g.put((0, hip - .02, 0), (0, shoulder + .02, 0), .20, .225, main, FLAT, METAL)
        g.put((-.07, shoulder - .14, -.19), (.07, shoulder - .14, -.19), .045, .045, DARK)
        g.ball((-.06, shoulder - .14, -.215), .03, (1., .25, .2), GLOWING)
        g.ball((.06, shoulder - .14, -.215), .03, (.3, 1., .4), GLOWING)


def _hair(g, spec):
    c, r, hair = g.head, HEAD_RADIUS, HAIR_COLORS[spec.hair_color]
    style = spec.hair
    if style != 'bald':
        g.put(add(c, (0, .035, .045)), add(c, (0, .06, .05)), r * 1.03, r * 1.0, hair)
    if style == 'long':
        for side in (-1, 1):
            g.put(add(c, (side * .17, 0, .05)), add(c, (side * .20, -.42, .06)), .085, .065, hair)
        g.put(add(c, (0, -.02, .12)), add(c, (0, -.42, .13)), .16, .14, hair)
    elif style == 'curly':
        for i in range(7):
            a = -.35 + i * (math.pi + .7) / 6
            g.ball(add(c, (.235 * math.cos(a), .06 + .19 * math.sin(a), .04)), .105, hair)
        g.ball(add(c, (0, .02, .17)), .17, hair)
    elif style == 'bun':
        g.ball(add(c, (0, .31, .06)), .105, hair)
    elif style == 'ponytail':
        g.put(add(c, (.05, .14, .20)), add(c, (.22, -.22, .24)), .085, .045, hair)
    elif style == 'pigtails':
        for side in (-1, 1):
            g.ball(add(c, (side * .24, .07, .04)), .05, COLORS[spec.second])
            g.put(add(c, (side * .29, .05, .04)), add(c, (side * .36, -.22, .04)), .085, .05, hair)
    if spec.beard:
        long = .30 if spec.kind in ('wizard', 'king') else .14
        g.put(add(c, (0, -.17, -.10)), add(c, (0, -.17 - long, -.13)), .115, .045, hair)


def head(g, spec):
    """The head with its key points, and the hair."""
    c, r, skin = g.head, HEAD_RADIUS, SKIN[spec.skin]
    main = COLORS[spec.color]
    for name, side in (('r', -1), ('l', 1)):
        g.points[f'{name}_eye'] = add(c, (side * .36 * r, .02, -.93 * r))
        g.points[f'{name}_ear'] = add(c, (side * r, -.01, .02))
    g.points['nose'] = add(c, (0, -.045, -r))
    if spec.kind == 'robot':
        g.put(add(c, (0, -.19, 0)), add(c, (0, .20, 0)), .225, .225, METAL_COLOR, FLAT, HEAD)
        g.put(add(c, (0, .18, 0)), add(c, (0, .34, 0)), .018, .018, METAL_COLOR)
        g.ball(add(c, (0, .36, 0)), .05, (1., .2, .15), GLOWING)
        for side in (-1, 1):
            g.ball(add(c, (side * .23, 0, 0)), .06, main, METAL)
    elif spec.kind == 'astronaut':
        g.put(c, c, r * 1.18, r * 1.18, WHITE, ROUND, HEAD)
    elif spec.kind == 'knight':
        g.put(add(c, (0, -.05, 0)), add(c, (0, .03, 0)), r * .98, r, METAL_COLOR, ROUND, HEAD)
        g.put(add(c, (0, .2, .0)), add(c, (0, .36, .12)), .06, .05, main)
        g.put(add(c, (0, .36, .12)), add(c, (0, .22, .30)), .05, .03, main)
    else:
        g.put(add(c, (0, -.03, 0)), add(c, (0, .02, 0)), r * .97, r, skin, ROUND, HEAD)
        if spec.kind == 'ninja':
            band = COLORS[spec.second]
            g.put(add(c, (.10, .12, .20)), add(c, (.26, .0, .30)), .05, .035, band)
        else:
            g.ball(add(c, (0, -.045, -r * 1.0)), .030, tuple(.94 * v for v in skin))
            for side in (-1, 1):
                g.ball(add(c, (side * r * .98, -.01, .02)), .045, skin)
            _hair(g, spec)


def hat(g, spec):
    """Crowns and hats."""
    c = g.head
    main, second = COLORS[spec.color], COLORS[spec.second]
    kind = 'pointed hat' if spec.kind == 'wizard' else 'pirate hat' if spec.kind == 'pirate' else spec.hat
    color = main if spec.kind == 'wizard' else second
    if spec.kind in ('princess', 'king'):
        g.put(add(c, (0, .17, .02)), add(c, (0, .25, .02)), .165, .18, GOLD, FLAT, METAL)
        for i in range(5):
            a = 2 * math.pi * i / 5 - math.pi / 2
            x, z = .165 * math.cos(a), .165 * math.sin(a)
            g.put(add(c, (x, .24, z + .02)), add(c, (x * 1.05, .33, z * 1.05 + .02)), .035, .022, GOLD)
        g.ball(add(c, (0, .21, -.165)), .035, (.9, .1, .25))
    elif kind == 'pointed hat':
        g.put(add(c, (0, .14, .02)), add(c, (0, .165, .02)), .36, .36, scale(color, .8), FLAT)
        g.put(add(c, (0, .16, .02)), add(c, (.03, .62, .06)), .215, .012, color, FLAT)
        g.put(add(c, (0, .165, .02)), add(c, (0, .21, .02)), .218, .20, GOLD, FLAT)
    elif kind == 'pirate hat':
        g.put(add(c, (-.27, .20, 0)), add(c, (0, .24, -.02)), .05, .10, DARK)
        g.put(add(c, (.27, .20, 0)), add(c, (0, .24, -.02)), .05, .10, DARK)
        g.put(add(c, (0, .15, .02)), add(c, (0, .30, .02)), .22, .15, DARK)
        g.ball(add(c, (0, .25, -.135)), .05, WHITE)
    elif kind == 'wide hat':
        g.put(add(c, (0, .135, .02)), add(c, (0, .16, .02)), .40, .40, color, FLAT)
        g.put(add(c, (0, .15, .02)), add(c, (0, .29, .02)), .215, .17, color, FLAT)
        g.put(add(c, (0, .155, .02)), add(c, (0, .195, .02)), .222, .212, DARK, FLAT)
    elif kind == 'top hat':
        g.put(add(c, (0, .15, .02)), add(c, (0, .175, .02)), .30, .30, color, FLAT)
        g.put(add(c, (0, .16, .02)), add(c, (0, .44, .02)), .19, .20, color, FLAT)
        g.put(add(c, (0, .17, .02)), add(c, (0, .22, .02)), .197, .197, scale(main, .7), FLAT)
    elif kind == 'cap':
        g.put(add(c, (0, .10, .025)), add(c, (0, .12, .025)), .245, .235, color)
        g.put(add(c, (0, .105, -.16)), add(c, (0, .125, -.16)), .20, .20, scale(color, .75), FLAT)
    elif kind == 'beanie':
        g.put(add(c, (0, .10, .02)), add(c, (0, .15, .02)), .25, .22, color)
        g.put(add(c, (0, .09, .015)), add(c, (0, .16, .015)), .262, .258, scale(color, .8), FLAT)
        g.ball(add(c, (0, .38, .02)), .075, WHITE)
