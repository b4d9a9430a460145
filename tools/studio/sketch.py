"""A quick look at poses without Blender: half a second each, flat faces, props as plain shapes.

    python tools/studio/sketch.py OUT.png [NAME ...]

draws a contact sheet of the entries of poses.yaml whose names begin with one of those given, and
prints what cannot be as asked (a hand out of reach, a forearm turned too far).
"""

import math
import sys

import numpy as np
import yaml
from environment import STUDIO
from PIL import Image, ImageDraw
from posing import Pose, entries, strap_path, view
from skeleton import Body, frame, unit

SIZE = (480, 320)
COLUMNS = 3
GROUND, SKIN, LEGS, TOP, HAIR = (
    (233, 223, 209),
    (200, 150, 120),
    (60, 100, 95),
    (225, 220, 210),
    (70, 50, 45),
)
SPRUCE, CORAL, BLUE, WOOD, PLASTER = (
    (18, 97, 79),
    (196, 85, 60),
    (60, 100, 170),
    (205, 165, 120),
    (222, 208, 188),
)
UP = np.array([0, 0, 1.0])
SHAPE = ("female", "muscle", "weight", "age", "stature", "roots")

Solid = tuple[np.ndarray, list[list[int]], tuple[int, int, int]]


def cuboid(centre, along, size, colour) -> Solid:
    """A box turned so that its first side runs along a level direction."""
    turned = np.stack([along, np.cross(UP, along), UP], 1)
    corners = [(a, b, c) for c in (-1, 1) for b in (-1, 1) for a in (-1, 1)]
    points = np.asarray(centre) + (np.array(corners) * np.asarray(size) / 2) @ turned.T
    sides = [(0, 2, 3, 1), (4, 5, 7, 6), (0, 1, 5, 4), (2, 6, 7, 3), (0, 4, 6, 2), (1, 3, 7, 5)]
    return points, [list(side) for side in sides], colour


def turned(centre, axis, rings, colour, around: int = 20) -> Solid:
    """A turned solid: rings of (place along the axis, radius)."""
    axes = frame(axis, (0.1, 0.2, 1))
    circle = [2 * math.pi * i / around for i in range(around)]
    points = [
        centre + axes @ np.array([x, r * math.cos(a), r * math.sin(a)])
        for x, r in rings
        for a in circle
    ]
    faces = [
        [
            i * around + j,
            i * around + (j + 1) % around,
            (i + 1) * around + (j + 1) % around,
            (i + 1) * around + j,
        ]
        for i in range(len(rings) - 1)
        for j in range(around)
    ]
    last = (len(rings) - 1) * around
    ends = [list(range(around)), list(range(last, last + around))]
    return np.array(points), faces + ends, colour


def globe(centre, radius, colour) -> Solid:
    """A ball."""
    steps = np.linspace(0.05, math.pi - 0.05, 11)
    rings = [(-radius * math.cos(a), radius * math.sin(a)) for a in steps]
    return turned(centre, UP, rings, colour)


def rod(centre, axis, length, radius, colour) -> Solid:
    """A cylinder."""
    return turned(centre, axis, [(-length / 2, radius), (length / 2, radius)], colour)


def furniture(prop: dict) -> list[Solid]:
    """A chair or a table by its top and legs."""
    top, facing = prop["at"], prop["facing"]
    across = np.cross(UP, facing)
    chair = prop["kind"] == "chair"
    deep, wide = (0.42, 0.42) if chair else (prop["spec"].get("deep", 0.6), 1.1)
    floor = np.array([top[0], top[1], 0])
    made = [cuboid(top - UP * 0.015, facing, (deep, wide, 0.03), WOOD)]
    for a in (-1, 1):
        for b in (-1, 1):
            foot = floor + facing * a * (deep / 2 - 0.03) + across * b * (wide / 2 - 0.03)
            made.append(
                cuboid(foot + UP * top[2] / 2, facing, (0.035, 0.035, top[2] - 0.03), WOOD)
            )
    if chair and prop["spec"].get("back", True):
        made.append(cuboid(top - facing * 0.2 + UP * 0.23, facing, (0.02, 0.4, 0.38), WOOD))
    return made


def solids(pose: Pose, prop: dict) -> list[Solid]:
    """Plain shapes for a prop."""
    kind, at, spec = prop["kind"], prop["at"], prop["spec"]
    if kind == "strap":
        path, wide = strap_path(pose, spec)
        count = len(path)
        points = np.concatenate([path + wide * 0.018, path - wide * 0.018])
        return [
            (points, [[i, i + 1, count + i + 1, count + i] for i in range(count - 1)], CORAL)
        ]
    if kind in ("roller", "long-roller"):
        length = 0.9 if kind == "long-roller" else 0.33
        return [rod(at, prop["axis"], length, prop["radius"], SPRUCE)]
    if kind == "peanut":
        return [globe(at + prop["axis"] * x, prop["radius"], CORAL) for x in (-0.034, 0.034)]
    if kind in ("ball", "gymball"):
        return [globe(at, prop["radius"], BLUE)]
    if kind in ("tool", "t-handle"):
        tip = rod(at - prop["axis"] * 0.025, prop["axis"], 0.05, 0.011, (40, 60, 55))
        return [tip, globe(at - prop["axis"] * 0.078, 0.031, WOOD)]
    if kind in ("chair", "table"):
        return furniture(prop)
    if kind == "wall":
        centre = at * (1, 1, 0) - prop["normal"] * 0.035 + UP * 1.07
        return [cuboid(centre, prop["normal"], (0.07, spec.get("wide", 1.3), 2.15), PLASTER)]
    size = spec.get("size", (0.24, 0.18, at[2]))
    along = prop.get("facing", np.array([1.0, 0, 0]))
    return [cuboid(at - UP * size[2] / 2, along, size, PLASTER)]


def colour_of(face_middle: np.ndarray, tall: float) -> tuple[int, int, int]:
    """Skin, clothes or hair, by where a face is at rest."""
    x, z = abs(face_middle[0]) / tall, face_middle[2] / tall
    if 0.085 < z < 0.59 and x < 0.17 and not (x > 0.118 and z > 0.44):
        return LEGS
    if 0.57 < z < 0.82 and x < 0.122:
        return TOP
    return HAIR if z > 0.95 else SKIN


def draw(pose: Pose, seen: dict | None = None) -> Image.Image:
    """One picture, by its own camera or by one that is given."""
    width, height = SIZE
    body = pose.body
    points = pose.stance.skinned()
    things = [s for prop in pose.props.values() for s in solids(pose, prop)]
    small = [s[0] for s in things if np.ptp(s[0], axis=0).max() < 1.5]
    focus = pose.entry.get("camera", {}).get("focus")
    held = [points[body.where(focus)]] if focus else [points[body.skin], *small]
    seen = seen or view(pose, np.concatenate(held), width / height)
    back = unit(seen["at"] - seen["to"])
    far = np.linalg.norm(seen["at"] - seen["to"])
    light = unit(back + np.array([-0.5, 0, 0.8]))
    scale = seen["lens"] / 36 * width * 2
    polygons = []

    def add(where: np.ndarray, faces: list, colours, one_sided: bool) -> None:
        away = where - seen["to"]
        depth = far - away @ back
        flat = np.stack(
            [
                width + away @ seen["right"] / depth * scale,
                height - away @ seen["up"] / depth * scale,
            ],
            1,
        )
        for face in faces:
            normal = unit(
                np.cross(where[face[2]] - where[face[0]], where[face[-1]] - where[face[1]])
            )
            if one_sided and normal @ (seen["at"] - where[face[0]]) < 0:
                continue
            lit = 0.45 + 0.55 * abs(float(normal @ light))
            paint = colours(face) if callable(colours) else colours
            polygons.append(
                (
                    depth[face].mean(),
                    [tuple(p) for p in flat[face]],
                    [int(c * lit) for c in paint],
                )
            )

    for where, faces, paint in things:
        add(where, faces, paint, one_sided=False)
    add(points, body.groups["body"], lambda f: colour_of(body.V[f].mean(0), body.height), True)
    picture = Image.new("RGB", (width * 2, height * 2), GROUND)
    pen = ImageDraw.Draw(picture)
    for _, outline, paint in sorted(polygons, key=lambda p: -p[0]):
        pen.polygon(outline, fill=tuple(paint))
    return picture.resize(SIZE, Image.Resampling.LANCZOS)


def main() -> None:
    """Draw the sheet."""
    out, *wanted = sys.argv[1:]
    known = entries(yaml.safe_load((STUDIO / "poses.yaml").read_text()))
    names = [n for n in known if not wanted or any(n.startswith(w) for w in wanted)]
    rows = -(-len(names) // COLUMNS)
    sheet = Image.new("RGB", (SIZE[0] * COLUMNS, SIZE[1] * rows), GROUND)
    for number, name in enumerate(names):
        person = known[name]["person"]
        pose = Pose(known[name], Body(**{k: person[k] for k in SHAPE if k in person}))
        if pose.problems:
            print(f"{name}: {'; '.join(pose.problems)}")
        picture = draw(pose)
        ImageDraw.Draw(picture).text((4, 2), name, fill=(140, 0, 0))
        row, column = divmod(number, COLUMNS)
        sheet.paste(picture, (column * SIZE[0], row * SIZE[1]))
    sheet.save(out)


if __name__ == "__main__":
    main()
