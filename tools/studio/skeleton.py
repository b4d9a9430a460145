"""A body as numbers: its shape, joints and skin weights, and the sums that pose it.

No Blender here, so a pose can be solved and looked at in a second. Body axes at rest: x to the
body's left, -y to its front, z up. Shape data: MakeHuman base mesh and targets (CC0).
"""

import gzip
import json
import math
from functools import cache
from pathlib import Path

import numpy as np
from environment import BODY

SIDES = ("Left", "Right")
FINGERS = ("Index", "Middle", "Ring", "Pinky")


def data() -> Path:
    """The folder of the unpacked body data."""
    return BODY


def unit(vector) -> np.ndarray:
    """The vector at length one."""
    vector = np.asarray(vector, float)
    return vector / max(float(np.linalg.norm(vector)), 1e-9)


def turn(axis, degrees: float) -> np.ndarray:
    """Rotation matrix about an axis ("x", "y", "z" or a vector)."""
    named = {"x": (1, 0, 0), "y": (0, 1, 0), "z": (0, 0, 1)}
    x, y, z = unit(named.get(axis, axis) if isinstance(axis, str) else axis)
    a = math.radians(degrees)
    c, s, t = math.cos(a), math.sin(a), 1 - math.cos(a)
    return np.array(
        [
            [t * x * x + c, t * x * y - s * z, t * x * z + s * y],
            [t * x * y + s * z, t * y * y + c, t * y * z - s * x],
            [t * x * z - s * y, t * y * z + s * x, t * z * z + c],
        ]
    )


def frame(main, side) -> np.ndarray:
    """Orthonormal columns: main direction, side direction made square to it, and their cross."""
    first = unit(main)
    second = np.asarray(side, float) - first * np.dot(first, side)
    if np.linalg.norm(second) < 1e-6:
        second = np.cross(first, (0.3, 0.5, 0.8))
    second = unit(second)
    return np.stack([first, second, np.cross(first, second)], 1)


@cache
def base_mesh() -> tuple[np.ndarray, dict[str, list[list[int]]]]:
    """Vertices and face groups of the base mesh."""
    vertices, groups, name = [], {}, "body"
    for line in (data() / "3dobjs/base.obj").read_text().splitlines():
        if line.startswith("v "):
            vertices.append([float(part) for part in line.split()[1:4]])
        elif line.startswith("g "):
            name = line.split()[1]
        elif line.startswith("f "):
            face = [int(part.split("/")[0]) - 1 for part in line.split()[1:]]
            groups.setdefault(name, []).append(face)
    return np.array(vertices), groups


@cache
def target(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Indices and shifts of one shape target; nothing when there is no such file."""
    path = data() / "targets" / f"{name}.target.gz"
    if not path.exists():
        return np.zeros(0, int), np.zeros((0, 3))
    with gzip.open(path, "rt") as lines:
        rows = [line.split() for line in lines if line.strip() and not line.startswith("#")]
    return (
        np.array([int(row[0]) for row in rows], int),
        np.array([[float(part) for part in row[1:4]] for row in rows]).reshape(-1, 3),
    )


@cache
def rig() -> tuple[dict, dict]:
    """Bones of the rig, and for each bone its vertices with weights."""
    folder = data() / "rigs/standard"
    bones = json.loads((folder / "rig.mixamo.json").read_text())["bones"]
    weights = json.loads((folder / "weights.mixamo.json").read_text())["weights"]
    return bones, weights


def short(bone: str) -> str:
    """The bone's name without the rig's prefix."""
    return bone.removeprefix("mixamorig:")


ORIGINS = ("african", "asian", "caucasian")


def add_target(points: np.ndarray, name: str, weight: float) -> None:
    """Move points towards a shape by a weight."""
    if weight:
        where, shift = target(name)
        points[where] += weight * shift


def three_ways(value: float, low: str, middle: str, high: str) -> dict[str, float]:
    """Weights of three shapes for a value of 0 to 1; 0.5 is the middle one."""
    if value < 0.5:
        return {low: 1 - 2 * value, middle: 2 * value}
    return {middle: 2 - 2 * value, high: 2 * value - 1}


def shape(
    points: np.ndarray,
    female: float = 0.5,
    muscle: float = 0.6,
    weight: float = 0.5,
    age: float = 0.0,
    tall: float = 0.5,
    roots: dict[str, float] | None = None,
) -> None:
    """Mix the body's shape; every control runs from 0 to 1."""
    muscles = three_ways(muscle, "minmuscle", "averagemuscle", "maxmuscle")
    weights = three_ways(weight, "minweight", "averageweight", "maxweight")
    for sex, share in (("female", female), ("male", 1 - female)):
        for years, part in (("young", 1 - age), ("old", age)):
            amount = share * part
            if not amount:
                continue
            for origin, part_of in (roots or dict.fromkeys(ORIGINS, 1 / 3)).items():
                add_target(points, f"macrodetails/{origin}-{sex}-{years}", amount * part_of)
            for m, mine in muscles.items():
                for w, theirs in weights.items():
                    name = f"{sex}-{years}-{m}-{w}"
                    add_target(points, f"macrodetails/universal-{name}", amount * mine * theirs)
            usual = f"{sex}-{years}-averagemuscle-averageweight"
            add_target(points, f"macrodetails/proportions/{usual}-idealproportions", amount)
            end = "maxheight" if tall > 0.5 else "minheight"
            add_target(
                points, f"macrodetails/height/{usual}-{end}", amount * abs(tall - 0.5) * 2
            )


class Body:
    """One person's shape with joints, in metres, feet on z = 0."""

    def __init__(self, stature: float | None = None, **controls: float):
        vertices, self.groups = base_mesh()
        vertices = vertices.copy()
        shape(vertices, **controls)
        vertices = vertices * 0.1
        vertices = np.stack([vertices[:, 0], -vertices[:, 2], vertices[:, 1]], 1)
        self.skin = np.array(sorted({i for face in self.groups["body"] for i in face}))
        if stature:
            vertices *= stature / np.ptp(vertices[self.skin, 2])
        vertices[:, 2] -= vertices[self.skin, 2].min()
        self.V = vertices
        self.height = float(vertices[self.skin, 2].max())
        self.k = self.height / 1.7
        self.joints()
        self.weights()
        self.hands()

    def joints(self) -> None:
        """Rest heads and tails of the bones, parents first."""
        bones, _ = rig()

        def place(end: dict) -> np.ndarray:
            if end["strategy"] == "MEAN":
                return self.V[end["vertex_indices"]].mean(0)
            if end["strategy"] == "CUBE":
                cube = self.groups[end["cube_name"]]
                return self.V[sorted({i for face in cube for i in face})].mean(0)
            return np.array(end["default_position"])

        self.head = {short(n): place(b["head"]) for n, b in bones.items()}
        self.tail = {short(n): place(b["tail"]) for n, b in bones.items()}
        self.roll = {short(n): b["roll"] for n, b in bones.items()}
        self.parent = {short(n): short(b["parent"] or "") for n, b in bones.items()}
        self.order: list[str] = []
        while len(self.order) < len(bones):
            self.order += [
                n
                for n in self.head
                if n not in self.order and (not self.parent[n] or self.parent[n] in self.order)
            ]

    def weights(self) -> None:
        """Four strongest bones of each vertex, normalised, and the strongest one's name."""
        _, table = rig()
        full = np.zeros((len(self.V), len(self.order)))
        for name, rows in table.items():
            if short(name) not in self.head:
                continue
            column = self.order.index(short(name))
            for vertex, weight in rows:
                full[vertex, column] = weight
        full[full.sum(1) == 0, 0] = 1
        self.bone_of = full.argmax(1)
        self.w_index = np.argsort(-full, 1)[:, :4]
        chosen = np.take_along_axis(full, self.w_index, 1)
        self.w_share = chosen / chosen.sum(1, keepdims=True)

    def hands(self) -> None:
        """Rest frame of each hand: columns finger direction, thumb side, palm normal."""
        self.hand_frame, self.palm = {}, {}
        for side, sign in (("Left", 1), ("Right", -1)):
            wrist = self.head[f"{side}Hand"]
            knuckles = [self.head[f"{side}Hand{f}1"] for f in FINGERS]
            along = unit(np.mean(knuckles, 0) - wrist)
            axes = frame(along, knuckles[0] - knuckles[3])
            axes[:, 2] *= sign
            self.hand_frame[side] = axes
            self.palm[side] = wrist + 0.75 * (np.mean(knuckles, 0) - wrist) + axes[:, 2] * 0.014

    def where(self, bones: list[str]) -> np.ndarray:
        """Skin vertices whose strongest bone is one of these (a trailing * stands for the rest)."""
        wanted = [
            i
            for i, name in enumerate(self.order)
            if any(name == b or (b.endswith("*") and name.startswith(b[:-1])) for b in bones)
        ]
        return self.skin[np.isin(self.bone_of[self.skin], wanted)]


class Stance:
    """A body in a pose: a rotation for each bone, from which everything else follows."""

    def __init__(self, body: Body):
        self.body = body
        self.root = np.array([0.0, 0.0, 0.0])
        self.Q = {name: np.eye(3) for name in body.order}
        self.P = dict(body.head)

    def place(self, name: str) -> None:
        """Position of a bone's head from its parent."""
        body, parent = self.body, self.body.parent[name]
        if not parent:
            self.P[name] = self.root
            return
        self.P[name] = self.P[parent] + self.Q[parent] @ (body.head[name] - body.head[parent])

    def follow(self, names: list[str], local: dict[str, np.ndarray]) -> None:
        """Forward kinematics for these bones, in the order given."""
        for name in names:
            self.place(name)
            parent = self.body.parent[name]
            start = self.Q[parent] if parent else np.eye(3)
            self.Q[name] = start @ local.get(name, np.eye(3))

    def end(self, name: str) -> np.ndarray:
        """Where the bone's tail is."""
        return self.P[name] + self.Q[name] @ (self.body.tail[name] - self.body.head[name])

    def skinned(self, which: np.ndarray | None = None) -> np.ndarray:
        """Posed positions of the vertices asked for."""
        body = self.body
        which = np.arange(len(body.V)) if which is None else which
        turns = np.stack([self.Q[n] for n in body.order])
        moves = np.stack([self.P[n] - self.Q[n] @ body.head[n] for n in body.order])
        index, share, rest = body.w_index[which], body.w_share[which], body.V[which]
        each = np.einsum("nbij,nj->nbi", turns[index], rest) + moves[index]
        return np.einsum("nb,nbi->ni", share, each)

    def two_bones(self, upper: str, lower: str, goal, pole, hinge_rest) -> float:
        """Bend a limb so that the lower bone ends at the goal, the joint towards the pole.

        Returns by how many metres the goal was out of reach.
        """
        end = self.body.head
        third = {"Arm": "Hand", "UpLeg": "Foot"}[
            upper.removeprefix("Left").removeprefix("Right")
        ]
        side = "Left" if upper.startswith("Left") else "Right"
        self.place(upper)
        start = self.P[upper]
        rest_a = end[lower] - end[upper]
        rest_b = end[side + third] - end[lower]
        a, b = np.linalg.norm(rest_a), np.linalg.norm(rest_b)
        line = np.asarray(goal, float) - start
        far = np.linalg.norm(line)
        reach = min(max(far, abs(a - b) + 0.01), (a + b) * 0.9995)
        line = unit(line)
        pole = np.asarray(pole, float)
        out = unit(pole - line * np.dot(line, pole))
        along = (a * a - b * b + reach * reach) / (2 * reach)
        off = math.sqrt(max(a * a - along * along, 0))
        joint = start + line * along + out * off
        tip = start + line * reach
        hinge = np.cross(line, -out)
        self.Q[upper] = frame(joint - start, hinge) @ frame(rest_a, hinge_rest).T
        self.place(lower)
        self.Q[lower] = frame(tip - joint, hinge) @ frame(rest_b, hinge_rest).T
        self.place(side + third)
        return float(far - reach)
