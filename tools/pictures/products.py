"""Pictures of the products: each function puts the shapes of one picture on its ground."""

from __future__ import annotations

import math
from collections.abc import Callable

from paper import MATERIALS, ROLLER_GROUND, STRAP_GROUND, Drawing, group
from shapes import (
    INK,
    ball,
    ball_handle,
    coil,
    collar,
    dome,
    hand,
    measure,
    peanut,
    rolled_mat,
    roller,
    t_handle,
    tip,
    webbing,
)


def _roller_long() -> Drawing:
    d = Drawing(ground=ROLLER_GROUND)
    d.shadow(640, 760, 560, 110)
    d.add(group(roller(d, 800, 132, 6), 205, 735, -16))
    return d


def _roller_mini_scale() -> Drawing:
    d = Drawing(ground=ROLLER_GROUND)
    d.shadow(620, 510, 460, 60)
    d.add(group(roller(d, 640, 168, 3), 290, 330))
    d.add(measure(220, 560, 1000, 560), measure(140, 162, 140, 498))
    d.add(group(hand(), 610, 1120))
    return d


def _roller_mini_end() -> Drawing:
    d = Drawing(ground=ROLLER_GROUND)
    d.shadow(640, 930, 420, 80)
    teeth = "".join(
        f'<rect x="-34" y="-330" width="68" height="40" rx="9" transform="rotate({turn})"/>'
        for turn in range(0, 360, 20)
    )
    d.add(
        group(
            f'<g fill="{MATERIALS["green"][1]}">{teeth}</g><circle r="318" fill="{d.round("green")}"/><circle r="206" fill="#0f5743"/>'
            f'<circle r="188" fill="{d.round("core")}"/><circle r="318" fill="none" stroke="#5fb396" stroke-width="5" opacity=".5"/>',
            600, 600,
        )
    )  # fmt: skip
    return d


def _roller_mini_surface() -> Drawing:
    d = Drawing(ground=ROLLER_GROUND)
    rows = []
    for row in range(-1, 5):
        y = 80 + row * 250
        rows.append(f"M-40 {y}h420v96h-420z" + f"M860 {y}h420v96h-420z")
        rows += [f"M{470 + part * 100} {y}h62v96h-62z" for part in range(4)]
    path = "".join(rows)
    d.add(
        f'<g transform="rotate(-14 600 600)"><rect x="-200" y="-200" width="1600" height="1600" fill="{d.across("green")}"/>'
        f'<path d="{path}" fill="#06301f" opacity=".4" transform="translate(10 14)"/><path d="{path}" fill="#2c8a6b"/>'
        f'<path d="M420-200v1600M826-200v1600" stroke="#0b4434" stroke-width="16"/></g>'
    )
    return d


def _strap() -> Drawing:
    d = Drawing(ground=STRAP_GROUND)
    d.shadow(600, 740, 520, 150)
    d.add(group(coil(d), 390, 560))
    return d


def _strap_scale() -> Drawing:
    d = Drawing(ground=STRAP_GROUND)
    d.add(group(hand(1.35), 600, 1010))
    d.shadow(620, 690, 560, 60, 0.6)
    d.add(group(webbing(1060, 104, 4), 180, 690))
    d.add(measure(110, 638, 110, 742))
    return d


def _strap_loop() -> Drawing:
    d = Drawing(ground=STRAP_GROUND)
    light, middle, dark = MATERIALS["coral"]
    d.shadow(640, 800, 520, 130)
    d.add(
        group(
            f'<path d="M0-150H430C600-150 600 150 430 150H0V70H400C480 70 480-70 400-70H0Z" fill="{dark}"/>'
            f'<path d="M-560-150H0V150H-560Z" fill="{middle}"/><path d="M-560-112H0M-560 112H0" stroke="#fff" stroke-width="6" stroke-dasharray="20 16" opacity=".6"/>'
            f'<path d="M0-150H430C600-150 600 150 430 150 560 110 540-30 420-70H0Z" fill="{middle}"/><path d="M0-112H430C470-112 500-98 520-76" fill="none" stroke="#fff" stroke-width="6" stroke-dasharray="20 16" opacity=".6"/>'
            f'<rect x="-210" y="-130" width="230" height="260" fill="{light}" opacity=".35"/><path d="M-200-118H8V118H-200ZL8 118M8-118-200 118" fill="none" stroke="#fff" stroke-width="8" stroke-dasharray="22 14" opacity=".9"/>',
            560, 610, -12,
        )
    )  # fmt: skip
    return d


def _tool_set() -> Drawing:
    d = Drawing()
    d.shadow(440, 760, 300, 70)
    d.shadow(850, 690, 240, 50)
    d.shadow(620, 990, 130, 34)
    d.shadow(900, 990, 150, 38)
    d.add(group(t_handle(d), 850, 650, 0, 0.82))
    d.add(group(ball_handle(d, 205, -24), 400, 570))
    d.add(group(tip(d, "deep", 250, 70), 610, 985, -90))
    d.add(group(dome(d, "coral", 100), 880, 985, -90))
    return d


def _tool_set_scale() -> Drawing:
    d = Drawing()
    d.add(group(hand(1.35), 360, 1010))
    d.shadow(830, 470, 190, 40)
    d.shadow(800, 900, 130, 30)
    d.shadow(1020, 900, 110, 30)
    d.add(group(ball_handle(d, 140, -24), 820, 330, 0, 1))
    d.add(
        group(tip(d, "deep", 190, 52), 790, 895, -90),
        group(dome(d, "coral", 76), 1010, 895, -90),
    )
    d.add(measure(680, 520, 960, 520), measure(680, 700, 680, 895))
    return d


def _tool_set_parts() -> Drawing:
    d = Drawing()
    d.add(
        f'<path d="M330 790 980 420" stroke="{INK}" stroke-width="4" stroke-dasharray="4 16" stroke-linecap="round" opacity=".5"/>'
    )
    d.shadow(330, 980, 280, 60)
    d.add(group(ball_handle(d, 190, -30), 310, 800))
    d.add(group(tip(d, "deep", 230, 64), 660, 602, -30))
    d.add(group(dome(d, "coral", 84), 960, 430, -30))
    return d


def _spherical_handle() -> Drawing:
    d = Drawing()
    d.shadow(640, 880, 380, 80)
    d.add(group(ball_handle(d, 290, -26), 570, 600))
    return d


def _t_handle() -> Drawing:
    d = Drawing()
    d.shadow(630, 890, 300, 60)
    d.add(group(t_handle(d), 600, 850, 0, 1.35))
    return d


def _pointed() -> Drawing:
    d = Drawing()
    d.shadow(630, 900, 270, 56)
    d.add(
        group(collar(d, 60, 120), 600, 890, -90), group(tip(d, "deep", 500, 150), 600, 840, -90)
    )
    return d


def _rounded() -> Drawing:
    d = Drawing()
    d.shadow(640, 880, 320, 70)
    d.add(group(collar(d, 60, 112), 600, 900, -90), group(dome(d, "coral", 230), 600, 850, -90))
    return d


def _pressure_ball() -> Drawing:
    d = Drawing()
    d.shadow(640, 880, 370, 80)
    d.add(ball(d, 590, 600, 290, "blue"))
    dots = []
    for row in range(-3, 4):
        up = row * 24
        for column in range(-4, 5):
            side = column * 22 + (11 if row % 2 else 0)
            a, b = math.radians(up), math.radians(side)
            if abs(side) > 78:
                continue
            x, y = 590 + 290 * math.cos(a) * math.sin(b), 600 + 290 * math.sin(a)
            dots.append(
                f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{11 * math.cos(b) * math.cos(a) + 3:.0f}"/>'
            )
    d.add(f'<g fill="#153a6e" opacity=".5">{"".join(dots)}</g>')
    return d


def _peanut_ball() -> Drawing:
    d = Drawing()
    d.shadow(640, 820, 500, 90)
    d.add(group(peanut(d), 600, 630, -8))
    return d


def _mat() -> Drawing:
    d = Drawing(ground=ROLLER_GROUND)
    d.shadow(640, 800, 560, 130)
    d.add(
        f'<path d="M300 800 1010 590 1140 700 420 940Z" fill="{MATERIALS["sage"][1]}"/><path d="M420 940 1140 700v14L420 956Z" fill="{MATERIALS["sage"][2]}"/>'
    )
    d.add(group(rolled_mat(d, 740, 150, held=False), 235, 720, -16.5))
    return d


def _kit_hamstring() -> Drawing:
    d = Drawing()
    d.shadow(560, 560, 420, 70)
    d.shadow(430, 950, 330, 90)
    d.shadow(900, 960, 230, 60)
    d.add(group(roller(d, 470, 150, 3), 330, 480, -14))
    d.add(group(coil(d), 285, 790, 0, 0.64))
    d.add(group(ball_handle(d, 210, -56, "deep"), 900, 845, 0, 0.66))
    return d


def _kit_starter() -> Drawing:
    d = Drawing(ground=ROLLER_GROUND)
    d.shadow(620, 520, 500, 80)
    d.shadow(440, 930, 340, 80)
    d.shadow(920, 930, 190, 50)
    d.add(group(rolled_mat(d, 720, 112), 240, 470, -9))
    d.add(group(roller(d, 400, 140, 3), 220, 850, -12))
    d.add(ball(d, 890, 800, 135, "blue"))
    return d


PRODUCTS: dict[str, Callable[[], Drawing]] = {
    "roller-long": _roller_long,
    "roller-mini-scale": _roller_mini_scale,
    "roller-mini-end": _roller_mini_end,
    "roller-mini-surface": _roller_mini_surface,
    "strap": _strap,
    "strap-scale": _strap_scale,
    "strap-loop": _strap_loop,
    "pressure-tool-set": _tool_set,
    "pressure-tool-set-scale": _tool_set_scale,
    "pressure-tool-set-parts": _tool_set_parts,
    "spherical-handle": _spherical_handle,
    "t-handle": _t_handle,
    "pointed-attachment": _pointed,
    "rounded-attachment": _rounded,
    "pressure-ball": _pressure_ball,
    "peanut-ball": _peanut_ball,
    "mat": _mat,
    "kit-hamstring": _kit_hamstring,
    "kit-starter": _kit_starter,
}
