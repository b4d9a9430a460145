"""Hair: a close cap of the scalp with a soft hairline, and what is worn with it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import bmesh
import bpy
from materials import Sums, cut, plain
from mathutils import Matrix, Vector

if TYPE_CHECKING:
    from figure import Figure

STYLES = ("bun", "short", "none")


def add(figure: "Figure", style: str, colour: str) -> None:
    """Give a figure its hair."""
    if style == "none":
        return
    tall = figure.height
    scalp = [f for f in figure.groups["body"] if figure.centre(f)[2] > 0.895 * tall]
    depths = [figure.centre(f)[1] for f in scalp]
    front, back = min(depths), max(depths)
    material = strands(colour)
    hairline(figure, material, front + 0.47 * (back - front))

    def ear(face: Sequence[int]) -> bool:
        x, _, z = figure.centre(face)
        return abs(x) > 0.0475 * tall and z < 0.945 * tall

    figure.part("hair", [f for f in scalp if not ear(f)], material, thick=0.006)
    if style == "bun":
        ball(figure, Vector((0, back + 0.022, 0.972 * tall)), 0.043, strands(colour))


def strands(colour: str) -> bpy.types.Material:
    """The surface of hair."""
    return plain("hair", colour, rough=0.6, sheen=0.5, bump=0.5, grain=300)


def hairline(figure: "Figure", material: bpy.types.Material, middle: float) -> None:
    """Cut the cap along a line from the forehead down to the nape."""
    tall = figure.height
    sums = Sums(material)
    x, y, z = sums.rest()
    slope = sums("MULTIPLY", sums("SUBTRACT", y, middle), 1.15)
    line = sums("ADD", sums("SUBTRACT", z, 0.952 * tall), slope)
    nape = sums("SUBTRACT", z, 0.905 * tall)
    temple = sums("MULTIPLY", sums("ABSOLUTE", x), -0.06)
    cut(material, sums, (sums("ADD", sums("MINIMUM", line, nape), temple), ">", 0))


def ball(
    figure: "Figure", at: Vector, radius: float, material: bpy.types.Material
) -> bpy.types.Object:
    """A round thing fixed to the head."""
    shape = bmesh.new()
    bmesh.ops.create_icosphere(shape, subdivisions=4, radius=radius)
    data = bpy.data.meshes.new("bun")
    shape.to_mesh(data)
    shape.free()
    data.polygons.foreach_set("use_smooth", [True] * len(data.polygons))
    data.materials.append(material)
    made = bpy.data.objects.new("bun", data)
    bpy.context.scene.collection.objects.link(made)
    fix_to_head(figure, made)
    made.matrix_basis = Matrix.Translation(at) @ Matrix.Scale(0.85, 4, (0, 1, 0))
    return made


def fix_to_head(figure: "Figure", thing: bpy.types.Object) -> None:
    """Let a thing, placed in body space, move with the head."""
    head = figure.arm.data.bones["mixamorig:Head"]
    thing.parent, thing.parent_type, thing.parent_bone = figure.arm, "BONE", head.name
    tip = head.matrix_local @ Matrix.Translation(Vector((0, head.length, 0)))
    thing.matrix_parent_inverse = tip.inverted()
