"""Draws the frames of a clip: the room and the person are built once, then posed for each frame."""

from pathlib import Path

import bpy
import numpy as np
import poses
import scene
from motion import Movement, phases
from PIL import Image, ImageFilter
from posing import Pose, view

ASPECT = 1.5
MARGIN = 0.08  # of the width, round what moves
SOFT = 12  # pixels over which a part melts into the first picture


class Stage:
    """A room with a person in it, and the things that are put anew for each pose."""

    def __init__(self, movement: Movement) -> None:
        self.movement = movement
        cycles = bpy.context.scene.cycles
        cycles.max_bounces, cycles.diffuse_bounces, cycles.adaptive_threshold = 4, 2, 0.05
        bpy.context.scene.render.use_persistent_data = True
        first = movement.pose(0.0)
        scene.backdrop("warm-sand")
        self.figure = poses.dress(first)
        if first.entry.get("mat", True):
            poses.lay_mat(first)
        scene.person_light(wall=5.0)
        poses.face_camera(first.entry.get("camera", {}).get("from", 0))
        self.seen = seen = framing(movement)
        scene.camera(seen["at"], seen["to"], seen["lens"])
        self.things: list[bpy.types.Object] = []

    def take(self, pose: Pose) -> None:
        """Show a pose: turn the person's bones, put the things where they are now."""
        for thing in self.things:
            bpy.data.objects.remove(thing)
        before = set(bpy.data.objects)
        self.figure.take(pose.stance)
        for prop in pose.props.values():
            poses.MAKERS[prop["kind"]](pose, prop)
        self.things = [thing for thing in bpy.data.objects if thing not in before]
        for rest in (bpy.data.meshes, bpy.data.materials):
            for unused in [one for one in rest if not one.users]:
                rest.remove(unused)


def framing(movement: Movement) -> dict:
    """The one camera that holds the whole movement."""
    some = [movement.pose(phase) for phase in (0.0, 0.25, 0.5, 0.75, 1.0)]
    held = np.concatenate([poses.in_view(pose) for pose in some])
    return view(some[0], held, ASPECT)


def window(movement: Movement, seen: dict) -> tuple[float, float, float, float]:
    """Left, lower, right and upper edge of what moves, as shares of the picture, with room for shadows."""
    some = [movement.pose(phase) for phase in (0.0, 0.25, 0.5, 0.75, 1.0)]
    points = [pose.stance.skinned(pose.body.skin) for pose in some]
    for pose in some:
        for prop in pose.props.values():
            if prop.get("radius"):
                points.append(prop["at"] + np.eye(3) * prop["radius"])
                points.append(prop["at"] - np.eye(3) * prop["radius"])
    away = np.concatenate(points) - seen["at"]
    back = (seen["at"] - seen["to"]) / np.linalg.norm(seen["at"] - seen["to"])
    depth, scale = -(away @ back), seen["lens"] / 36
    x = 0.5 + away @ seen["right"] / depth * scale
    y = 0.5 + away @ seen["up"] / depth * scale * ASPECT
    return (
        max(x.min() - MARGIN, 0), max(y.min() - MARGIN * ASPECT, 0),
        min(x.max() + MARGIN, 1), min(y.max() + MARGIN * ASPECT, 1),
    )  # fmt: skip


def frames(
    clip: dict, known: dict[str, dict], folder: Path, size: tuple, samples: int
) -> float:
    """Draw the frames that are not in the folder yet; gives the seconds it took."""
    scene.reset(*size, samples)
    render, cycles = bpy.context.scene.render, bpy.context.scene.cycles
    render.threads_mode, render.threads = "FIXED", 1
    cycles.denoising_prefilter = cycles.denoising_quality = "FAST"
    movement = Movement(clip, known)
    stage, seconds = Stage(movement), 0.0
    edges = window(movement, stage.seen)
    for number, phase in enumerate(phases(clip)):
        file = folder / f"{number:02}.png"
        if file.exists():
            continue
        stage.take(movement.pose(phase))
        if number == 0:
            seconds += scene.shot(file)
            continue
        render.use_border = render.use_crop_to_border = True
        render.border_min_x, render.border_min_y, render.border_max_x, render.border_max_y = (
            edges
        )
        part = folder / "part.png"
        seconds += scene.shot(part)
        lay_in(folder / "00.png", part, edges, file)
        part.unlink()
    return seconds


def lay_in(whole: Path, part: Path, edges: tuple, file: Path) -> None:
    """Lay a part of the picture into the first one, with soft borders."""
    with Image.open(whole) as first, Image.open(part) as cut:
        picture, piece = first.convert("RGB"), cut.convert("RGB")
    width, height = picture.size
    left, low, right, high = edges
    corner = round(left * width), height - round(high * height)
    mask = Image.new("L", piece.size, 0)
    soft = [SOFT if edge else 0 for edge in (left, 1 - high, 1 - right, low)]
    inner = (soft[0], soft[1], piece.width - soft[2], piece.height - soft[3])
    mask.paste(255, tuple(map(int, inner)))
    picture.paste(piece, corner, mask.filter(ImageFilter.BoxBlur(SOFT - 1)))
    picture.save(file)
