"""Builds the scene of an entry of poses.yaml: a person in a pose, with what the pose needs."""

import math

import bpy
import numpy as np
import props
import scene
from figure import Figure
from materials import plain
from mathutils import Matrix
from posing import MAT, Pose, strap_path, view
from skeleton import Body, turn, unit
from solids import box

SHAPE = ("female", "muscle", "weight", "age", "stature", "roots")
LYING = {"bun": "topknot", "ponytail": "topknot"}
UP = np.array([0, 0, 1.0])


def solve(entry: dict) -> Pose:
    """The entry's person in its pose."""
    person = entry["person"]
    return Pose(entry, Body(**{key: person[key] for key in SHAPE if key in person}))


def build(entry: dict) -> None:
    """Fill the empty scene."""
    cycles = bpy.context.scene.cycles
    cycles.samples = min(cycles.samples, entry.get("samples", 24))
    cycles.max_bounces, cycles.diffuse_bounces, cycles.adaptive_threshold = 4, 2, 0.05
    pose = solve(entry)
    scene.backdrop("warm-sand")
    dress(pose)
    for prop in pose.props.values():
        MAKERS[prop["kind"]](pose, prop)
    if entry.get("mat", True):
        lay_mat(pose)
    scene.person_light(wall=5.0)
    face_camera(pose.entry.get("camera", {}).get("from", 0))
    seen = view(pose, in_view(pose), 1.5)
    scene.camera(seen["at"], seen["to"], seen["lens"])


def face_camera(degrees: float) -> None:
    """Turn backdrop and lamps with a camera that has walked round the person."""
    around = Matrix.Rotation(math.radians(degrees), 4, "Z")
    bpy.context.view_layer.update()
    for thing in bpy.context.scene.objects:
        if thing.name.startswith("backdrop") or thing.type == "LIGHT":
            thing.matrix_world = around @ thing.matrix_world


def dress(pose: Pose) -> Figure:
    """The person, dressed."""
    person, root = pose.entry["person"], pose.entry.get("root", {})
    style = person["hair"]["style"]
    if abs(root.get("pitch", 0)) > 60 or root.get("roll"):
        style = LYING.get(style, style)
    figure = Figure(
        body=pose.body,
        skin=person["skin"],
        top=person["top"],
        top_style=person.get("top_style", "vest"),
        legs=person["legs"],
        legs_style=person.get("legs_style", "leggings"),
        hair_style=style,
        hair_colour=person["hair"]["colour"],
    )
    figure.take(pose.stance)
    return figure


def in_view(pose: Pose) -> np.ndarray:
    """Points the camera has to hold: the whole person and what is used, or what is in focus."""
    spec = pose.entry.get("camera", {})
    if "focus" in spec:
        return pose.stance.skinned(pose.body.where(spec["focus"]))
    points = [pose.stance.skinned(pose.body.skin)]
    for prop in pose.props.values():
        if prop["kind"] in EXTENT:
            reach = EXTENT[prop["kind"]]
            points.append(prop["at"] + np.array([[0, 0, -prop["at"][2]], [0, 0, reach]]))
            if prop["radius"]:
                points.append(prop["at"] + np.eye(3) * prop["radius"])
    if pose.entry.get("mat", True):
        points.append(mat_corners(pose))
    if "show" in spec:
        points.append(np.array([pose.spot(at) for at in spec["show"]]))
    return np.concatenate(points)


# what stands above the middle of a thing, for the camera
EXTENT = {"chair": 0.38, "table": 0.0, "gymball": 0.29, "roller": 0.07, "long-roller": 0.07}


def mat_corners(pose: Pose) -> np.ndarray:
    """The corners of the mat under the person."""
    centre, along, size = mat_place(pose)
    across = np.cross(UP, along)
    return np.array(
        [
            [*(centre + along * a * size[0] / 2 + across * b * size[1] / 2)[:2], 0]
            for a in (-1, 1)
            for b in (-1, 1)
        ]
    )


def mat_place(pose: Pose) -> tuple[np.ndarray, np.ndarray, tuple[float, float]]:
    """Centre, direction and size of the mat."""
    spec = pose.entry.get("mat", True)
    spec = spec if isinstance(spec, dict) else {}
    points = pose.stance.skinned(pose.body.skin)
    low = points[points[:, 2] < spec.get("under", 0.6)]
    centre = (low.min(0) + low.max(0)) / 2
    along = unit(pose.way(spec.get("along", (1, 0, 0))) * (1, 1, 0))
    if "at" in spec:
        centre = pose.spot(spec["at"])
    size = tuple(spec.get("size", (1.83, 0.66)))
    across = np.cross(UP, along)
    for prop in pose.props.values():
        if prop["kind"] == "wall":  # the mat ends where the wall begins
            normal = prop["normal"]
            half = abs(along @ normal) * size[0] / 2 + abs(across @ normal) * size[1] / 2
            centre = centre + normal * max(0, half - (centre - prop["at"]) @ normal)
    return centre, along, size


def lay_mat(pose: Pose) -> None:
    """The mat."""
    centre, along, size = mat_place(pose)
    made = props.exercise_mat(*size, thick=MAT)
    put(made, axes(along, UP), [*centre[:2], 0])


def axes(x, z) -> np.ndarray:
    """A turn that brings the thing's x and z along these directions, z exactly."""
    z = unit(z)
    x = np.asarray(x, float) - z * np.dot(x, z)
    if np.linalg.norm(x) < 1e-6:
        x = np.cross(z, (0.3, 0.8, 0.1))
    x = unit(x)
    return np.stack([x, np.cross(z, x), z], 1)


def put(things: list, turned: np.ndarray, at, before=(0, 0, 0)) -> None:
    """Move things, made about the origin, to their place; `before` shifts them first."""
    place = Matrix(np.asarray(turned).tolist()).to_4x4()
    place.translation = at
    for thing in things:
        thing.matrix_world = place @ Matrix.Translation(before) @ thing.matrix_basis
    bpy.context.view_layer.update()


def make_roller(_pose: Pose, prop: dict) -> None:
    """A roller, mini or long."""
    length = 0.9 if prop["kind"] == "long-roller" else 0.33
    radius = prop["radius"]
    made = props.roller(length, radius, radius * 0.52)
    rolled = turn(prop["axis"], prop["spec"].get("rolled", 0)) @ UP
    put(made, axes(prop["axis"], rolled), prop["at"], (0, 0, -radius))


def make_ball(_pose: Pose, prop: dict) -> None:
    """A pressure ball."""
    put(props.ball(prop["radius"]), np.eye(3), prop["at"], (0, 0, -prop["radius"]))


def make_gymball(_pose: Pose, prop: dict) -> None:
    """A stability ball."""
    put(props.stability_ball(prop["radius"]), np.eye(3), prop["at"], (0, 0, -prop["radius"]))


def make_peanut(_pose: Pose, prop: dict) -> None:
    """A peanut ball."""
    turned = axes(prop["axis"], prop["spec"].get("up", UP))
    put(props.peanut(prop["radius"]), turned, prop["at"], (0, 0, -prop["radius"]))


def make_tool(_pose: Pose, prop: dict) -> None:
    """The round handle with a tip; its place is the tip's end."""
    kind = prop["spec"].get("tip", "pointed")
    tip = props.tip(kind)
    for part in tip:
        part.location.z += 0.0635
    end = {"pointed": 0.1085, "rounded": 0.108}[kind]
    put(props.round_handle() + tip, axes((1, 0, 0), prop["axis"]), prop["at"], (0, 0, -end))


def make_t_handle(pose: Pose, prop: dict) -> None:
    """The T-handle with a tip; its place is the tip's end."""
    kind = prop["spec"].get("tip", "rounded")
    tip = props.tip(kind)
    for part in tip:
        part.location.z += 0.075
    bar = pose.way(prop["spec"].get("bar", (0, 1, 0)))
    put(props.t_handle() + tip, axes(bar, prop["axis"]), prop["at"], (0, 0, -0.12))


def make_chair(_pose: Pose, prop: dict) -> None:
    """A chair, a stool without its back, or a bench."""
    at, facing = prop["at"], prop["facing"]
    turned = axes(np.cross(-facing, UP), UP)
    made = props.chair(at[2]) if prop["spec"].get("back", True) else props.bench(at[2], 0.6)
    put(made, turned, [at[0], at[1], 0])


def make_table(_pose: Pose, prop: dict) -> None:
    """A table."""
    spec, high = prop["spec"], prop["at"][2]
    deep, wide = spec.get("deep", 0.6), spec.get("wide", 1.1)
    timber = plain("table", "#d9b587", rough=0.5)
    made = [box("top", (deep, wide, 0.028), timber, (0, 0, high - 0.028))]
    for x in (-deep / 2 + 0.05, deep / 2 - 0.05):
        for y in (-wide / 2 + 0.05, wide / 2 - 0.05):
            made.append(box("leg", (0.045, 0.045, high - 0.028), timber, (x, y, 0)))
    put(made, axes(prop["facing"], UP), [*prop["at"][:2], 0])


def make_wall(_pose: Pose, prop: dict) -> None:
    """A piece of wall, as wide as the pose needs."""
    spec = prop["spec"]
    paint = plain("wall", "#dccfbb", rough=0.95, spec=0.1)
    size = (0.07, spec.get("wide", 1.3), spec.get("high", 2.15))
    made = [box("wall", size, paint, (-0.035, 0, 0), 0.006)]
    put(made, axes(prop["normal"], UP), [*prop["at"][:2], 0])


def make_soft(_pose: Pose, prop: dict) -> None:
    """A cushion, a folded blanket: a soft box whose top is at its place."""
    size = prop["spec"].get("size", (0.34, 0.3, 0.06))
    cloth = plain("cushion", "#d8d0c2", rough=0.95, spec=0.05, sheen=0.4)
    round_by = min(size) * 0.45
    at = prop["at"] - UP * size[2]
    put([box("cushion", size, cloth, round_by=round_by)], axes(prop["facing"], UP), at)


def make_books(pose: Pose, prop: dict) -> None:
    """A stack of books whose top is at its place."""
    count = max(1, round((prop["at"][2] - pose.floor) / 0.04))
    at = [*prop["at"][:2], prop["at"][2] - 0.04 * count]
    put(props.book_stack(count), axes(np.cross(prop["facing"], UP), UP), at)


def make_towel(_pose: Pose, prop: dict) -> None:
    """A rolled towel that lies at its place."""
    radius = prop["spec"].get("radius", 0.04)
    made = props.towel(prop["spec"].get("length", 0.3), radius)
    put(made, axes(prop["axis"], UP), prop["at"], (0, 0, -radius))


def make_strap(pose: Pose, prop: dict) -> None:
    """The strap along its route."""
    path, wide = strap_path(pose, prop["spec"])
    along = np.gradient(path, axis=0)
    normals = np.cross(wide, along)
    props.strap_along(path.tolist(), normals.tolist(), width=prop["spec"].get("wide", 0.036))


MAKERS = {
    "roller": make_roller,
    "long-roller": make_roller,
    "ball": make_ball,
    "gymball": make_gymball,
    "peanut": make_peanut,
    "tool": make_tool,
    "t-handle": make_t_handle,
    "chair": make_chair,
    "table": make_table,
    "wall": make_wall,
    "cushion": make_soft,
    "blanket": make_soft,
    "books": make_books,
    "towel": make_towel,
    "strap": make_strap,
}
