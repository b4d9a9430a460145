"""A person from joint angles: the same bones, rounded limbs and light in every drawing.

Angles are absolute, in degrees, 0 to the right and 90 up. Lengths are for a standing person of about
660; `size` scales all of them. `facing` is 1 to the right, -1 to the left.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from paper import short

Point = tuple[float, float]

TORSO, NECK, HEAD = 176, 40, 45
UPPER_ARM, FOREARM = 112, 104
THIGH, SHIN, FOOT = 164, 158, 66


def shade(colour: str, by: float) -> str:
    """Darken (by < 0) or lighten a colour."""
    parts = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    mixed = [part + (255 - part) * by if by > 0 else part * (1 + by) for part in parts]
    return "#" + "".join(f"{round(part):02x}" for part in mixed)


def towards(start: Point, angle: float, length: float) -> Point:
    """The point at this angle and distance."""
    turn = math.radians(angle)
    return start[0] + length * math.cos(turn), start[1] - length * math.sin(turn)


def angle_of(start: Point, end: Point) -> float:
    """The direction from one point to another."""
    return math.degrees(math.atan2(start[1] - end[1], end[0] - start[0]))


def joint(start: Point, end: Point, first: float, second: float, side: int) -> Point:
    """Where the elbow or knee lies so that two bones reach from start to end; side 1 bends counter-clockwise."""
    apart = min(math.dist(start, end), (first + second) * 0.9995)
    apart = max(apart, abs(first - second) + 1)
    inner = math.degrees(math.acos((first**2 + apart**2 - second**2) / (2 * first * apart)))
    return towards(start, angle_of(start, end) + side * inner, first)


def limb(a: Point, b: Point, ra: float, rb: float) -> str:
    """Path of a tapered rounded limb: the hull of two circles."""
    apart = max(math.dist(a, b), 0.01)
    lean = math.degrees(math.asin(max(-1, min(1, (ra - rb) / apart))))
    along = angle_of(a, b)
    a1, b1 = towards(a, along + 90 - lean, ra), towards(b, along + 90 - lean, rb)
    a2, b2 = towards(a, along - 90 + lean, ra), towards(b, along - 90 + lean, rb)
    p = [(round(x), round(y)) for x, y in (a1, b1, b2, a2)]
    step = [
        (end[0] - start[0], end[1] - start[1])
        for start, end in zip(p, p[1:] + p[:1], strict=True)
    ]
    big = int(lean < 0)
    path = (
        f"M{p[0][0]} {p[0][1]}l{step[0][0]} {step[0][1]}a{rb:.0f} {rb:.0f} 0 {big} 1 {step[1][0]} {step[1][1]}"
        f"l{step[2][0]} {step[2][1]}a{ra:.0f} {ra:.0f} 0 {1 - big} 1 {step[3][0]} {step[3][1]}z"
    )
    return path.replace(" -", "-")


@dataclass
class Look:
    """Skin, hair and clothes of one person."""

    skin: str
    hair: str
    top: str
    legs: str
    style: str = "short"
    sleeve: bool = False
    heavy: float = 1.0
    shorts: bool = False


@dataclass
class Figure:
    """One person in one position; limbs that are drawn give layers to put in order."""

    look: Look
    hip: Point
    torso: float
    facing: int = 1
    size: float = 1.15
    head: float | None = None
    curve: float = 0
    layers: dict[str, str] = field(default_factory=dict)
    knees: dict[str, Point] = field(default_factory=dict)
    ankles: dict[str, Point] = field(default_factory=dict)
    toes: dict[str, Point] = field(default_factory=dict)
    hands: dict[str, Point] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Place the trunk."""
        self.waist = towards(self.hip, self.torso - self.curve, TORSO * 0.5 * self.size)
        self.chest = towards(self.waist, self.torso + self.curve, TORSO * 0.36 * self.size)
        self.shoulder = towards(self.waist, self.torso + self.curve, TORSO * 0.5 * self.size)
        up = self.torso + self.curve if self.head is None else self.head
        self.neck = towards(self.shoulder, up, NECK * self.size)
        self.skull = towards(self.shoulder, up, (NECK + HEAD * 0.9) * self.size)
        self.up = up

    def paint(self, name: str, far: bool) -> str:
        """Colour of a part; the far side lies in shade."""
        colour = getattr(self.look, name)
        return shade(colour, -0.24) if far else colour

    def chain(self, colour: str, *bones: tuple[Point, Point, float, float]) -> str:
        """Limbs of one colour as one shape with one shaded underside."""
        under, over = "", ""
        for a, b, ra, rb in bones:
            ra, rb = ra * self.size, rb * self.size
            x, y = -0.08 * (ra + rb) / 2, -0.14 * (ra + rb) / 2
            under += limb(a, b, ra, rb)
            over += limb((a[0] + x, a[1] + y), (b[0] + x, b[1] + y), ra * 0.86, rb * 0.86)
        return f'<path d="{under}" fill="{shade(colour, -0.16)}"/><path d="{over}" fill="{colour}"/>'

    def leg(
        self,
        name: str,
        ankle: Point,
        bend: int,
        foot: float,
        far: bool = False,
        seen: float = 1,
        crossed: bool = False,
    ) -> None:
        """A leg from the hip to the ankle; foot is the direction of the toes, seen < 1 foreshortens it, crossed puts the shin in front."""
        s, heavy, look = self.size, self.look.heavy, self.look
        hip = (self.hip[0], self.hip[1] - (6 if far else 0))
        knee = joint(hip, ankle, THIGH * s * seen, SHIN * s * seen, bend)
        shin = angle_of(knee, ankle)
        ankle = towards(knee, shin, SHIN * s * seen)
        heel = towards(towards(ankle, shin, 7 * s), foot, -4 * s)
        toes = towards(heel, foot, FOOT * s)
        skin, cloth = self.paint("skin", far), self.paint("legs", far)
        calf = towards(knee, shin, SHIN * 0.3 * s * seen)
        thigh = (hip, knee, 51 * heavy, 35 * heavy)
        below = self.chain(
            skin, (calf, ankle, 33 if look.shorts else 24, 17), (heel, toes, 17, 10)
        )
        if look.shorts:
            below = self.chain(
                skin, (knee, calf, 31, 33), (calf, ankle, 33, 17), (heel, toes, 17, 10)
            )
            above = self.chain(
                cloth,
                (
                    hip,
                    towards(hip, angle_of(hip, knee), THIGH * 0.86 * s * seen),
                    51 * heavy,
                    38 * heavy,
                ),
            )
            knees = self.chain(
                skin, (towards(hip, angle_of(hip, knee), THIGH * 0.6 * s * seen), knee, 36, 33)
            )
            drawn = knees + above + below if crossed else knees + below + above
        else:
            hem = towards(knee, shin, SHIN * 0.8 * s * seen)
            trousers = ((knee, calf, 35 * heavy, 33 * heavy), (calf, hem, 33 * heavy, 23))
            drawn = (
                self.chain(cloth, thigh) + below + self.chain(cloth, *trousers)
                if crossed
                else below + self.chain(cloth, *trousers, thigh)
            )
        self.layers[name] = drawn
        self.knees[name], self.ankles[name], self.toes[name] = knee, ankle, toes

    def arm(
        self,
        name: str,
        wrist: Point,
        bend: int,
        hand: float | None = None,
        far: bool = False,
        seen: float = 1,
    ) -> None:
        """An arm from the shoulder to the wrist; hand is the direction of the fingers."""
        s = self.size
        elbow = joint(self.shoulder, wrist, UPPER_ARM * s * seen, FOREARM * s * seen, bend)
        fore = angle_of(elbow, wrist)
        wrist = towards(elbow, fore, FOREARM * s * seen)
        palm = towards(wrist, fore if hand is None else hand, 20 * s)
        fingers = towards(palm, fore if hand is None else hand, 22 * s)
        skin, top = self.paint("skin", far), self.paint("top", far)
        bare = [
            (self.shoulder, elbow, 27, 20),
            (elbow, wrist, 20, 14),
            (wrist, palm, 13, 16),
            (palm, fingers, 15, 9),
        ]
        if self.look.sleeve:
            cloth = [
                (self.shoulder, elbow, 30, 25),
                (elbow, towards(elbow, fore, FOREARM * 0.75 * s * seen), 25, 19),
            ]
        else:
            cloth = [
                (
                    self.shoulder,
                    towards(
                        self.shoulder,
                        angle_of(self.shoulder, elbow),
                        UPPER_ARM * 0.36 * s * seen,
                    ),
                    31,
                    28,
                )
            ]
        self.layers[name] = self.chain(skin, *bare) + self.chain(top, *cloth)
        self.hands[name] = palm

    def trunk(self) -> str:
        """Hips, waist and chest in one shirt."""
        s, heavy, look = self.size, self.look.heavy, self.look
        chest = towards(self.chest, self.torso + self.curve - 90 * self.facing, 4 * s)
        low = towards(self.hip, self.torso - self.curve, 34 * s)
        neck = self.chain(shade(look.skin, -0.08), (self.shoulder, self.neck, 24, 20))
        hips = self.chain(look.legs, (self.hip, low, 52 * heavy, 48 * heavy))
        shirt = (
            (low, self.waist, 50 * heavy, 46 * heavy),
            (self.waist, chest, 46 * heavy, 52),
            (chest, towards(self.shoulder, self.torso, -6), 51, 36),
        )
        return neck + hips + self.chain(look.top, *shirt)

    def face(self) -> str:
        """The head in profile, with hair; no features but nose, ear and jaw."""
        s, look, f = self.size, self.look, self.facing
        r = HEAD * s
        turn = -(self.up - 90)
        skin, dark = look.skin, shade(look.skin, -0.16)
        jaw = f'<path d="M{short(-r * 0.1)} {short(r * 0.5)}Q{short(r * 0.2)} {short(r * 1.26)} {short(r * 0.66)} {short(r * 1.04)}Q{short(r * 0.98)} {short(r * 0.9)} {short(r * 0.9)} {short(r * 0.3)}Z" fill="{skin}"/>'
        nose = f'<path d="M{short(r * 0.84)}-{short(r * 0.16)}Q{short(r * 1.24)} {short(r * 0.34)} {short(r * 0.84)} {short(r * 0.46)}Z" fill="{skin}"/>'
        skull = f'<circle r="{short(r)}" fill="{skin}"/>'
        ear = f'<ellipse cx="{short(-r * 0.08)}" cy="{short(r * 0.24)}" rx="{short(r * 0.13)}" ry="{short(r * 0.22)}" fill="{dark}"/>'
        crown = f"M{short(r * 0.74)}-{short(r * 0.76)}A{short(r * 1.07)} {short(r * 1.07)} 0 1 0-{short(r * 0.72)} {short(r * 0.8)}"
        cap = f'<path d="{crown}Q-{short(r * 0.34)} {short(r * 0.5)}-{short(r * 0.16)} {short(r * 0.02)}Q{short(r * 0.28)}-{short(r * 0.12)} {short(r * 0.74)}-{short(r * 0.76)}Z" fill="{look.hair}"/>'
        behind, over = "", ""
        if look.style == "bun":
            behind = f'<circle cx="-{short(r * 0.98)}" cy="-{short(r * 0.62)}" r="{short(r * 0.42)}" fill="{shade(look.hair, -0.15)}"/>'
        elif look.style == "tail":
            behind = f'<path d="M-{short(r * 0.8)}-{short(r * 0.5)}Q-{short(r * 1.7)}-{short(r * 0.3)}-{short(r * 1.5)} {short(r * 1.2)}Q-{short(r * 1.2)} {short(r * 0.5)}-{short(r * 0.7)} {short(r * 0.3)}Z" fill="{shade(look.hair, -0.15)}"/>'
        elif look.style == "curls":
            behind = "".join(
                f'<circle cx="{short(r * x)}" cy="{short(r * y)}" r="{short(r * 0.44)}" fill="{look.hair}"/>'
                for x, y in (
                    (-0.85, 0.3),
                    (-0.95, -0.25),
                    (-0.7, -0.7),
                    (-0.2, -0.98),
                    (0.35, -0.9),
                )
            )
        elif look.style == "scarf":
            over = f'<path d="M{short(r * 0.62)}-{short(r * 0.86)}A{short(r * 1.09)} {short(r * 1.09)} 0 0 0-{short(r * 1.06)} {short(r * 0.2)}Q-{short(r * 1.1)} {short(r * 1.3)}-{short(r * 0.5)} {short(r * 1.6)}Q{short(r * 0.4)} {short(r * 1.7)} {short(r * 0.6)} {short(r * 1.16)}Q{short(r * 0.06)} {short(r * 0.7)} {short(r * 0.2)}-{short(r * 0.1)}Q{short(r * 0.3)}-{short(r * 0.6)} {short(r * 0.62)}-{short(r * 0.86)}Z" fill="{look.hair}"/>'
            cap = ""
        elif look.style == "beard":
            over = f'<path d="M-{short(r * 0.1)} {short(r * 0.36)}Q{short(r * 0.3)} {short(r * 0.7)} {short(r * 0.92)} {short(r * 0.62)}Q{short(r * 0.98)} {short(r * 1.16)} {short(r * 0.5)} {short(r * 1.2)}Q{short(r * 0.06)} {short(r * 1.1)}-{short(r * 0.1)} {short(r * 0.36)}Z" fill="{look.hair}"/>'
        inner = behind + skull + jaw + nose + cap + ear + over
        mirror = " scale(-1 1)" if f < 0 else ""
        return f'<g transform="translate({short(self.skull[0])} {short(self.skull[1])}) rotate({short(turn)}){mirror}">{inner}</g>'.replace(
            "--", ""
        )

    def drawn(self, *order: str) -> str:
        """All layers in this order; trunk and face are known by name."""
        return "".join(
            {"trunk": self.trunk, "face": self.face}[name]()
            if name in ("trunk", "face")
            else self.layers[name]
            for name in order
        )
