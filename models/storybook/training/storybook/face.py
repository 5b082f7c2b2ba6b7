"""Faces, painted onto the front of the head.

Works in the head's own frame: u to the figure's left, v up, both in head radii, and `front` above 0
on the side of the face. All shapes are anti-aliased over about a pixel.
"""
import torch

CALM, SMILING, LAUGHING, SAD, ANGRY, SURPRISED = range(6)
HUMAN, ROBOT, KNIGHT, ASTRONAUT, NINJA = range(5)


def _ellipse(u, v, cu, cv, ru, rv):
    """Signed distance (approximately) to an ellipse."""
    return (((u - cu) / ru) ** 2 + ((v - cv) / rv) ** 2 + 1e-9).sqrt().sub(1) * min(ru, rv)


def paint(rgb, u, v, front, face, soft):
    """Paints faces over rgb.

    :param rgb: (n, 3, pixels) the head's own colour
    :param u, v, front: (n, pixels) in head radii
    :param face: (n, 24) the numbers of :func:`storybook.figure.build`
    :param soft: (n, 1) a pixel's size in head radii
    :return: (n, 3, pixels)
    """
    def field(i):
        return face[:, i:i + 1]

    def color(i):
        return face[:, i:i + 3, None]

    def cover(rgb, distance, paint_color, amount=1.):
        m = ((.5 - distance / soft).clamp(0, 1) * seen * amount)[:, None]
        if isinstance(paint_color, tuple):
            paint_color = rgb.new_tensor(paint_color)[None, :, None]
        return rgb * (1 - m) + paint_color * m

    kind, mood = field(0), field(3)
    human, robot, knight = (kind == HUMAN).float(), (kind == ROBOT).float(), (kind == KNIGHT).float()
    astronaut, ninja = (kind == ASTRONAUT).float(), (kind == NINJA).float()
    eyes, skin, hair, cloth = color(4), color(7), color(10), color(13)
    gaze, beard, glasses = field(16), field(17), field(18)
    has_hair, fringe, part_left, feminine = field(19), field(20), field(21), field(22)
    alive = 1 - robot - knight
    seen = (front > 0).float()

    # what lies under the features: fringe, beard, mask, visor, screen
    side = torch.where(part_left > .5, u, -u)
    curls = .60 - .1225 * (u * 7).cos().abs()
    hairline = torch.where(fringe < .5, .50 - .12 * u * u, torch.where(fringe < 1.5, .44 + .34 * side, curls))
    hairline = hairline - (u.abs() - .72).clamp(min=0) * 3.
    rgb = cover(rgb, hairline - v, hair, has_hair)
    chin = torch.maximum(v + .12 - .55 * (u.abs() - .2).clamp(min=0), v - .05)
    rgb = cover(rgb, chin, hair, beard * human)
    rgb = cover(rgb, v * 0 - 1, cloth, ninja)
    rgb = cover(rgb, _ellipse(u, v, 0., .05, .82, .30), skin, ninja)
    rgb = cover(rgb, _ellipse(u, v, 0., 0., .90, .74), (.93, .70, .18), astronaut)
    rgb = cover(rgb, _ellipse(u, v, 0., 0., .82, .66), skin, astronaut)
    screen = torch.maximum(u.abs() - .74, (v - .02).abs() - .62)
    rgb = cover(rgb, screen, (.07, .09, .14), robot)
    slit = torch.maximum(u.abs() - .78, (v - .10).abs() - .16)
    rgb = cover(rgb, slit - .05, (.36, .38, .42), knight)
    rgb = cover(rgb, slit, (.04, .04, .05), knight)
    rgb = cover(rgb, torch.maximum(u.abs() - .045, (v + .1).abs() - .85), (.52, .54, .58), knight)
    for row in (-.34, -.52):
        rgb = cover(rgb, torch.maximum((u.abs() - .25).abs() - .11, (v - row).abs() - .035), (.1, .1, .12), knight)

    # eyes
    wide = (mood == SURPRISED).float() * .05
    for s in (-1., 1.):
        cu, cv = s * .37, .06
        size = torch.where(robot > 0, u * 0 + .17, u * 0 + .20) + wide
        rgb = cover(rgb, (((u - cu) / .9) ** 2 + ((v - cv) / 1.12) ** 2 + 1e-9).sqrt() - size - .035, (.10, .07, .07), alive)
        rgb = cover(rgb, (((u - cu) / .9) ** 2 + ((v - cv) / 1.12) ** 2 + 1e-9).sqrt() - size, (.99, .99, .99), alive)
        for k in (0., .5):  # lashes at the outer corner
            lu, lv = s * (u - cu) - .17, v - cv - .10 - .10 * k
            lash = torch.maximum((lv * .80 - lu * .60).abs() - .028, (lu * .80 + lv * .60 - .06).abs() - .085)
            rgb = cover(rgb, lash, (.06, .04, .05), feminine * human)
        iu, iv = cu + .05 * gaze, cv - .015
        rgb = cover(rgb, ((u - iu) ** 2 + (v - iv) ** 2 + 1e-9).sqrt() - .145, eyes, alive)
        rgb = cover(rgb, ((u - iu) ** 2 + (v - iv) ** 2 + 1e-9).sqrt() - .080, (.03, .03, .04), alive)
        rgb = cover(rgb, ((u - iu - .06) ** 2 + (v - iv - .07) ** 2 + 1e-9).sqrt() - .050, (1., 1., 1.), alive)
        rgb = cover(rgb, ((u - cu) ** 2 + (v - cv) ** 2 + 1e-9).sqrt() - size, (.15, .95, .95), robot)
        rgb = cover(rgb, ((u - cu) ** 2 + (v - cv) ** 2 + 1e-9).sqrt() - .07, (.02, .25, .3), robot)
        rgb = cover(rgb, ((u - s * .30) ** 2 + (v - .10) ** 2 + 1e-9).sqrt() - .085, (.98, .95, .8), knight)
        # brows say much of the mood: lowered inside for anger, raised for surprise, raised inside for sadness
        slope = torch.where(mood == ANGRY, .45, torch.where(mood == SAD, -.40, torch.where(mood == CALM, 0., -.08) + 0 * mood))
        height = .36 + .07 * (mood == SURPRISED).float() - .03 * (mood == ANGRY).float()
        middle = v - (cv + height + slope * (s * u - .37))
        brow = torch.maximum(middle.abs() - .042, (u - cu).abs() - .20)
        rgb = cover(rgb, brow, hair * .55, human + ninja + astronaut)
        rgb = cover(rgb, _ellipse(u, v, s * .56, -.30, .17, .11), (.98, .45, .45), .45 * (human * (1 - beard) + astronaut))
        ring = ((u - cu) ** 2 + (v - cv) ** 2 + 1e-9).sqrt() - .29
        rgb = cover(rgb, ring.abs() - .038, (.06, .06, .08), glasses * human)
    bridge = torch.maximum((v - .08).abs() - .035, (u.abs() - .04).abs() - .06)
    rgb = cover(rgb, bridge, (.06, .06, .08), glasses * human)

    # the mouth
    speaks = human + astronaut
    bend = torch.where(mood == SMILING, 1.2, torch.where(mood == SAD, -1.4, torch.where(mood == ANGRY, -.9, .25) + 0 * mood))
    reach = torch.where(mood == SMILING, .28, .20) + 0 * mood
    line = torch.maximum((v + .46 - bend * (u * u - .02)).abs() - .042, u.abs() - reach)
    closed = (mood != LAUGHING).float() * (mood != SURPRISED).float()
    rgb = cover(rgb, line - .022, (.88, .12, .30), speaks * closed * feminine)
    rgb = cover(rgb, line, (.62, .12, .14), speaks * closed * (1 - feminine))
    laugh = torch.maximum(_ellipse(u, v, 0., -.34, .29, .28), v + .34)
    rgb = cover(rgb, laugh - .03, (.45, .06, .08), speaks * (mood == LAUGHING).float())
    rgb = cover(rgb, torch.maximum(laugh, -.42 - v), (1., 1., 1.), speaks * (mood == LAUGHING).float())
    rgb = cover(rgb, _ellipse(u, v, 0., -.50, .11, .14), (.45, .06, .08), speaks * (mood == SURPRISED).float())
    rgb = cover(rgb, _ellipse(u, v, .40, -.27, .06, .11), (.45, .75, 1.), speaks * (mood == SAD).float())
    grille = torch.maximum(u.abs() - .36, (v + .34).abs() - .10)
    rgb = cover(rgb, grille, (.15, .95, .95), robot)
    rgb = cover(rgb, torch.maximum(grille + .03, .05 - ((u * 6).remainder(1) - .5).abs() * .2), (.07, .09, .14), robot)
    gleam = torch.maximum((u * .8 + v * .6 - .52).abs() - .045, _ellipse(u, v, 0., 0., .74, .58))
    return cover(rgb, gleam, (1., 1., 1.), .8 * astronaut)
