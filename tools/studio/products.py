"""Builds the scene of an entry of products.yaml: things on a table."""

import math
from collections.abc import Sequence

import bpy
import props
import scene
from figure import Figure
from materials import plain
from mathutils import Euler, Matrix, Vector

Things = list[bpy.types.Object]


def build(entry: dict) -> None:
    """Fill the empty scene."""
    scene.backdrop(entry["backdrop"], depth=entry.get("depth", 1.6))
    for thing in entry["things"]:
        made = MAKERS[thing["make"]](**thing.get("with", {}))
        put(
            made,
            thing.get("at", (0, 0, 0)),
            thing.get("turn", (0, 0, 0)),
            thing.get("pivot", 0),
        )
    scene.table_light(entry.get("light", 1))
    scene.camera(entry["camera"]["at"], entry["camera"]["to"], entry["camera"]["lens"])


def put(things: Things, at: Sequence[float], turn: Sequence[float], pivot: float) -> None:
    """Turn things, in degrees about x, y and z, round a point `pivot` above the ground; move them."""
    bpy.context.view_layer.update()
    euler = Euler([math.radians(v) for v in turn]).to_matrix().to_4x4()
    up = Vector((0, 0, pivot))
    place = Matrix.Translation(Vector(at) + up) @ euler @ Matrix.Translation(-up)
    for thing in things:
        if thing.parent is None:
            thing.matrix_world = place @ thing.matrix_world
    bpy.context.view_layer.update()


def tool(handle: str, tip: str) -> Things:
    """A handle with its tip fitted, upright."""
    made = {"round": props.round_handle, "t": props.t_handle}[handle]()
    fitted = props.tip(tip)
    for part in fitted:
        part.location.z += {"round": 0.0635, "t": 0.075}[handle]
    return made + fitted


def hand(skin: str = "#a8735a", curl: Sequence[float] = (8, 12, 8), palm: str = "up") -> Things:
    """An open left hand on the ground, wrist at the origin, fingers along x; for scale."""
    figure = Figure(female=0.5, top_style="none", hair_style="none")
    side = "Left"
    figure.grip(curl, (side,))
    arm = [f for f in figure.groups["body"] if figure.centre(f)[0] > 0.16 * figure.height]
    for thing in figure.arm.children:
        bpy.data.objects.remove(thing)
    figure.part("body", arm, plain("skin", skin, rough=0.5, spec=0.35, glow=0.12))
    wrist, knuckle = figure.head("LeftHand"), figure.head("LeftHandMiddle1")
    along = (knuckle - wrist).normalized()
    across = figure.head("LeftHandIndex1") - figure.head("LeftHandPinky1")
    across = (across - along * across.dot(along)).normalized()
    if palm == "down":
        across = -across
    turn = Matrix((along, across, along.cross(across))).to_4x4()
    figure.place(turn @ Matrix.Translation(-wrist))
    lowest = min((figure.arm.matrix_world @ v).z for v in posed_points(figure))
    figure.place(Matrix.Translation((0, 0, -lowest)) @ figure.arm.matrix_world)
    return [figure.arm]


def posed_points(figure: Figure) -> list[Vector]:
    """The points of the hand, in the figure's own space."""
    graph = bpy.context.evaluated_depsgraph_get()
    thing = figure.arm.children[0].evaluated_get(graph)
    local = figure.arm.matrix_world.inverted() @ thing.matrix_world
    points = [local @ v.co for v in thing.data.vertices]
    return [p for p in points if (figure.arm.matrix_world @ p).x > -0.03]


MAKERS = {
    "roller": props.roller,
    "ball": props.ball,
    "peanut": props.peanut,
    "strap-coil": props.strap_coil,
    "strap-end": props.strap_end,
    "mat": props.exercise_mat,
    "mat-rolled": props.mat_rolled,
    "tip": props.tip,
    "round-handle": props.round_handle,
    "t-handle": props.t_handle,
    "tool": tool,
    "hand": hand,
}
