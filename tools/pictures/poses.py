"""Drawings of people in position: one for each routine, from the same bones and the same studio."""

from __future__ import annotations

import math
from collections.abc import Callable

from figure import Figure, Look, towards
from paper import MATERIALS, PERSON_GROUND, Drawing, group, short
from shapes import ball, ball_handle

CORAL = MATERIALS["coral"][1]

ANA = Look("#8a5033", "#2b2422", "#f3ece0", "#3d5266", "bun")
BO = Look("#e2ac86", "#6b4a2f", "#2f62a6", "#27323a", "short", heavy=1.1)
CHI = Look("#efc7a0", "#1f1d1d", "#d98b6a", "#1f5f4e", "tail")
DAN = Look("#5d3626", "#1c1716", "#c9d6cd", "#3a4a44", "beard", shorts=True)
EVE = Look("#d99f78", "#b9b4ac", "#6d5a8c", "#33404a", "curls", heavy=1.08)
FAY = Look("#c48a60", "#2f5f8a", "#e7ded0", "#4a3f52", "scarf", sleeve=True)
GUS = Look("#f0c9ac", "#c9c3b8", "#1d7759", "#4a4f55", "short", heavy=1.05, shorts=True)
HAL = Look("#754430", "#1c1716", "#e2b64a", "#2d3b52", "short")


def studio(floor: float = 640, mat: bool = True) -> Drawing:
    """Warm sand, with a mat on the floor."""
    d = Drawing(1200, 800, PERSON_GROUND)
    if mat:
        _, middle, dark = MATERIALS["sage"]
        d.add(
            f'<path d="M150 {floor - 62}H1050L1130 {floor + 66}H70Z" fill="{middle}"/><path d="M70 {floor + 66}H1130v8H70Z" fill="{dark}"/>'
        )
    return d


def roller_end(d: Drawing, x: float, y: float, radius: float) -> str:
    """A roller seen from its end, lying across the picture."""
    teeth = "".join(
        f'<circle cx="{short(x + (radius - 1) * math.cos(turn))}" cy="{short(y + (radius - 1) * math.sin(turn))}" r="{short(radius * 0.13)}"/>'
        for turn in [step * math.pi / 7 for step in range(14)]
    )
    back = f'<circle cx="{short(x + 16)}" cy="{short(y - 14)}" r="{short(radius)}" fill="#0c4737"/>'
    return (
        back
        + f'<g fill="#176349">{teeth}</g><circle cx="{short(x)}" cy="{short(y)}" r="{short(radius)}" fill="{d.round("green")}"/><circle cx="{short(x)}" cy="{short(y)}" r="{short(radius * 0.56)}" fill="#082c22"/>'
    )


def band(*points: tuple[float, float], width: float = 11) -> str:
    """A strap drawn tight between points."""
    path = "M" + "L".join(f"{short(x)} {short(y)}" for x, y in points)
    return f'<path d="{path}" fill="none" stroke="{CORAL}" stroke-width="{short(width)}" stroke-linejoin="round" stroke-linecap="round"/>'


def bench(x: float, y: float, width: float, floor: float) -> str:
    """A plain wooden stool or bench."""
    legs = f'<path d="M{short(x + 26)} {short(y + 20)}L{short(x + 12)} {short(floor)}M{short(x + width - 26)} {short(y + 20)}L{short(x + width - 12)} {short(floor)}" stroke="#8e6236" stroke-width="20" stroke-linecap="round"/>'
    return f'{legs}<rect x="{short(x)}" y="{short(y)}" width="{short(width)}" height="32" rx="14" fill="#d3a26c"/><rect x="{short(x)}" y="{short(y)}" width="{short(width)}" height="12" rx="6" fill="#ecc597"/>'


def _hamstring() -> Drawing:
    d = studio()
    p = Figure(CHI, (440, 560), 104, head=96)
    p.leg("near", (822, 606), 1, 84)
    p.leg("far", (700, 610), 1, 8, far=True)
    p.arm("far_arm", (300, 600), 1, 200, far=True)
    p.arm("near_arm", (290, 624), 1, 200)
    d.shadow(520, 662, 420, 46)
    d.add(
        p.drawn("far_arm", "far", "trunk", "near"),
        roller_end(d, 606, 640, 44),
        p.drawn("face", "near_arm"),
    )
    return d


def _calf() -> Drawing:
    d = studio()
    p = Figure(DAN, (430, 572), 112, head=100)
    p.leg("near", (826, 560), 1, 80)
    p.leg("far", (690, 612), 1, 6, far=True)
    p.arm("far_arm", (280, 604), 1, 195, far=True)
    p.arm("near_arm", (262, 628), 1, 195)
    d.shadow(500, 662, 400, 44)
    d.shadow(745, 676, 110, 24)
    d.add(
        p.drawn("far_arm", "far", "trunk", "near"),
        roller_end(d, 736, 632, 44),
        p.drawn("face", "near_arm"),
    )
    return d


def _glutes() -> Drawing:
    d = studio()
    p = Figure(EVE, (470, 530), 114, head=98)
    p.leg("far", (735, 616), 1, 4, far=True)
    p.arm("far_arm", (300, 606), 1, 195, far=True)
    p.arm("near_arm", (280, 630), 1, 195)
    knee = p.knees["far"]
    p.leg("near", (knee[0] + 4, knee[1] - 34), -1, 20, seen=0.66, crossed=True)
    d.shadow(490, 664, 330, 42)
    d.add(
        p.drawn("far_arm", "far"),
        ball(d, 452, 616, 48, "blue"),
        p.drawn("trunk", "near", "face", "near_arm"),
    )
    return d


def _hip() -> Drawing:
    d = studio(690)
    p = Figure(FAY, (530, 486), 90, head=88, size=1.1)
    p.leg("near", (728, 654), 1, 0)
    p.leg("far", (318, 668), 1, 205, far=True)
    knee = p.knees["near"]
    p.arm("far_arm", (knee[0] - 20, knee[1] - 46), -1, 0, far=True)
    p.arm("near_arm", (knee[0] - 34, knee[1] - 48), -1, 350)
    d.shadow(540, 706, 360, 40)
    d.add(p.drawn("far_arm", "far", "trunk", "near", "face", "near_arm"))
    return d


def _lower_back() -> Drawing:
    d = studio()
    p = Figure(GUS, (610, 580), 180, facing=1, head=184, curve=3)
    p.leg("far", (740, 470), 1, 60, far=True)
    p.leg("near", (716, 486), 1, 60)
    p.arm("far_arm", (p.knees["near"][0] + 62, p.knees["near"][1] + 34), -1, 300, far=True)
    p.arm("near_arm", (p.knees["near"][0] + 56, p.knees["near"][1] + 52), -1, 300)
    d.shadow(480, 655, 360, 40)
    d.add(p.drawn("far_arm", "far", "trunk", "near", "face", "near_arm"))
    d.shadow(900, 664, 110, 24)
    d.add(ball(d, 868, 622, 46, "coral"), ball(d, 936, 626, 46, "coral"))
    return d


def _upper_back() -> Drawing:
    d = studio()
    p = Figure(BO, (620, 560), 170, head=158, curve=-2)
    p.leg("far", (850, 606), 1, 4, far=True)
    p.leg("near", (810, 622), 1, 4)
    under = (p.skull[0] + 18, p.skull[1] + 40)
    p.arm("far_arm", (under[0] - 20, under[1] - 30), 1, 20, far=True, seen=0.8)
    p.arm("near_arm", under, -1, 160, seen=0.8)
    d.shadow(560, 664, 360, 42)
    d.add(
        p.drawn("far_arm", "far"),
        roller_end(d, p.chest[0] + 24, 628, 46),
        p.drawn("trunk", "near", "near_arm", "face"),
    )
    return d


def _neck() -> Drawing:
    d = studio()
    p = Figure(HAL, (560, 574), 92, head=78)
    p.leg("far", (596, 606), 1, 30, far=True, crossed=True)
    p.leg("near", (574, 630), 1, 10, crossed=True)
    p.arm("far_arm", (p.hip[0] + 120, p.hip[1] - 24), -1, 330, far=True)
    x, y = p.shoulder
    p.arm("near_arm", (x - 30, y - 84), 1, 190, seen=0.95)
    d.shadow(590, 664, 280, 44)
    d.add(
        p.drawn("far_arm", "far", "trunk", "near", "face", "near_arm"),
        group(ball_handle(d, 210, 40, "deep", grained=False), x - 92, y - 84, 0, 0.22),
    )
    return d


def _forearm() -> Drawing:
    d = studio(720, mat=False)
    d.shadow(560, 724, 430, 40)
    p = Figure(CHI, (420, 520), 78, head=70, size=1.1)
    p.leg("far", (610, 688), 1, 0, far=True)
    p.leg("near", (560, 694), 1, 0)
    p.arm("near_arm", (740, 404), -1, 356)
    p.arm("far_arm", (672, 366), -1, 340, far=True)
    d.add(bench(330, 576, 200, 716), p.drawn("far", "trunk", "near"))
    d.add(
        bench(590, 462, 420, 716),
        p.drawn("far_arm"),
        ball(d, 676, 434, 30, "blue"),
        p.drawn("face", "near_arm"),
    )
    return d


def _foot() -> Drawing:
    d = studio(716, mat=False)
    d.shadow(640, 724, 360, 36)
    wood = 'fill="none" stroke-linecap="round" stroke-width="22"'
    d.add(
        f'<path d="M748 340V706M900 560V706" stroke="#b98550" {wood}/><path d="M748 556H904" stroke="#d3a26c" {wood}/><path d="M748 342V470" stroke="#ecc597" {wood}/>'
    )
    p = Figure(GUS, (560, 396), 90, head=84, size=1.02)
    p.leg("far", (548, 690), 1, 0, far=True)
    p.leg("near", (650, 644), 1, 352)
    p.arm("far_arm", (728, 330), -1, 10, far=True)
    p.arm("near_arm", (548, 400), -1, 280)
    d.add(
        p.drawn("far_arm", "far", "trunk"),
        ball(d, 690, 690, 27, "coral"),
        p.drawn("near", "face", "near_arm"),
    )
    return d


def _sit_bone() -> Drawing:
    d = studio()
    p = Figure(ANA, (620, 474), 207, head=176)
    p.leg("far", (836, 606), 1, 4, far=True)
    p.leg("near", (800, 622), 1, 4)
    p.arm("far_arm", (652, 616), -1, 0, far=True)
    p.arm("near_arm", (640, 642), -1, 0)
    d.shadow(600, 662, 380, 40)
    d.add(p.drawn("far_arm", "far", "trunk", "near", "face", "near_arm"))
    return d


def _hinge() -> Drawing:
    d = studio(716, mat=False)
    d.shadow(560, 722, 300, 34)
    p = Figure(HAL, (540, 374), 18, head=30, size=1.05)
    p.leg("near", (552, 690), 1, 0)
    p.leg("far", (212, 462), -1, 262, far=True)
    x, y = p.shoulder
    p.arm("far_arm", (x + 60, y + 212), 1, 280, far=True)
    p.arm("near_arm", (x + 14, y + 222), 1, 270)
    d.add(p.drawn("far_arm", "far", "trunk", "near", "face", "near_arm"))
    return d


def _whole_leg() -> Drawing:
    d = studio()
    p = Figure(EVE, (390, 574), 66, head=52, curve=8)
    p.leg("far", (748, 600), 1, 80, far=True)
    p.leg("near", (760, 612), 1, 82)
    sole = towards(p.toes["near"], 180, 4)
    p.arm("far_arm", (636, 492), -1, 350, far=True)
    p.arm("near_arm", (624, 506), -1, 350)
    d.shadow(560, 660, 360, 40)
    grip = p.hands["near_arm"]
    d.add(
        p.drawn("far_arm", "far", "trunk", "near"),
        band(grip, (sole[0] + 16, sole[1] + 4), (sole[0] + 24, sole[1] + 26), grip),
        p.drawn("face", "near_arm"),
    )
    return d


def _cramp() -> Drawing:
    d = studio(700, mat=False)
    d.shadow(600, 712, 420, 40)
    d.add(
        '<path d="M-10 380h90v250h-90z" fill="#b98550"/><path d="M60 620v84M500 620v84" stroke="#8e6236" stroke-width="24" stroke-linecap="round"/><rect x="-20" y="500" width="560" height="136" rx="26" fill="#6f86a0"/>'
        '<rect x="-20" y="480" width="560" height="76" rx="36" fill="#f7f2ea"/><rect x="70" y="428" width="170" height="74" rx="34" fill="#dfe7ee"/>'
    )
    p = Figure(BO, (450, 450), 62, head=52, curve=8)
    p.leg("far", (600, 672), 1, 0, far=True)
    p.leg("near", (780, 652), 1, 70)
    sole = p.toes["near"]
    p.arm("far_arm", (690, 470), -1, 330, far=True)
    p.arm("near_arm", (676, 486), -1, 330)
    grip = p.hands["near_arm"]
    d.add(
        p.drawn("far_arm", "far", "trunk", "near"),
        band(grip, (sole[0] + 12, sole[1] + 2), (sole[0] + 22, sole[1] + 26), grip),
        p.drawn("face", "near_arm"),
    )
    return d


POSES: dict[str, Callable[[], Drawing]] = {
    "r-hamstring-press-stretch": _hamstring,
    "r-calf": _calf,
    "r-glutes": _glutes,
    "r-hip": _hip,
    "r-lower-back": _lower_back,
    "r-upper-back": _upper_back,
    "r-neck": _neck,
    "r-forearm": _forearm,
    "r-foot": _foot,
    "r-sit-bone": _sit_bone,
    "r-hinge-march": _hinge,
    "r-whole-leg": _whole_leg,
    "r-cramp-now": _cramp,
}
