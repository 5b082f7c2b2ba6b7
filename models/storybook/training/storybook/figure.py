"""From a Spec to a figure: a posed body, its painted face, key points and the camera.

Proportions are those of picture books: a large head, so that faces read at 256×256 pixels.
"""
import math
import random

import numpy as np

from storybook import attire, props
from storybook.geometry import HEAD_RADIUS, PLAIN, ROUND, Geometry, add, scale
from storybook.world import CHILDREN, EYE_COLORS, FEMALE, HAIR_COLORS, KEYPOINTS, KINDS, MOODS, SKIN, Spec

MAX_PRIMITIVES = 72
FACE_FIELDS = 24
CHILD, CHILD_HEAD = .68, .97  # a child's size beside a grown figure's: small, with a head that is nearly as large
HEAD_POINTS = {'nose', 'r_eye', 'l_eye', 'r_ear', 'l_ear'}


def _limb(side, angle, forward=0.):
    """A unit direction: 0° hangs down, 90° outwards, 180° up; `forward` swings it towards the viewer."""
    a, f = math.radians(angle), math.radians(forward)
    return (side * math.sin(a) * math.cos(f), -math.cos(a) * math.cos(f), -math.sin(f))


def pose_angles(pose, rng):
    """Arms and legs as (upper angle, lower angle, upper forward, lower forward) by side, and the height above ground."""
    def about(value, spread=5.):
        return value + rng.gauss(0, spread)

    arms = {s: (about(16), about(12), about(0, 6), about(8, 6)) for s in 'rl'}
    legs = {s: (about(6, 2), about(3, 2), 0., 0.) for s in 'rl'}
    lift = 0.
    if pose == 'waving':
        arms[rng.choice('rl')] = (about(105), about(165, 8), 0., 0.)
    elif pose == 'with arms raised':
        arms = {s: (about(142), about(164), 0., 0.) for s in 'rl'}
    elif pose == 'with hands on hips':
        arms = {s: (about(56, 3), about(-44, 3), 0., 0.) for s in 'rl'}
    elif pose == 'with arms spread':
        arms = {s: (about(88), about(90), 0., 0.) for s in 'rl'}
    elif pose == 'pointing':
        arms[rng.choice('rl')] = (about(84), about(86, 3), 0., 0.)
    elif pose == 'walking':
        legs = {'r': (7, 5, about(30, 4), -4), 'l': (7, 5, about(-26, 4), -40)}
        arms = {'r': (16, 14, -28, 5), 'l': (16, 14, 28, 45)}
    elif pose == 'running':
        legs = {'r': (12, 4, about(62, 5), -25), 'l': (10, 8, about(-38, 5), -88)}
        arms = {'r': (28, 10, -48, 35), 'l': (28, 10, 48, 100)}
        lift = .06
    elif pose == 'jumping':
        legs = {s: (about(34, 4), about(-22, 4), 15., -50.) for s in 'rl'}
        arms = {s: (about(120, 8), about(136, 8), 0., 0.) for s in 'rl'}
        lift = .32
    elif pose == 'kneeling':
        legs = {'r': (12, 0, 84, -4), 'l': (8, 5, 4, -86)}
        lift = -.30
    elif pose == 'sitting':
        legs = {s: (about(18, 3), about(8, 3), 82., 68.) for s in 'rl'}
        lift = -.55
    elif pose == 'dancing':
        legs = {'r': (about(34), 22, 0., 0.), 'l': (12, about(-30), 28., -30.)}
        arms = {'r': (about(120, 9), about(196, 9), 0., 0.), 'l': (about(62, 9), about(16, 9), 0., 0.)}
    return arms, legs, lift


def _body(g: Geometry, spec: Spec, wear: attire.Wardrobe, rng):
    arms, legs, lift = pose_angles(spec.pose, rng)
    hip, shoulder = .72 + lift, 1.17 + lift
    head = (0., 1.46 + lift, 0.)
    g.head = head
    slim = spec.kind in FEMALE  # a narrow waist and shoulders
    waist, chest, half = (.128, .142, .165) if slim else (.160, .155, .19)
    g.put((0, hip + .11, 0), (0, shoulder - .10, 0), waist, chest, wear.torso, ROUND, wear.material)
    g.put((-.045, hip + .01, 0), (.045, hip + .01, 0), .135, .135, wear.leg)
    g.put((.08 - half, shoulder - .05, 0), (half - .08, shoulder - .05, 0), .10, .10, wear.torso, ROUND, wear.material)
    g.put((0, shoulder, 0), head, .075, .075, wear.neck)
    g.points['neck'] = (0., shoulder + .02, 0.)
    for name, side in (('r', -1), ('l', 1)):  # the figure's right is on the viewer's left
        upper, lower, upper_forward, lower_forward = arms[name]
        start = (side * half, shoulder - .04, 0.)
        elbow = add(start, scale(_limb(side, upper, upper_forward), .25))
        along = _limb(side, lower, lower_forward)
        wrist = add(elbow, scale(along, .22))
        g.put(start, elbow, .078, .066, wear.torso if wear.arm == wear.hand and spec.fleshly else wear.arm, ROUND,
              wear.material)
        g.put(elbow, wrist, .064, .056, wear.arm, ROUND, wear.material if wear.arm != wear.hand else PLAIN)
        g.ball(add(wrist, scale(along, .055)), .068, wear.hand)
        g.points.update({f'{name}_shoulder': start, f'{name}_elbow': elbow, f'{name}_wrist': wrist})
        upper, lower, upper_forward, lower_forward = legs[name]
        top = (side * .095, hip - .02, 0.)
        knee = add(top, scale(_limb(side, upper, upper_forward), .33))
        ankle = add(knee, scale(_limb(side, lower, lower_forward), .30))
        g.put(top, knee, .10, .082, wear.leg)
        g.put(knee, ankle, .078, .066, wear.leg)
        g.put(add(ankle, (0, -.01, .01)), add(ankle, (side * .02, -.02, -.10)), .070, .066, wear.shoe)
        g.points.update({f'{name}_hip': top, f'{name}_knee': knee, f'{name}_ankle': ankle})
    return hip, shoulder, lift


def _face(spec, rng, size):
    """The painted face of a head of that size as numbers; :mod:`storybook.face` reads them."""
    kind = {'robot': 1, 'knight': 2, 'astronaut': 3, 'ninja': 4}.get(spec.kind, 0)
    cloth = attire.suit(spec.color)
    values = [kind, KINDS.index(spec.kind), HEAD_RADIUS * size, list(MOODS).index(spec.mood),
              *EYE_COLORS[spec.eyes], *SKIN[spec.skin], *HAIR_COLORS[spec.hair_color], *cloth,
              rng.uniform(-1, 1), float(spec.beard), float(spec.glasses),
              float(spec.hair != 'bald' and kind == 0), rng.choice((0., 1., 2.)), float(rng.random() < .5),
              float(spec.kind in FEMALE)]
    return values + [0.] * (FACE_FIELDS - len(values))


def build(spec: Spec, rng: random.Random, more=None):
    """One figure as arrays: primitives, the head's frame, the face, key points and the camera, already turned.

    :param more: puts on it what no Spec can say; a function of the Geometry
    """
    g = Geometry()
    wear = attire.Wardrobe.of(spec)
    hip, shoulder, lift = _body(g, spec, wear, rng)
    attire.garments(g, spec, hip, shoulder, lift)
    headless = len(g.parts)
    attire.head(g, spec)
    attire.hat(g, spec)
    headed = len(g.parts)
    if more:
        more(g)
    if spec.prop:
        props.hold(g, spec)
    own = len(g.parts)
    if spec.pet:
        props.pet(g, spec, rng)
    n = len(g.parts)
    if n > MAX_PRIMITIVES:
        raise ValueError(f'{n} primitives')
    size, head_size = (CHILD, CHILD_HEAD) if spec.kind in CHILDREN else (1., 1.)
    chin = np.array(g.head, np.float32) - np.array((0, HEAD_RADIUS, 0), np.float32)
    rise = chin * (size - head_size)  # a head is scaled about the chin, the rest about the ground

    sizes = np.full((n, 1), size, np.float32)
    sizes[headless:headed] = head_size
    sizes[own:] = 1.
    moved = np.zeros((n, 3), np.float32)
    moved[headless:headed] = rise
    start = np.array([p[0] for p in g.parts], np.float32) * sizes + moved
    end = np.array([p[1] for p in g.parts], np.float32) * sizes + moved
    radii = np.array([(p[2], p[3]) for p in g.parts], np.float32) * sizes
    head = np.array(g.head, np.float32) * head_size + rise
    yaw = math.radians({'front': rng.gauss(0, 10), 'left': 52 + rng.gauss(0, 7), 'right': -52 + rng.gauss(0, 7),
                        'back': 180 + rng.gauss(0, 12)}[spec.view])
    turn = np.array([[math.cos(yaw), 0, math.sin(yaw)], [0, 1, 0], [-math.sin(yaw), 0, math.cos(yaw)]], np.float32)
    start[:own] = start[:own] @ turn.T
    end[:own] = end[:own] @ turn.T
    points = np.array([np.array(g.points[k], np.float32) * head_size + rise if k in HEAD_POINTS else
                       np.array(g.points[k], np.float32) * size for k in KEYPOINTS], np.float32) @ turn.T
    head = head @ turn.T

    most = radii.max(1)
    low = np.minimum(start, end) - most[:, None]
    high = np.maximum(start, end) + most[:, None]
    if spec.shot == 'full':
        box = low[:, :2].min(0), high[:, :2].max(0)
        span = max(box[1][1] - min(box[0][1], 0.), box[1][0] - box[0][0], 1.5) * rng.uniform(1.06, 1.30)
        cx, cy = (box[0][0] + box[1][0]) / 2, (box[1][1] + min(box[0][1], 0.)) / 2
        cy += (span - (box[1][1] - min(box[0][1], 0.))) * rng.uniform(.0, .30)
    else:
        span, drop = ((1.55, .36) if spec.shot == 'medium' else (1.0, .10))
        frame = (size + head_size) / 2
        span *= frame * rng.uniform(.94, 1.10)
        cx, cy = head[0], head[1] - drop * frame
    slack = .03 * span
    camera = (cx + rng.uniform(-slack, slack), cy + rng.uniform(-slack, slack), span)
    rgb = np.array([p[4] for p in g.parts], np.float32) + np.float32(rng.gauss(0, .012))
    return dict(start=start, end=end, radii=radii, color=rgb.clip(0, 1),
                shape=np.array([p[5] for p in g.parts], np.float32),
                material=np.array([p[6] for p in g.parts], np.float32),
                head=np.array([*head, math.cos(yaw), math.sin(yaw)], np.float32),
                face=np.array(_face(spec, rng, head_size), np.float32), points=points,
                camera=np.array(camera, np.float32))
