"""Hair: a shell over the scalp that rises from the skin at the hairline, and what is worn with it."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import bpy
import numpy as np
from materials import Sums, cut, plain
from mathutils import Matrix, Vector
from solids import lathe, mesh

if TYPE_CHECKING:
    from figure import Figure

# style: how far the shell stands off at the sides and on top, in metres
STYLES = {
    "crop": (0.003, 0.005),
    "short": (0.007, 0.016),
    "curls": (0.026, 0.040),
    "bun": (0.006, 0.011),
    "topknot": (0.006, 0.011),
    "ponytail": (0.006, 0.011),
    "cap": (0.004, 0.006),
    "none": (0, 0),
}
# the hairline: how far from the front of the head to its back, and at which part of the body's height
HAIRLINE = (
    (0.00, 0.9660),
    (0.20, 0.9640),
    (0.30, 0.9560),
    (0.37, 0.9350),
    (0.44, 0.9330),
    (0.50, 0.9440),
    (0.60, 0.9360),
    (0.68, 0.9180),
    (0.80, 0.9040),
    (1.00, 0.9000),
)


class Head:
    """The upper part of a figure's head, measured."""

    def __init__(self, figure: "Figure") -> None:
        self.figure = figure
        self.tall = tall = figure.height
        skull = [f for f in figure.groups["body"] if figure.centre(f)[2] > 0.895 * tall]
        depths = [figure.centre(f)[1] for f in skull if figure.centre(f)[2] > 0.95 * tall]
        self.front, self.back = min(depths), max(depths)
        self.scalp = [f for f in skull if not self.ear(f)]

    def ear(self, face: Sequence[int]) -> bool:
        """Whether a face belongs to an ear."""
        x, y, z = self.figure.centre(face)
        between = 0.35 < self.depth(y) < 0.75
        return abs(x) > 0.046 * self.tall and z < 0.951 * self.tall and between

    def depth(self, y: float) -> float:
        """0 at the forehead, 1 at the back of the head."""
        return (y - self.front) / (self.back - self.front)

    def line(self, y: float) -> float:
        """The height of the hairline."""
        places, heights = zip(*HAIRLINE, strict=True)
        return float(np.interp(self.depth(y), places, heights)) * self.tall

    def normals(self) -> dict[int, np.ndarray]:
        """Which way the skin looks at each point of the scalp."""
        found: dict[int, np.ndarray] = {}
        for face in self.scalp:
            a, b, c = (self.figure.points[face[i]] for i in range(3))
            outward = np.cross(b - a, c - a)
            for point in face:
                found[point] = found.get(point, 0) + outward
        return {point: n / np.linalg.norm(n) for point, n in found.items()}

    def raised(self, side: float, top: float) -> np.ndarray:
        """All points, those of the scalp moved off the skin, nothing at the hairline."""
        points = self.figure.points.copy()
        for point, normal in self.normals().items():
            _, y, z = points[point]
            above = (z - self.line(y)) / (0.022 * self.tall)
            rise = min(max(above, 0), 1)
            rise = rise * rise * (3 - 2 * rise)
            high = min(max((z - 0.955 * self.tall) / (0.04 * self.tall), 0), 1)
            points[point] += normal * (0.0012 + rise * (side + (top - side) * high))
        return points


def add(figure: "Figure", style: str, colour: str) -> None:
    """Give a figure its eyebrows and its hair."""
    head = Head(figure)
    brows(head, strands(colour))
    if style == "none":
        return
    shell(head, strands(colour, 1.0 if style == "curls" else 0.5), *STYLES[style])
    crown = 0.972 if style == "bun" else 1.002
    if style in ("bun", "topknot"):
        y = head.back + 0.018 if style == "bun" else head.back - 0.06
        knot(figure, Vector((0, y, crown * figure.height)), 0.038, strands(colour))
    elif style == "ponytail":
        tail(head, strands(colour))
    elif style == "cap":
        cap(head)


def strands(colour: str, curl: float = 0.5) -> bpy.types.Material:
    """The surface of hair."""
    grain = 170 if curl > 0.5 else 300
    return plain("hair", colour, rough=0.6, sheen=0.12, bump=curl, grain=grain)


def shell(
    head: Head, material: bpy.types.Material, side: float, top: float, shift: float = 0
) -> None:
    """The hair itself: the raised scalp, cut along the hairline."""
    sums = Sums(material)
    _, y, z = sums.rest()
    depth = sums("DIVIDE", sums("SUBTRACT", y, head.front), head.back - head.front)
    keep = sums("SUBTRACT", z, sums("ADD", sums.curve(depth, HAIRLINE, head.tall), shift))
    cut(material, sums, (keep, ">", 0))
    figure, kept = head.figure, head.figure.points
    figure.points = head.raised(side, top)
    figure.part("hair", head.scalp, material)
    figure.points = kept


def brows(head: Head, material: bpy.types.Material) -> None:
    """Two flat patches above the eyes."""
    sums, figure = Sums(material), head.figure
    eye = figure.joint("joint-l-eye")
    x, y, z = sums.rest()
    across = sums("SUBTRACT", sums("ABSOLUTE", x), float(eye[0]) + 0.001)
    arch = sums("MULTIPLY", sums("MULTIPLY", across, across), -14)
    up = sums("SUBTRACT", z, sums("ADD", arch, float(eye[2]) + 0.0112 * head.tall))
    wide = sums("SUBTRACT", sums("ABSOLUTE", across), 0.019)
    high = sums("SUBTRACT", sums("ABSOLUTE", up), 0.0026)
    cut(material, sums, (wide, "<", 0), (high, "<", 0), (y, "<", float(eye[1])))
    face = [
        f
        for f in figure.groups["body"]
        if abs(figure.centre(f)[2] - eye[2]) < 0.03 * head.tall and figure.centre(f)[1] < eye[1]
    ]
    kept = figure.points
    figure.points = kept.copy()
    figure.points[sorted({i for f in face for i in f}), 1] -= 0.001
    figure.part("brows", face, material)
    figure.points = kept


def knot(
    figure: "Figure", at: Vector, radius: float, material: bpy.types.Material
) -> bpy.types.Object:
    """A round bun."""
    outline = [
        (max(1e-5, radius * math.sin(a)), -radius * math.cos(a))
        for a in np.linspace(0.001, math.pi - 0.001, 40)
    ]
    made = lathe("knot", outline, material, 48)
    fix_to_head(figure, made)
    made.matrix_basis = Matrix.Translation(at) @ Matrix.Scale(0.85, 4, (0, 1, 0))
    return made


def tail(head: Head, material: bpy.types.Material) -> None:
    """A short ponytail that hangs along the nape."""
    points, faces, rings = [], [], 24
    start = Vector((0, head.back + 0.004, 0.965 * head.tall))
    for i in range(rings):
        along = i / (rings - 1)
        out = 0.038 * math.sin(min(along * 2.2, math.pi / 2)) - 0.02 * along
        middle = start + Vector((0, out, -0.17 * along**1.3))
        wide = 0.006 + 0.022 * math.sin(math.pi * min(along * 0.9 + 0.08, 1)) ** 0.7
        for turn in np.linspace(0, 2 * math.pi, 24, endpoint=False):
            points.append(
                middle + Vector((wide * math.cos(turn), 0.8 * wide * math.sin(turn), 0))
            )
    for i in range(rings - 1):
        for j in range(24):
            k = (j + 1) % 24
            faces.append((24 * i + j, 24 * i + k, 24 * i + 24 + k, 24 * i + 24 + j))
    faces += [tuple(range(23, -1, -1)), tuple(range(24 * rings - 24, 24 * rings))]
    fix_to_head(head.figure, mesh("tail", points, faces, material))


def cap(head: Head, colour: str = "spruce") -> None:
    """A cap with a peak."""
    tall, figure = head.tall, head.figure
    cloth = plain("cap", colour, rough=0.85, sheen=0.3, bump=0.15, grain=900)
    sums = Sums(cloth)
    _, y, z = sums.rest()
    slope = sums("MULTIPLY", sums("SUBTRACT", y, head.front), 0.08)
    cut(cloth, sums, (sums("ADD", z, slope), ">", 0.964 * tall))
    kept = figure.points
    figure.points = head.raised(0.012, 0.020)
    figure.part("cap", [f for f in head.scalp if figure.centre(f)[2] > 0.94 * tall], cloth)
    figure.points = kept
    points, faces, steps = [], [], 25
    middle = head.front + 0.075
    for reach, drop in ((0.072, 0), (0.11, 0.002), (0.145, 0.010)):
        for turn in np.linspace(-1.0, 1.0, steps):
            x = (0.072 + (reach - 0.072) * 0.25) * math.sin(turn * 1.25)
            y_here = middle - 0.012 - reach * math.cos(turn * 1.25)
            droop = drop + 0.012 * (abs(turn) ** 2)
            points.append((x, y_here, 0.968 * tall - droop))
    for row in range(2):
        for i in range(steps - 1):
            a = row * steps + i
            faces.append((a, a + 1, a + 1 + steps, a + steps))
    peak = mesh("peak", points, faces, plain("peak", colour, rough=0.85, sheen=0.3))
    solid = peak.modifiers.new("solid", "SOLIDIFY")
    solid.thickness = 0.003
    fine = peak.modifiers.new("fine", "SUBSURF")
    fine.levels = fine.render_levels = 2
    fix_to_head(figure, peak)


def fix_to_head(figure: "Figure", thing: bpy.types.Object) -> None:
    """Let a thing, placed in body space, move with the head."""
    head = figure.arm.data.bones["mixamorig:Head"]
    thing.parent, thing.parent_type, thing.parent_bone = figure.arm, "BONE", head.name
    tip = head.matrix_local @ Matrix.Translation(Vector((0, head.length, 0)))
    thing.matrix_parent_inverse = tip.inverted()
