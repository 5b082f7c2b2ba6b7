"""The stuff that figures are made of: primitives, colours, key points.

Coordinates: x to the viewer's right, y up, z away from the viewer; a grown figure is about 1.8 units
tall, its feet at y = 0, and it faces the viewer (towards -z) before it is turned.
"""
from dataclasses import dataclass, field

HEAD_RADIUS = .235
ROUND, FLAT = 0, 1  # a capsule with two radii, or a cone cut off flat at both ends
PLAIN, HEAD, STRIPED, METAL, GLOWING = range(5)  # how a primitive is painted

METAL_COLOR = (.74, .76, .81)
GOLD = (.99, .79, .16)
WOOD = (.46, .28, .14)
DARK = (.09, .09, .11)
WHITE = (.96, .96, .97)


def add(a, b):
    """The sum of two points."""
    return (a[0] + b[0], a[1] + b[1], a[2] + b[2])


def scale(a, k):
    """A point or a colour times a number."""
    return (a[0] * k, a[1] * k, a[2] * k)


@dataclass
class Geometry:
    """Primitives (start, end, start radius, end radius, colour, shape, material), key points, the head's place."""

    parts: list = field(default_factory=list)
    points: dict = field(default_factory=dict)
    head: tuple = (0., 0., 0.)

    def put(self, a, b, ra, rb, color, shape=ROUND, material=PLAIN):
        """Adds one primitive."""
        self.parts.append((a, b, ra, rb, color, shape, material))

    def ball(self, center, radius, color, material=PLAIN):
        """Adds a sphere."""
        self.put(center, center, radius, radius, color, ROUND, material)
