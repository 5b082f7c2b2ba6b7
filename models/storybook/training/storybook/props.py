"""What stands beside a figure, is held in its right hand, or grows on its back."""
import math

from storybook.geometry import DARK, FLAT, GLOWING, GOLD, METAL, ROUND, WHITE, WOOD, add, scale
from storybook.world import COLORS


def hold(g, spec):
    """Puts the prop into the right hand."""
    w, e = g.points['r_wrist'], g.points['r_elbow']
    hand = add(w, scale(add(w, scale(e, -1)), .3))
    second = COLORS[spec.second]
    x, y, z = hand
    if spec.prop == 'sword':
        tip = (x - .16, y + .60, z - .06)
        g.put(add(hand, (-.02, .08, -.05)), tip, .036, .014, (.86, .89, .95), ROUND, METAL)
        g.put((x - .11, y + .09, z - .05), (x + .06, y + .055, z - .05), .026, .026, GOLD)
        g.put(hand, (x + .02, y - .07, z - .05), .024, .03, WOOD)
    elif spec.prop == 'staff':
        g.put((x, max(y - .75, .02), z - .05), (x, y + .42, z - .05), .026, .026, WOOD)
        g.ball((x, y + .48, z - .05), .085, (.25, .85, 1.), GLOWING)
    elif spec.prop == 'flower':
        g.put(hand, (x, y + .24, z - .05), .016, .016, (.15, .6, .2))
        for i in range(5):
            a = 2 * math.pi * i / 5 + .3
            g.ball((x + .068 * math.cos(a), y + .28 + .068 * math.sin(a), z - .05), .048, (.99, .35, .62))
        g.ball((x, y + .28, z - .09), .045, GOLD)
    elif spec.prop == 'balloon':
        g.put(hand, (x - .06, y + .42, z), .009, .009, (.92, .92, .92))
        g.put((x - .06, y + .55, z), (x - .06, y + .64, z), .135, .17, second)
    elif spec.prop == 'lantern':
        g.put((x, y - .03, z), (x, y - .12, z), .014, .014, DARK)
        g.put((x, y - .11, z - .02), (x, y - .14, z - .02), .05, .095, DARK, FLAT)
        g.put((x, y - .14, z - .02), (x, y - .29, z - .02), .078, .078, (1., .86, .35), FLAT, GLOWING)
        g.put((x, y - .29, z - .02), (x, y - .31, z - .02), .095, .095, DARK, FLAT)
    elif spec.prop == 'umbrella':
        g.put((x, y - .12, z - .04), (x, y + .72, z - .04), .015, .015, DARK)
        g.put((x, y + .48, z - .04), (x, y + .70, z - .04), .42, .04, second, FLAT)
    elif spec.prop == 'book':
        g.put((x - .02, y - .02, z - .11), (x - .02, y + .24, z - .14), .125, .125, scale(second, .9), FLAT)
        g.put((x - .02, y + .01, z - .13), (x - .02, y + .21, z - .155), .115, .115, WHITE, FLAT)
    elif spec.prop == 'flag':
        g.put((x, y - .25, z - .05), (x, y + .62, z - .05), .017, .017, WOOD)
        for i in range(4):
            g.put((x - .05, y + .32 + .075 * i, z - .05), (x - .34, y + .28 + .075 * i, z - .05), .05, .05, second)


def wings(g):
    """A butterfly's four wings, which no picture of the base model's training has."""
    for name, side in (('r', -1), ('l', 1)):
        x, y, _ = g.points[f'{name}_shoulder']
        root = (x * .4, y - .06, .16)
        g.put(root, (side * .52, y + .30, .20), .06, .19, (.98, .62, .10))
        g.ball((side * .54, y + .33, .10), .11, (.99, .86, .20))
        g.put(root, (side * .44, y - .32, .20), .05, .14, (.55, .20, .80))
        g.ball((side * .45, y - .34, .12), .08, (.99, .52, .72))


def pet(g, spec, rng):
    """A cat or a dog that sits at the figure's side."""
    side = rng.choice((-1, 1))
    ox, oz = side * rng.uniform(.50, .62), rng.uniform(-.15, .05)
    color = {'black': (.13, .13, .15), 'white': (.95, .94, .92), 'brown': (.50, .31, .16), 'orange': (.95, .55, .15),
             'gray': (.58, .59, .62)}[spec.pet_color]
    pale = tuple(min(1., c * .5 + .5) for c in color)
    eye = (.05, .05, .06) if spec.pet_color != 'black' else (.95, .85, .2)

    def at(x, y, z):
        return (ox + x, y, oz + z)

    g.put(at(0, .14, .05), at(0, .30, 0), .135, .10, color)
    g.ball(at(0, .16, -.06), .085, pale)
    g.ball(at(0, .45, -.03), .135, color)
    for s in (-1, 1):
        g.put(at(s * .055, .06, -.08), at(s * .055, .045, -.14), .05, .045, color)
        if spec.pet == 'cat':
            g.put(at(s * .085, .53, -.02), at(s * .115, .64, -.02), .055, .008, color)
        else:
            g.put(at(s * .12, .52, -.01), at(s * .16, .36, -.03), .05, .055, scale(color, .65))
        g.ball(at(s * .055, .475, -.15), .026, eye)
    g.ball(at(0, .41, -.14), .05 if spec.pet == 'cat' else .068, pale)
    g.ball(at(0, .43, -.185 if spec.pet == 'cat' else -.205), .022, (.9, .45, .5) if spec.pet == 'cat' else DARK)
    if spec.pet == 'cat':
        g.put(at(side * .10, .08, .10), at(side * .24, .34, .12), .04, .032, color)
    else:
        g.put(at(side * .08, .12, .14), at(side * .20, .24, .18), .04, .03, color)
