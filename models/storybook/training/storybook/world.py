"""The vocabulary of the world and the choice of one picture's contents.

A :class:`Spec` says everything that a picture shows. :mod:`storybook.figure` turns it into
geometry, :mod:`storybook.captions` into words; nothing else decides what is in a picture.
"""
import random
import zlib
from dataclasses import dataclass

COLORS = {
    'red': (.88, .10, .12), 'orange': (.98, .50, .06), 'yellow': (.99, .86, .16),
    'green': (.12, .64, .22), 'blue': (.12, .32, .92), 'purple': (.52, .18, .76),
    'pink': (.99, .52, .72), 'white': (.96, .96, .96), 'black': (.10, .10, .12),
    'brown': (.47, .28, .14), 'gray': (.55, .57, .60), 'teal': (.06, .66, .66),
}
SKIN = {'pale': (1.0, .86, .76), 'tan': (.90, .69, .52), 'brown': (.62, .41, .28), 'dark': (.38, .25, .18)}
HAIR_COLORS = {
    'black': (.09, .08, .09), 'brown': (.38, .22, .11), 'blonde': (.97, .80, .36), 'red': (.84, .30, .08),
    'white': (.94, .94, .96), 'pink': (.99, .50, .72), 'blue': (.22, .42, .95),
}
EYE_COLORS = {'blue': (.16, .42, .90), 'green': (.12, .60, .28), 'brown': (.45, .26, .10), 'black': (.10, .10, .12)}

KINDS = ['woman', 'man', 'girl', 'boy', 'knight', 'astronaut', 'wizard', 'princess', 'robot', 'pirate', 'king', 'ninja']
EVERYDAY = {'woman', 'man', 'girl', 'boy'}
CHILDREN = {'girl', 'boy'}
FEMALE = {'woman', 'girl', 'princess'}
ARMORED = {'knight', 'astronaut', 'robot', 'ninja'}  # no hair and no bare skin but for a face

POSES = ['standing', 'waving', 'with arms raised', 'with hands on hips', 'with arms spread', 'walking', 'running',
         'jumping', 'kneeling', 'dancing', 'sitting', 'pointing']
SCENES = ['in the desert with pyramids', 'on a city street at night', 'in front of a castle with a rainbow',
          'on the moon in space', 'in a forest', 'in snowy mountains', 'on a beach', 'in a flower meadow',
          'in a cozy room', 'plain']
DAYLIT = {0, 2, 4, 5, 6, 7}  # scenes that also exist at sunset and at night
TIMES = ['day', 'sunset', 'night']
STYLES = ['photo', 'cartoon', 'pencil sketch']
MOODS = ['calm', 'smiling', 'laughing', 'sad', 'angry', 'surprised']
HATS = ['', 'cap', 'wide hat', 'pointed hat', 'top hat', 'beanie']
PROPS = ['', 'sword', 'staff', 'flower', 'balloon', 'lantern', 'umbrella', 'book', 'flag']
PETS = ['', 'cat', 'dog']
VIEWS = ['front', 'left', 'right', 'back']
SHOTS = ['full', 'medium', 'portrait']
KEYPOINTS = ['nose', 'neck', 'r_shoulder', 'r_elbow', 'r_wrist', 'l_shoulder', 'l_elbow', 'l_wrist', 'r_hip', 'r_knee',
             'r_ankle', 'l_hip', 'l_knee', 'l_ankle', 'r_eye', 'l_eye', 'r_ear', 'l_ear']
"""OpenPose's order of the 18 COCO key points (Cao et al. 2017, arXiv:1611.08050)."""


@dataclass
class Spec:
    """What one picture shows. Every string is a key or an element of the tables above."""

    kind: str
    skin: str
    color: str  # of the main garment, or of the robot and the ninja as a whole
    second: str  # of trousers, cape, hat, balloon, umbrella
    outfit: str  # shirt, striped shirt, dress, robe or cape
    sleeves: bool
    scarf: str  # a colour, or '' for none
    hair: str
    hair_color: str
    eyes: str
    mood: str
    beard: bool
    glasses: bool
    hat: str
    pose: str
    prop: str
    pet: str
    pet_color: str
    scene: str
    background: str  # the colour of the plain scene
    time: str
    style: str
    shot: str
    view: str

    @property
    def fleshly(self):
        """Whether hair, skin and clothes of a person can be seen."""
        return self.kind not in ARMORED


def held_out(spec):
    """True for one combination of figure, colour and scene in 16: training never sees these."""
    return zlib.crc32(f'{spec.kind}|{spec.color}|{spec.scene}'.encode()) % 16 == 0


def _weighted(rng, choices):
    return rng.choices([c for c, _ in choices], [w for _, w in choices])[0]


def _outfit(rng, kind):
    fixed = {'wizard': 'robe', 'princess': 'dress', 'king': 'cape'}
    if kind in fixed:
        return fixed[kind]
    if kind in FEMALE:
        return _weighted(rng, [('dress', 5), ('shirt', 4), ('striped shirt', 1)])
    if kind == 'knight':
        return _weighted(rng, [('shirt', 6), ('cape', 4)])
    return 'shirt' if kind in ARMORED else _weighted(rng, [('shirt', 4), ('striped shirt', 1)])


def sample(rng: random.Random, **fixed):
    """Draws one Spec; `fixed` overrides single fields. Draws again while the combination is held out."""
    while True:
        kind = fixed.get('kind') or rng.choice(KINDS)
        feminine = kind in FEMALE
        scene = rng.choice(SCENES)
        color = rng.choice(list(COLORS))
        values = dict(
            kind=kind, skin=rng.choice(list(SKIN)), color=color, second=rng.choice([c for c in COLORS if c != color]),
            outfit=_outfit(rng, kind), sleeves=rng.random() < .5,
            scarf=rng.choice(list(COLORS)) if kind in EVERYDAY and rng.random() < .15 else '',
            hair=rng.choice(['long', 'long', 'bun', 'ponytail', 'curly', 'pigtails'] if feminine
                            else ['short', 'short', 'short', 'curly', 'long', 'bald']),
            hair_color=rng.choice(list(HAIR_COLORS)), eyes=rng.choice(list(EYE_COLORS)),
            mood=_weighted(rng, [('calm', 4), ('smiling', 5), ('laughing', 2), ('sad', 1), ('angry', 1), ('surprised', 1)]),
            beard=rng.random() < {'wizard': .85, 'king': .7, 'man': .3, 'pirate': .4}.get(kind, 0),
            glasses=kind not in ARMORED and rng.random() < .15,
            hat=rng.choice(HATS[1:]) if kind in EVERYDAY and rng.random() < .3 else '',
            pose=rng.choice(POSES), prop=rng.choice(PROPS[1:]) if rng.random() < .42 else '',
            pet=rng.choice(PETS[1:]) if rng.random() < .10 else '',
            pet_color=rng.choice(['black', 'white', 'brown', 'orange', 'gray']),
            scene=scene, background=rng.choice(list(COLORS)),
            time=_weighted(rng, [('day', 7), ('sunset', 1.5), ('night', 1.5)]),
            style=_weighted(rng, [('photo', 3), ('cartoon', 1.2), ('pencil sketch', .8)]),
            shot=_weighted(rng, [('full', 5), ('medium', 2.5), ('portrait', 2.5)]),
            view=_weighted(rng, [('front', 6), ('left', 1.8), ('right', 1.8), ('back', .4)]))
        values.update(fixed)
        spec = Spec(**values)
        if SCENES.index(spec.scene) not in DAYLIT:
            spec.time = 'day'
        if spec.shot != 'full':
            spec.pet = ''
            if spec.view == 'back':
                spec.view = 'front'
        if spec.shot == 'portrait' and spec.prop not in ('balloon', 'umbrella', 'staff', 'flag', 'sword'):
            spec.prop = ''
        if 'outfit' not in fixed and spec.scarf and spec.beard:
            spec.scarf = ''
        if fixed or not held_out(spec):
            return spec


def sample_held_out(rng: random.Random):
    """Draws a Spec whose combination of figure, colour and scene training never saw."""
    while True:
        spec = sample(rng, kind=rng.choice(KINDS))
        if held_out(spec):
            return spec
