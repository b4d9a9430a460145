"""Meshes from numbers: points and faces, turned shapes, boxes, flat bands."""

import math
from collections.abc import Callable, Iterable, Sequence

import bpy
import numpy as np
from mathutils import Vector

Profile = Sequence[tuple[float, float]]


def mesh(
    name: str,
    points: Iterable,
    faces: Iterable,
    material: bpy.types.Material | None = None,
    smooth: bool = True,
) -> bpy.types.Object:
    """Put a mesh of these points and faces into the scene."""
    data = bpy.data.meshes.new(name)
    data.from_pydata(
        [tuple(map(float, p)) for p in points], [], [tuple(map(int, f)) for f in faces]
    )
    data.update()
    if smooth:
        data.polygons.foreach_set("use_smooth", [True] * len(data.polygons))
    made = bpy.data.objects.new(name, data)
    bpy.context.scene.collection.objects.link(made)
    if material:
        data.materials.append(material)
    return made


def lathe(
    name: str,
    profile: Profile,
    material: bpy.types.Material,
    segments: int = 128,
    radius: Callable[[float, float, float], float] | None = None,
) -> bpy.types.Object:
    """Turn a profile [(radius, height)], bottom to top, about z; `radius` may carve grooves."""
    turns = np.linspace(0, 2 * math.pi, segments, endpoint=False)
    points = []
    for r, z in profile:
        for turn in turns:
            here = radius(turn, z, r) if radius else r
            points.append((here * math.cos(turn), here * math.sin(turn), z))
    faces = [
        (
            i * segments + j,
            i * segments + (j + 1) % segments,
            (i + 1) * segments + (j + 1) % segments,
            (i + 1) * segments + j,
        )
        for i in range(len(profile) - 1)
        for j in range(segments)
    ]
    return mesh(name, points, faces, material)


def box(
    name: str,
    size: Sequence[float],
    material: bpy.types.Material,
    at: Sequence[float] = (0, 0, 0),
    round_by: float = 0.004,
) -> bpy.types.Object:
    """A box of `size` with its underside's centre at `at`."""
    wide, deep, high = size[0] / 2, size[1] / 2, size[2]
    points = [(x, y, z) for z in (0, high) for y in (-deep, deep) for x in (-wide, wide)]
    sides = [(0, 2, 3, 1), (4, 5, 7, 6), (0, 1, 5, 4), (2, 6, 7, 3), (0, 4, 6, 2), (1, 3, 7, 5)]
    made = mesh(name, points, sides, material, smooth=False)
    made.location = at
    if round_by:
        bevel = made.modifiers.new("round", "BEVEL")
        bevel.width, bevel.segments = round_by, 4
    return made


def band(
    path: Sequence,
    normals: Sequence,
    material: bpy.types.Material,
    width: float = 0.038,
    thick: float = 0.0022,
) -> bpy.types.Object:
    """A flat band along a path; `normals` say where its flat side looks at each point."""
    path = [Vector(p) for p in path]
    points, faces, last = [], [], len(path) - 1
    for i, here in enumerate(path):
        along = (path[min(i + 1, last)] - path[max(i - 1, 0)]).normalized()
        side = along.cross(Vector(normals[i])).normalized()
        up = side.cross(along).normalized()
        for across, over in ((1, 1), (-1, 1), (-1, -1), (1, -1)):
            points.append(here + side * across * width / 2 + up * over * thick / 2)
    for i in range(last):
        for j in range(4):
            k = (j + 1) % 4
            faces.append((4 * i + j, 4 * i + k, 4 * i + 4 + k, 4 * i + 4 + j))
    faces += [(0, 1, 2, 3), tuple(4 * last + k for k in (3, 2, 1, 0))]
    return mesh("band", points, faces, material, smooth=False)
