"""A person: body with shape controls, bones to turn, clothes.

Body data: MakeHuman base mesh, targets, rig and weights (CC0 1.0), see environment.py. In body space x
points to the figure's left, -y to its front, z up; lengths are metres.
"""

import math
from collections.abc import Callable, Iterable, Sequence

import bpy
import hair
import numpy as np
from materials import Sums, cut, plain
from mathutils import Matrix, Vector
from skeleton import FINGERS, Body, Stance, rig
from solids import mesh

Faces = list[list[int]]

PREFIX = "mixamorig:"


class Figure:
    """A person in rest pose, ready to be turned at the joints."""

    def __init__(
        self,
        body: Body | None = None,
        skin: str = "#a8735a",
        top: str = "chalk",
        top_style: str = "vest",
        legs: str = "#27504a",
        legs_style: str = "leggings",
        hair_style: str = "bun",
        hair_colour: str = "#3a2a24",
        **shape: float,
    ) -> None:
        built = body or Body(**shape)
        self.groups, self.points, self.height = built.groups, built.V, built.height
        self.neck = self.joint("joint-neck")
        self.weights = rig()[1]
        self.bones()
        self.body(skin, top_style, legs_style)
        self.bottoms(legs, legs_style)
        self.top(top, top_style)
        hair.add(self, hair_style, hair_colour)

    # ---------------------------------------------------------------- building
    def joint(self, group: str) -> np.ndarray:
        """The middle of a joint's marker cube."""
        return self.points[sorted({i for face in self.groups[group] for i in face})].mean(0)

    def centre(self, face: Sequence[int]) -> np.ndarray:
        """The middle of a face at rest."""
        return self.points[face].mean(0)

    def bones(self) -> None:
        """Make the skeleton."""
        found = rig()[0]
        data = bpy.data.armatures.new("rig")
        self.arm = bpy.data.objects.new("rig", data)
        bpy.context.scene.collection.objects.link(self.arm)
        bpy.context.view_layer.objects.active = self.arm
        bpy.ops.object.mode_set(mode="EDIT")
        for name, bone in found.items():
            made = data.edit_bones.new(name)
            made.head, made.tail = self.end(bone["head"]), self.end(bone["tail"])
            made.roll = bone["roll"]
        for name, bone in found.items():
            if bone["parent"]:
                data.edit_bones[name].parent = data.edit_bones[bone["parent"]]
        bpy.ops.object.mode_set(mode="POSE")

    def end(self, rule: dict) -> np.ndarray:
        """Where the rig's rule puts the end of a bone."""
        if rule["strategy"] == "MEAN":
            return self.points[rule["vertex_indices"]].mean(0)
        if rule["strategy"] == "CUBE":
            return self.joint(rule["cube_name"])
        return np.array(rule["default_position"])

    def body(self, skin: str, top_style: str, legs_style: str) -> None:
        """Skin and eyes; what clothes hide is left out, so that it cannot poke through."""
        tall = self.height
        hem = (0.36 if legs_style == "shorts" else 0.10) * tall

        def hidden(face: Sequence[int]) -> bool:
            x, _, z = self.centre(face)
            x = abs(x)
            hips = hem < z < 0.59 * tall and x < 0.17 * tall
            hand = x > 0.118 * tall and z > 0.44 * tall
            chest = 0.58 * tall < z < 0.74 * tall and x < 0.095 * tall
            return (hips and not hand) or (chest and top_style != "none")

        seen = [face for face in self.groups["body"] if not hidden(face)]
        self.part("body", seen, plain("skin", skin, rough=0.5, spec=0.35, glow=0.12))
        for eye in ("helper-l-eye", "helper-r-eye"):
            self.part(eye, self.groups[eye], plain("eye", skin, rough=0.4))

    def bottoms(self, colour: str, style: str) -> None:
        """Leggings or shorts."""
        tall = self.height
        hem = {"leggings": 0.085, "shorts": 0.33}[style] * tall
        cloth = plain("legs", colour, rough=0.75, sheen=0.25, bump=0.12, grain=1200)
        sums = Sums(cloth)
        height = sums.rest()[2]
        cut(cloth, sums, (height, ">", hem), (height, "<", 0.605 * tall))

        def worn(face: Sequence[int]) -> bool:
            x, _, z = self.centre(face)
            x = abs(x)
            if x > 0.125 * tall and z > 0.5 * tall:
                return False
            return hem - 0.06 * tall < z < 0.64 * tall and x < 0.17 * tall

        thick = 0.005 if style == "shorts" else 0.0035
        self.part("legs", self.tights(worn), cloth, thick=thick)

    def top(self, colour: str, style: str) -> None:
        """A vest or a T-shirt."""
        tall = self.height
        cloth = plain("top", colour, rough=0.85, sheen=0.3, bump=0.12, grain=1200)
        sums = Sums(cloth)
        neckline = sums.distance(self.neck, (1, 0.8, 0.75))
        keep = [(sums.rest()[2], ">", 0.572 * tall), (neckline, ">", 0.047 * tall)]
        bone = self.arm.data.bones[PREFIX + "LeftArm"]
        along = (bone.tail_local - bone.head_local).normalized()
        if style == "vest":
            keep.append((sums.along((1, 0, 0)), "<", 0.122 * tall))
            wide = 0.16 * tall
        else:
            sleeve = bone.head_local.dot(along) + 0.55 * bone.length
            beyond = sums("SUBTRACT", sums.along(along), sleeve)
            outside = sums("SUBTRACT", sums.along((1, 0, 0)), 0.118 * tall)
            keep.append((sums("MINIMUM", beyond, outside), "<", 0))
            wide = 0.30 * tall
        cut(cloth, sums, *keep)

        def worn(face: Sequence[int]) -> bool:
            x, _, z = self.centre(face)
            return 0.55 * tall < z < 0.87 * tall and abs(x) < wide

        self.part("top", self.tights(worn), cloth, thick=0.006)

    def tights(self, worn: Callable[[Sequence[int]], bool]) -> Faces:
        """Those faces of the body's second skin that a rule wants."""
        return [face for face in self.groups["helper-tights"] if worn(face)]

    def part(
        self,
        name: str,
        faces: Iterable[Sequence[int]],
        material: bpy.types.Material,
        thick: float = 0,
        levels: int = 2,
    ) -> bpy.types.Object:
        """Make faces of the base mesh a thing that moves with the bones."""
        faces = list(faces)
        index = sorted({i for face in faces for i in face})
        place = {point: i for i, point in enumerate(index)}
        rest = self.points[index]
        made = mesh(name, rest, [[place[i] for i in face] for face in faces], material)
        kept = made.data.attributes.new("rest", "FLOAT_VECTOR", "POINT")
        kept.data.foreach_set("vector", rest.astype(np.float32).ravel())
        for bone, pulls in self.weights.items():
            mine = [(place[i], w) for i, w in pulls if i in place and w > 0.001]
            if mine:
                group = made.vertex_groups.new(name=bone)
                for i, weight in mine:
                    group.add([i], weight, "REPLACE")
        made.parent = self.arm
        bend = made.modifiers.new("bend", "ARMATURE")
        bend.object, bend.use_deform_preserve_volume = self.arm, True
        if name in ("body", "legs", "top"):
            relax = made.modifiers.new("relax", "CORRECTIVE_SMOOTH")
            relax.iterations, relax.factor = 8, 0.5
            relax.smooth_type = "LENGTH_WEIGHTED"
        if thick:
            solid = made.modifiers.new("solid", "SOLIDIFY")
            solid.thickness, solid.offset = 2 * thick, 0
        fine = made.modifiers.new("fine", "SUBSURF")
        fine.levels, fine.render_levels = 1, levels
        return made

    # ------------------------------------------------------------------ posing
    def bone(self, name: str) -> bpy.types.PoseBone:
        """A bone by its short name, such as LeftUpLeg."""
        return self.arm.pose.bones[PREFIX + name]

    def place(self, matrix: Matrix) -> None:
        """Put the whole body somewhere."""
        self.arm.matrix_world = matrix
        bpy.context.view_layer.update()

    def rot(self, bone: str, axis: str | Vector, degrees: float) -> None:
        """Turn a bone about a body-space axis through its head."""
        bpy.context.view_layer.update()
        turned = self.bone(bone)
        head = turned.head.copy()
        turn = Matrix.Rotation(math.radians(degrees), 4, axis)
        turned.matrix = (
            Matrix.Translation(head) @ turn @ Matrix.Translation(-head) @ turned.matrix
        )
        bpy.context.view_layer.update()

    def ik(
        self,
        bone: str,
        at: Sequence[float],
        pole: Sequence[float] | None = None,
        chain: int = 2,
    ) -> None:
        """Bring the end of a bone to a world point."""
        reach = self.bone(bone).constraints.new("IK")
        reach.target, reach.chain_count, reach.iterations = self.mark(at), chain, 200
        if pole is not None:
            reach.pole_target, reach.pole_angle = self.mark(pole), math.radians(-90)

    def mark(self, at: Sequence[float]) -> bpy.types.Object:
        """An invisible thing at a point, to reach for."""
        made = bpy.data.objects.new("mark", None)
        made.location = at
        bpy.context.scene.collection.objects.link(made)
        return made

    def grip(
        self,
        degrees: Sequence[float] = (55, 70, 50),
        sides: Sequence[str] = ("Left", "Right"),
    ) -> None:
        """Curl the fingers about the knuckle line. Call before the arms are posed."""
        for side in sides:
            for finger in FINGERS:
                for joint, angle in enumerate(degrees, 1):
                    self.curl(side, f"{side}Hand{finger}{joint}", angle)

    def curl(self, side: str, name: str, angle: float) -> None:
        """Turn one joint of a finger towards the palm."""
        first, last = self.bone(f"{side}HandIndex1"), self.bone(f"{side}HandPinky1")
        axis = (first.head - last.head).normalized()
        joint = self.bone(name)
        points = joint.tail - joint.head

        def reach(sign: int) -> float:
            turned = Matrix.Rotation(math.radians(sign * angle), 3, axis) @ points
            return abs((joint.head + turned).x)

        self.rot(name, axis, angle if reach(1) < reach(-1) else -angle)

    def take(self, stance: Stance) -> None:
        """Take a pose that was solved as numbers: world positions and turns of all bones."""
        moved = {"": Matrix.Identity(4)}
        for name in stance.body.order:
            here = Matrix(stance.Q[name].tolist()).to_4x4()
            here.translation = stance.P[name] - stance.Q[name] @ stance.body.head[name]
            moved[name] = here
            rest = self.arm.data.bones[PREFIX + name].matrix_local
            parent = moved[stance.body.parent[name]]
            self.bone(name).matrix_basis = rest.inverted() @ parent.inverted() @ here @ rest
        bpy.context.view_layer.update()

    # ----------------------------------------------------------------- reading
    def posed(self, bone: str) -> tuple[Matrix, bpy.types.PoseBone]:
        """A bone after all constraints, with the body's own matrix."""
        bpy.context.view_layer.update()
        arm = self.arm.evaluated_get(bpy.context.evaluated_depsgraph_get())
        return arm.matrix_world, arm.pose.bones[PREFIX + bone]

    def head(self, bone: str) -> Vector:
        """Where a bone begins, in the world."""
        world, found = self.posed(bone)
        return world @ found.head

    def tail(self, bone: str) -> Vector:
        """Where a bone ends, in the world."""
        world, found = self.posed(bone)
        return world @ found.tail
