"""From an entry of poses.yaml to numbers: joint angles, reaching limbs, contact with floor and props.

Directions in an entry are [forward, left, up] as seen by the person: forward is where the toes of
a standing person point, and towards the feet of one who lies on the back. Lengths are metres of a
person of 1.70 m and shrink or grow with the body. Angles are degrees.
"""

import copy
import math
from itertools import pairwise

import numpy as np
from skeleton import FINGERS, SIDES, Body, Stance, frame, turn, unit

MAT = 0.008
CURL = {
    "flat": (-15, -8, -6, -2),
    "soft": (14, 18, 12, 8),
    "loose": (26, 34, 22, 14),
    "hold": (42, 52, 34, 22),
    "ball": (34, 38, 24, 12),
    "grip": (66, 82, 50, 30),
    "fist": (78, 96, 62, 34),
    "wide": (-18, -8, -6, -6),
    "back": (-42, -8, -4, -6),
}
SPREAD = {"wide": 12, "flat": 3}


def merge(base: dict, over: dict) -> dict:
    """A deep merge: mappings are joined, everything else is replaced."""
    out = copy.deepcopy(base)
    for key, value in over.items():
        both = isinstance(value, dict) and isinstance(out.get(key), dict)
        out[key] = merge(out[key], value) if both else copy.deepcopy(value)
    return out


def resolve(entry: dict, bases: dict) -> dict:
    """An entry with everything its bases give it."""
    if "base" not in entry:
        return copy.deepcopy(entry)
    whole = merge(resolve(bases[entry["base"]], bases), entry)
    for limb in ("legs", "arms"):  # "both" is said once for two sides
        pair = whole.get(limb, {})
        both = pair.pop("both", {})
        own = entry.get(limb, {})
        for side in ("left", "right"):
            pair[side] = merge(merge(both, {}), pair.get(side, {}))
            if "both" in own:
                pair[side] = merge(pair[side], merge(own["both"], own.get(side, {})))
            if own.get(side, {}).get("new"):
                pair[side] = merge(own.get("both", {}), own[side])
        whole[limb] = pair
    return whole


class Pose:
    """One entry solved for one body."""

    def __init__(self, entry: dict, body: Body):
        self.entry, self.body = entry, body
        self.stance = Stance(body)
        self.problems: list[str] = []
        self.props: dict[str, dict] = {}
        self.shift = {(limb, side): np.zeros(3) for limb in ("Hand", "Foot") for side in SIDES}
        for side in SIDES:
            if "against" in self.leg(side):  # the ankle is above the sole
                self.shift["Foot", side] = np.array([0, 0, 0.085 * body.k])
        self.drop = np.array([*entry.get("stands", (0, 0)), 0.0])
        self.nod = self.tilt = 0.0
        self.lift = dict.fromkeys(SIDES, 0.0)
        self.laid = dict.fromkeys(SIDES, 0.0)
        root = entry.get("root", {})
        self.yaw = turn("z", root.get("yaw", 90))
        self.floor = MAT if entry.get("mat", True) else 0.0
        self.missed: dict[tuple[str, str], float] = {}
        for number in range(20):
            self.once()
            self.contacts(limbs=number > 4)
        self.problems.clear()
        self.once()

    # directions and points

    def way(self, vector) -> np.ndarray:
        """A direction of the entry in the world."""
        forward, left, up = vector
        return self.yaw @ np.array([left, -forward, up], float)

    def spot(self, at) -> np.ndarray:
        """A point of the entry in the world: [f, l, u] from under the hips, or a body point."""
        if isinstance(at, dict):
            return self.body_point(at)
        k, hips = self.body.k, self.stance.P["Hips"]
        return self.way(at) * k + np.array([hips[0], hips[1], self.floor])

    def body_point(self, at: dict) -> np.ndarray:
        """A point along a bone, on the skin where `side` says a direction, moved by `shift`."""
        if "prop" in at:
            point = self.props[at["prop"]]["at"].copy()
        else:
            start, end = self.stance.P[at["bone"]], self.stance.end(at["bone"])
            point = start + (end - start) * at.get("t", 0.5)
            if "side" in at:
                point = self.skin_point(point, self.way(at["side"]), at)
        if "behind" in at:  # the handle's end of a tool
            point = point - self.props[at["prop"]]["axis"] * at["behind"]
        return point + self.way(at.get("shift", (0, 0, 0))) * self.body.k

    def skin_point(self, point, direction, at: dict) -> np.ndarray:
        """Where a ray from a point inside leaves the skin, within a few bones."""
        direction = unit(direction)
        bones = at.get("skin", [at["bone"]])
        skin = self.stance.skinned(self.body.where(bones)) - point
        far = skin @ direction
        beside = np.linalg.norm(skin - np.outer(far, direction), axis=1)
        near = beside < at.get("within", 0.035)
        return point + direction * (far[near].max() if near.any() else 0.0)

    # the skeleton

    def once(self) -> None:
        """Set every bone from the entry and what the last rounds learned."""
        entry, stance, body = self.entry, self.stance, self.body
        root = entry.get("root", {})
        hips = body.head["Hips"][2] * root.get("height", 1.0)
        stance.root = np.array([0, 0, hips + self.floor]) + self.drop
        lean = turn("y", root.get("roll", 0)) @ turn("x", root.get("pitch", 0) + self.tilt)
        local = {"Hips": self.yaw @ lean}
        self.bend(local, ("Spine", "Spine1", "Spine2"), entry.get("spine", (0, 0, 0)))
        neck = np.array(entry.get("neck", (0, 0, 0)), float) + np.array([self.nod, 0, 0])
        self.bend(local, ("Neck",), neck)
        self.bend(local, ("Head",), entry.get("head", (0, 0, 0)))
        for side, sign in zip(SIDES, (1, -1), strict=True):
            raised, ahead = self.arm(side).get("shoulder", (0, 0))
            raised = raised + self.lift[side]
            local[f"{side}Shoulder"] = turn("y", -sign * raised) @ turn("z", -sign * ahead)
        names = ["Hips", "Spine", "Spine1", "Spine2", "Neck", "Head"]
        stance.follow([*names, "LeftShoulder", "RightShoulder"], local)
        self.place_props(early=True)
        for side, sign in zip(SIDES, (1, -1), strict=True):
            self.pose_leg(side, sign)
        self.place_props()
        order = SIDES if entry.get("first_arm", "left") == "left" else SIDES[::-1]
        for side in order:
            self.pose_arm(side, 1 if side == "Left" else -1)
        self.place_props()

    @staticmethod
    def bend(local: dict, names: tuple, angles) -> None:
        """Share flexion, bend to the left and twist to the left among bones."""
        share = 1 / len(names)
        flex, side, twist = (a * share for a in angles)
        for name in names:
            local[name] = turn("z", twist) @ turn("y", side) @ turn("x", flex)

    def leg(self, side: str) -> dict:
        """What the entry says of this leg."""
        return self.entry.get("legs", {}).get(side.lower(), {})

    def arm(self, side: str) -> dict:
        """What the entry says of this arm."""
        return self.entry.get("arms", {}).get(side.lower(), {})

    def pose_leg(self, side: str, sign: int) -> None:
        """Joint angles, or a reach to a point with the knee towards a direction."""
        leg, stance = self.leg(side), self.stance
        upper, lower, foot = f"{side}UpLeg", f"{side}Leg", f"{side}Foot"
        if "to" in leg:
            goal = self.spot(leg["to"]) + self.shift["Foot", side]
            if "reach" in leg:
                goal = self.straighten(side, goal, leg["reach"])
            out = stance.two_bones(
                upper,
                lower,
                goal,
                self.way(leg.get("knee_to", (1, 0.1 * sign, 0.4))),
                (1, 0, 0),
            )
            self.missed["Foot", side] = out
            if out > 0.012:
                self.problems.append(f"{side.lower()} foot is {out * 100:.0f} cm out of reach")
        else:
            flex, aside, spin = leg.get("hip", (0, 0, 0))
            knock = self.splay(side)  # the base mesh stands with its feet apart
            aside = aside - knock
            flex = flex + self.laid[side]
            local = {
                upper: turn("x", -flex) @ turn("y", -sign * aside) @ turn("z", sign * spin),
                lower: turn("x", leg.get("knee", 0)),
            }
            stance.follow([upper, lower], local)
        stance.place(foot)
        if "ankle" in leg or "to" not in leg:
            spin = turn("z", sign * leg.get("foot_turn", 0))
            level = turn("y", -sign * self.splay(side))
            stance.Q[foot] = stance.Q[lower] @ level @ spin @ turn("x", -leg.get("ankle", 0))
        else:
            toes = self.yaw @ turn("z", sign * leg.get("foot_turn", 4))
            tilt = turn("x", leg.get("foot_pitch", 0))
            stance.Q[foot] = toes @ turn("y", sign * leg.get("foot_roll", 0)) @ tilt
        stance.follow([f"{side}ToeBase"], {f"{side}ToeBase": turn("x", -leg.get("toes", 0))})

    def splay(self, side: str) -> float:
        """How far out the leg of the base mesh points, in degrees."""
        hip, ankle = self.body.head[f"{side}UpLeg"], self.body.head[f"{side}Foot"]
        return math.degrees(math.atan2(abs(ankle[0] - hip[0]), hip[2] - ankle[2]))

    def straighten(self, side: str, goal, share: float) -> np.ndarray:
        """Slide the goal at its height until the leg has this share of its full length."""
        body, hip = self.body, self.stance
        hip.place(f"{side}UpLeg")
        hip = hip.P[f"{side}UpLeg"]
        joints = [body.head[f"{side}{part}"] for part in ("UpLeg", "Leg", "Foot")]
        full = share * sum(np.linalg.norm(b - a) for a, b in pairwise(joints))
        level = np.array([goal[0] - hip[0], goal[1] - hip[1], 0])
        rise = min(abs(goal[2] - hip[2]), full * 0.99)
        level = unit(level) * math.sqrt(full**2 - rise**2)
        return np.array([hip[0] + level[0], hip[1] + level[1], goal[2]])

    def pose_arm(self, side: str, sign: int) -> None:
        """Joint angles, or a reach of the palm to a point with the elbow towards a direction."""
        arm, stance, body = self.arm(side), self.stance, self.body
        upper, lower, hand = f"{side}Arm", f"{side}ForeArm", f"{side}Hand"
        along = unit(body.head[lower] - body.head[upper])
        hinge = np.cross(along, (0, -1, 0))
        if "to" in arm:
            self.reach(side, sign, hinge)
        else:
            flex, aside, spin = arm.get("arm", (0, 8, 0))
            start = stance.Q[f"{side}Shoulder"] @ turn("x", -flex)
            start = start @ turn("y", -sign * aside) @ turn("z", sign * spin)
            hang = frame((0, 0, -1), (-1, 0, 0))
            stance.place(upper)
            stance.Q[upper] = start @ hang @ frame(along, hinge).T
            stance.place(lower)
            fore = body.head[hand] - body.head[lower]
            bent = start @ turn("x", -arm.get("elbow", 8))
            stance.Q[lower] = bent @ hang @ frame(fore, hinge).T
            stance.place(hand)
        self.turn_hand(side, sign)
        self.close(side, sign)

    def reach(self, side: str, sign: int, hinge) -> None:
        """Bring the palm to its goal."""
        arm, stance, body = self.arm(side), self.stance, self.body
        goal = self.spot(arm["to"]) + self.shift["Hand", side]
        wrist_to_palm = stance.Q[f"{side}Hand"] @ (body.palm[side] - body.head[f"{side}Hand"])
        pole = self.way(arm.get("elbow_to", (-1, 0.6 * sign, -0.6)))
        out = stance.two_bones(
            f"{side}Arm", f"{side}ForeArm", goal - wrist_to_palm, pole, hinge
        )
        self.missed["Hand", side] = out
        if out > 0.012:
            self.problems.append(f"{side.lower()} hand is {out * 100:.0f} cm out of reach")

    def turn_hand(self, side: str, sign: int) -> None:
        """Point fingers and palm where the entry says, the forearm taking half of the turn."""
        arm, stance, body = self.arm(side), self.stance, self.body
        fore, hand = f"{side}ForeArm", f"{side}Hand"
        along = stance.Q[fore] @ unit(body.head[hand] - body.head[fore])
        rest = body.hand_frame[side]
        if "fingers" in arm or "palm" in arm:
            fingers = self.way(arm["fingers"]) if "fingers" in arm else along
            palm = self.way(arm["palm"]) if "palm" in arm else stance.Q[fore] @ rest[:, 2]
            if arm.get("palm_first"):
                fingers = fingers - unit(palm) * np.dot(fingers, unit(palm))
            wanted = frame(fingers, palm)
            stance.Q[hand] = wanted @ frame(rest[:, 0], rest[:, 2]).T
        else:
            flex, aside = arm.get("wrist", (0, 0))
            spin = turn(along, sign * arm.get("pron", 0))
            tilt = rest @ np.diag((1, 1, sign)) @ turn("y", flex) @ turn("z", aside)
            stance.Q[hand] = spin @ stance.Q[fore] @ tilt @ (rest @ np.diag((1, 1, sign))).T
        relative = stance.Q[hand] @ stance.Q[fore].T
        vector = np.array(
            [
                relative[2, 1] - relative[1, 2],
                relative[0, 2] - relative[2, 0],
                relative[1, 0] - relative[0, 1],
            ]
        )
        w = math.sqrt(max(0.0, 1 + np.trace(relative))) / 2
        twist = 2 * math.degrees(math.atan2(np.dot(vector / (4 * max(w, 1e-4)), along), w))
        twist = (twist + 180) % 360 - 180
        self.twist = abs(twist)
        if abs(twist) > 115:
            self.problems.append(f"{side.lower()} forearm is twisted by {twist:.0f} degrees")
        stance.Q[fore] = turn(along, max(-80, min(80, twist * 0.6))) @ stance.Q[fore]
        stance.place(hand)

    def close(self, side: str, sign: int) -> None:
        """Curl the fingers about the knuckle line."""
        arm, stance, body = self.arm(side), self.stance, self.body
        how = arm.get("curl", "soft")
        one, two, three, thumb = CURL[how] if isinstance(how, str) else how
        rest = body.hand_frame[side]
        axis = np.cross(rest[:, 0], rest[:, 2])
        fan = SPREAD.get(how, 0) if isinstance(how, str) else 0
        local = {}
        for number, finger in enumerate(FINGERS):
            wide = turn(rest[:, 2], -sign * fan * (1 - number * 0.72))
            for joint, angle in enumerate((one, two, three), 1):
                bent = turn(axis, angle)
                local[f"{side}Hand{finger}{joint}"] = wide @ bent if joint == 1 else bent
        across = unit(rest[:, 0] * 0.8 + rest[:, 1] * 0.6)
        for joint, share in enumerate((0.9, 0.8, 1.0), 1):
            axis_t = np.cross(across, rest[:, 2])
            local[f"{side}HandThumb{joint}"] = turn(axis_t, thumb * share)
        names = [f"{side}Hand{f}{j}" for j in (1, 2, 3) for f in (*FINGERS, "Thumb")]
        stance.follow(names, local)

    # contact

    def distance(self, points: np.ndarray, thing: str) -> np.ndarray:
        """How far outside a thing each point is."""
        if thing == "floor":
            return points[:, 2] - self.floor
        prop = self.props[thing]
        if "normal" in prop:
            away = points - prop["at"]
            off = np.linalg.norm(away - np.outer(away @ prop["normal"], prop["normal"]), axis=1)
            size = 0.27 if prop["kind"] == "chair" else 9
            return np.where(off < size, away @ prop["normal"], 9.0)
        if "axis" in prop:
            away = points - prop["at"]
            away = away - np.outer(away @ prop["axis"], prop["axis"])
            return np.linalg.norm(away, axis=1) - prop["radius"]
        return np.linalg.norm(points - prop["at"], axis=1) - prop["radius"]

    def contacts(self, limbs: bool) -> None:
        """Move root, hands, feet and head so that they touch what they rest on."""
        for rule in self.entry.get("settle", []):
            which = self.body.where(rule["parts"])
            gap = self.distance(self.stance.skinned(which), rule.get("against", "floor")).min()
            gap = 0 if gap > 8 else max(-0.12, min(0.25, gap))
            if "tilt" in rule:
                self.tilt += math.degrees(gap + rule.get("sink", 0.006)) * rule["tilt"]
                continue
            direction = self.way(rule.get("move", (0, 0, -1)))
            self.drop = self.drop + direction * (gap + rule.get("sink", 0.006))
        for side in SIDES:
            if limbs:
                self.touch("Hand", side, self.arm(side))
            self.touch("Foot", side, self.leg(side))
            self.raise_shoulder(side)
            if limbs:
                self.lay(side, self.leg(side).get("lay"))
        if self.entry.get("rest_head"):
            skull = self.stance.skinned(self.body.where(["Head"]))
            gap = self.distance(skull, self.entry["rest_head"]).min() + 0.004
            gap -= self.entry.get("rest_gap", 0)
            self.nod -= math.degrees(math.atan2(gap, 0.26)) * self.entry.get("nod_way", 1)

    def touch(self, limb: str, side: str, spec: dict) -> None:
        """Correct a reaching limb so that its skin just meets the surface."""
        if "against" not in spec or "to" not in spec:
            return
        bones = [f"{side}Hand*"] if limb == "Hand" else [f"{side}Foot", f"{side}ToeBase"]
        points = self.stance.skinned(self.body.where(bones))
        gap = self.distance(points, spec["against"]).min() + spec.get("sink", 0.002)
        if gap > 0 and self.missed[limb, side] > 0.01:
            return  # it cannot come nearer
        away = np.array([0, 0, 1.0])
        if spec["against"] != "floor" and "normal" in self.props[spec["against"]]:
            away = self.props[spec["against"]]["normal"]
        self.shift[limb, side] = self.shift[limb, side] - away * gap

    def lay(self, side: str, rule: dict | None) -> None:
        """Sink a leg that is given by angles until it lies on something."""
        if rule:
            skin = self.stance.skinned(self.body.where([side + b for b in rule["parts"]]))
            gap = self.distance(skin, rule["against"]).min() + rule.get("sink", 0.01)
            step = math.degrees(gap / rule.get("lever", 0.6))
            self.laid[side] -= max(-4.0, min(4.0, step))

    def raise_shoulder(self, side: str) -> None:
        """The collarbone rises with the arm once that is above the horizontal."""
        stance = self.stance
        arm = stance.P[f"{side}ForeArm"] - stance.P[f"{side}Arm"]
        down = stance.Q["Spine2"] @ np.array([0, 0, -1.0])
        angle = math.degrees(math.acos(np.clip(np.dot(unit(arm), down), -1, 1)))
        self.lift[side] = max(0.0, angle - 60) * 0.22

    # props

    def place_props(self, early: bool = False) -> None:
        """Work out where each prop is; those that lean on other parts come out right at the end."""
        for name, spec in self.entry.get("props", {}).items():
            if early and name in self.props and "at" in self.props[name]:
                continue
            self.props[name] = self.place_prop(name, spec)

    def place_prop(self, name: str, spec: dict) -> dict:
        """Position, axes and size of one prop."""
        kind = spec.get("kind", name)
        out = {"kind": kind, "spec": spec}
        if kind == "strap":
            return out | {"at": np.zeros(3), "path": None}
        at = self.spot(spec["at"])
        radius = spec.get("radius", RADIUS.get(kind, 0.0))
        if "press" in spec:  # against the skin on this side, a little into it
            at = at + unit(self.way(spec["press"])) * (radius - spec.get("sink", 0.008))
        if spec.get("floor"):
            at = np.array([at[0], at[1], radius + self.floor])
        if "z" in spec:
            at = np.array([at[0], at[1], spec["z"] * self.body.k])
        out |= {"at": at, "radius": radius}
        if "axis" in spec:
            out["axis"] = unit(self.way(spec["axis"]))
        return out | self.surface(kind, spec)

    def surface(self, kind: str, spec: dict) -> dict:
        """The plane of a prop that has one."""
        if kind == "wall":
            normal = unit(self.way(spec["faces"]))
            if "touch" not in spec:
                return {"normal": normal}
            other = self.props[spec["touch"]]
            return {"normal": normal, "at": other["at"] - normal * (other["radius"] - 0.004)}
        if kind in FLAT:
            facing = unit(self.way(spec.get("faces", (1, 0, 0))))
            return {"normal": np.array([0, 0, 1.0]), "facing": facing}
        return {}


FLAT = ("chair", "table", "books", "cushion", "blanket")
RADIUS = {"roller": 0.066, "long-roller": 0.072, "ball": 0.033, "peanut": 0.03, "gymball": 0.29}


def strap_path(pose: Pose, spec: dict) -> tuple[np.ndarray, np.ndarray]:
    """Points of a strap, and at each the direction of its width."""
    points, widths = [], []
    for stop in spec["route"]:
        what, _, side = stop.partition(" ")
        side = side.capitalize()
        if what == "hand":
            some, wide = through_hand(pose, side, spec, bool(points))
        else:
            some, wide = round_limb(pose, what, side, points[-1] if points else None)
        if widths and np.dot(wide, widths[-1]) < 0:
            wide = -wide  # or the strap would turn over on its way
        points += some
        widths += [wide] * len(some)
    return smooth(np.array(points), np.array(widths), spec.get("step", 0.012))


def through_hand(pose: Pose, side: str, spec: dict, last: bool) -> tuple[list, np.ndarray]:
    """The tail that hangs from a fist, and the fist."""
    stance, body = pose.stance, pose.body
    turned = stance.Q[f"{side}Hand"]
    fist = stance.P[f"{side}Hand"] + turned @ (body.palm[side] - body.head[f"{side}Hand"])
    fist = fist + turned @ body.hand_frame[side] @ np.array([0.012, 0, 0.016])
    tail = spec.get("tail", 0.2)
    low = pose.floor + 0.012
    hang = [fist - np.array([0, 0, 0.03])]
    if tail:
        hang.append(np.array([fist[0], fist[1], max(fist[2] - tail, low)]))
    wide = pose.way(spec.get("width", (1, 0, 0)))
    return ([fist, *hang] if last else [*hang[::-1], fist]), wide


def round_limb(pose: Pose, what: str, side: str, before) -> tuple[list, np.ndarray]:
    """Around the sole under the ball of the foot, around an ankle, or behind a thigh."""
    stance, body = pose.stance, pose.body
    bone, t, skin = {
        "foot": (f"{side}Foot", 0.92, [f"{side}Foot", f"{side}ToeBase"]),
        "ankle": (f"{side}Leg", 0.93, [f"{side}Leg", f"{side}Foot"]),
        "thigh": (f"{side}UpLeg", 0.7, [f"{side}UpLeg"]),
    }[what]
    start, end = stance.P[bone], stance.end(bone)
    centre = start + (end - start) * t
    turned = stance.Q[bone]
    if what == "foot":
        long, under = turned @ np.array([0, -1.0, 0]), turned @ np.array([0, 0, -1.0])
    else:
        long = unit(end - start)
        under = turned @ np.array([0, -1.0 if what == "ankle" else 1.0, 0])
    across = np.cross(long, under)
    points = stance.skinned(body.where(skin)) - centre
    near = points[np.abs(points @ long) < 0.03]
    u, v = near @ across, near @ under
    ring = []
    for angle in np.linspace(-100, 100, 15):
        a = math.radians(angle)
        reach = (u * math.sin(a) + v * math.cos(a)).max() + 0.003
        ring.append((reach, a))
    hull = []
    for i, (reach, a) in enumerate(ring):  # corner of neighbouring tangents: a snug outline
        other, b = ring[min(i + 1, len(ring) - 1)]
        if b == a:
            continue
        det = math.sin(b - a)
        x = (other * math.cos(a) - reach * math.cos(b)) / det
        y = (reach * math.sin(b) - other * math.sin(a)) / det
        hull.append(centre + across * x + under * y)
    if before is not None and np.linalg.norm(hull[-1] - before) < np.linalg.norm(
        hull[0] - before
    ):
        hull.reverse()
    return hull, long


def smooth(points: np.ndarray, widths: np.ndarray, step: float) -> tuple:
    """Even steps along the path, corners eased, widths blended."""
    gaps = np.linalg.norm(np.diff(points, axis=0), axis=1)
    keep = np.concatenate([[True], gaps > 1e-5])
    points, widths = points[keep], widths[keep]
    far = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    at = np.linspace(0, far[-1], max(int(far[-1] / step), 2))
    path = np.stack([np.interp(at, far, points[:, i]) for i in range(3)], 1)
    wide = np.stack([np.interp(at, far, widths[:, i]) for i in range(3)], 1)
    for _ in range(2):
        path[1:-1] = (path[:-2] + 2 * path[1:-1] + path[2:]) / 4
        wide[1:-1] = (wide[:-2] + 2 * wide[1:-1] + wide[2:]) / 4
    return path, wide


def view(pose: Pose, points: np.ndarray, aspect: float) -> dict:
    """Where the camera stands so that these points fill the frame with a margin."""
    spec = pose.entry.get("camera", {})
    az, el = math.radians(spec.get("from", 0)), math.radians(spec.get("above", 13))
    lens, fill = spec.get("lens", 62), spec.get("fill", 0.84)
    back = np.array([math.sin(az) * math.cos(el), -math.cos(az) * math.cos(el), math.sin(el)])
    right = np.array([math.cos(az), math.sin(az), 0.0])
    up = np.cross(back, right)
    target = (points.min(0) + points.max(0)) / 2
    far = 4.0
    for _ in range(12):
        away = points - target
        depth = far - away @ back
        x, y = (away @ right) / depth, (away @ up) / depth
        mid = np.array([x.min() + x.max(), y.min() + y.max()]) / 2 * far
        target = target + right * mid[0] + up * mid[1]
        wide = max(np.ptp(x), np.ptp(y) * aspect)
        far *= wide / (36 / lens * fill)
    return {"at": target + back * far, "to": target, "lens": lens, "right": right, "up": up}


def entries(raw: dict) -> dict[str, dict]:
    """All entries of poses.yaml, with what their bases and people give them."""
    whole = {}
    for name, entry in raw["poses"].items():
        whole[name] = resolve(entry, raw["bases"])
        whole[name]["person"] = raw["people"][entry["body"]]
        whole[name] = {**raw["all"], **whole[name]}
    return whole
