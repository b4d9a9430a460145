"""The room: empty scene, backdrop, light, camera and the shutter."""

import math
import time
from collections.abc import Sequence
from pathlib import Path

import bpy
import numpy as np
from materials import plain, srgb
from mathutils import Vector
from solids import mesh

BACKDROPS = {
    "mist-green": "#dde6de",
    "mist-blue": "#dbe5ea",
    "sand": "#f0e2d6",
    "warm-sand": "#e9dfd1",
}


def reset(width: int, height: int, samples: int) -> None:
    """Start from an empty scene with the studio's render settings."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    scene.render.engine = "CYCLES"
    cycles = scene.cycles
    cycles.device = "CPU"
    cycles.samples = samples
    cycles.use_adaptive_sampling = True
    cycles.adaptive_threshold = 0.03
    cycles.use_denoising = True
    cycles.denoiser = "OPENIMAGEDENOISE"
    cycles.max_bounces = 6
    cycles.caustics_reflective = cycles.caustics_refractive = False
    scene.render.resolution_x, scene.render.resolution_y = width, height
    scene.render.resolution_percentage = 100
    scene.view_settings.view_transform = "Khronos PBR Neutral"  # keeps brand colours true
    scene.render.image_settings.file_format = "PNG"
    scene.render.threads_mode = "AUTO"


def backdrop(colour: str = "warm-sand", depth: float = 5.0) -> bpy.types.Object:
    """Floor and wall in one sheet with a rounded corner."""
    bend, wide = min(1.8, depth - 0.8), 16
    outline = [(-6, 0)]
    for turn in np.linspace(0, math.pi / 2, 24):
        outline.append((depth - bend + bend * math.sin(turn), bend - bend * math.cos(turn)))
    outline.append((depth, 8))
    points = [(x, y, z) for y, z in outline for x in (-wide, wide)]
    faces = [(2 * i, 2 * i + 1, 2 * i + 3, 2 * i + 2) for i in range(len(outline) - 1)]
    sheet = plain("backdrop", BACKDROPS.get(colour, colour), rough=0.95, spec=0.1)
    return mesh("backdrop", points, faces, sheet)


def look_at(thing: bpy.types.Object, at: Sequence[float], to: Sequence[float]) -> None:
    """Place a lamp or camera at a point, turned to another."""
    thing.location = at
    thing.rotation_euler = (Vector(to) - Vector(at)).to_track_quat("-Z", "Y").to_euler()


def lamp(
    at: Sequence[float],
    to: Sequence[float],
    size: float,
    power: float,
    colour: str = "#ffffff",
) -> bpy.types.Object:
    """A soft rectangular light."""
    light = bpy.data.lights.new("lamp", "AREA")
    light.energy, light.shape = power, "RECTANGLE"
    light.size, light.size_y = size, size * 0.8
    light.color = srgb(colour)[:3]
    made = bpy.data.objects.new("lamp", light)
    bpy.context.scene.collection.objects.link(made)
    look_at(made, at, to)
    return made


def sky(strength: float, colour: str = "#ffffff") -> None:
    """Even light from everywhere."""
    world = bpy.data.worlds.new("sky")
    bpy.context.scene.world = world
    world.use_nodes = True
    ground = world.node_tree.nodes["Background"]
    ground.inputs[0].default_value = srgb(colour)
    ground.inputs[1].default_value = strength


def person_light(strength: float = 1, wall: float | None = None) -> None:
    """Light for a person: warm key from upper left, fill from the right, rim from behind.

    `wall` is the depth of a backdrop that is too far for the key light to reach.
    """
    if wall:
        lamp((0, wall - 3.5, 5.0), (0, wall, 1.0), 3.0, 260 * strength, "#fff4e6")
    sky(0.42)
    lamp((-2.2, -2.6, 3.0), (0, 0, 0.4), 2.4, 190 * strength, "#fff4e6")
    lamp((2.8, -1.8, 1.9), (0, 0, 0.4), 2.2, 70 * strength)
    lamp((0.5, 2.6, 2.6), (0, 0, 0.5), 1.6, 60 * strength)


def table_light(scale: float = 1) -> None:
    """The same light for a thing on a table; `scale` 1 suits things of 10 to 30 cm."""
    sky(0.5)
    for at, to, size, power, colour in (
        ((-1.0, -0.9, 1.3), (0, 0, 0.07), 0.9, 22, "#fff6ea"),
        ((1.3, -0.4, 0.7), (0, 0, 0.07), 0.8, 8, "#ffffff"),
        ((0.2, 1.0, 1.0), (0, 0, 0.1), 0.6, 8, "#ffffff"),
    ):
        far = [v * scale for v in at]
        near = [v * scale for v in to]
        lamp(far, near, size * scale, power * scale * scale, colour)


def camera(at: Sequence[float], to: Sequence[float], lens: float = 60) -> bpy.types.Object:
    """The camera, made the scene's own."""
    made = bpy.data.objects.new("camera", bpy.data.cameras.new("camera"))
    made.data.lens = lens
    made.data.clip_start = 0.01
    bpy.context.scene.collection.objects.link(made)
    bpy.context.scene.camera = made
    look_at(made, at, to)
    return made


def shot(file: Path) -> float:
    """Render to a file, whole or not at all; gives the seconds it took."""
    began = time.monotonic()
    half = file.with_name(f".{file.name}")
    bpy.context.scene.render.filepath = str(half)
    bpy.ops.render.render(write_still=True)
    half.rename(file)
    return time.monotonic() - began
