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
    """20 pixels are 1 cm: the roller is 30 by 14.4 cm, the hand 18.5 cm long."""
    d = Drawing(ground=ROLLER_GROUND)
    d.shadow(620, 500, 400, 56)
    d.add(group(roller(d, 480, 144, 3), 360, 350))
    d.add(measure(300, 560, 900, 560), measure(210, 206, 210, 494))
    d.add(group(hand(), 590, 1110))
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
    """5 pixels are 1 mm: ball 62, crossbar 110, tips 45 long, dome 35."""
    d = Drawing()
    d.shadow(350, 770, 230, 54)
    d.shadow(850, 690, 250, 50)
    d.shadow(570, 1000, 120, 32)
    d.shadow(880, 1000, 130, 34)
    d.add(group(t_handle(d), 830, 650, 0, 1.02))
    d.add(group(ball_handle(d, 210, -24), 330, 620, 0, 0.74))
    d.add(group(tip(d, "deep", 225, 56), 550, 995, -90))
    d.add(group(collar(d, 34, 50), 850, 1003, -90), group(dome(d, "coral", 88), 850, 972, -90))
    return d


def _tool_set_scale() -> Drawing:
    """38 pixels are 1 cm: hand 18.5, ball 6.2, crossbar 11 by 7.5, tips 4.5 long, dome 3.5."""
    d = Drawing()
    d.add(group(hand(1.9), 330, 1150))
    d.shadow(890, 392, 170, 36)
    d.shadow(900, 724, 180, 34)
    d.shadow(800, 1024, 100, 26)
    d.shadow(1030, 1024, 110, 26)
    d.add(group(ball_handle(d, 210, -24), 860, 260, 0, 0.56))
    d.add(group(t_handle(d), 890, 690, 0, 0.774))
    d.add(group(tip(d, "deep", 171, 44), 790, 1020, -90))
    d.add(
        group(collar(d, 28, 38), 1010, 1024, -90), group(dome(d, "coral", 66), 1010, 1000, -90)
    )
    d.add(
        measure(742, 110, 978, 110), measure(681, 780, 1099, 780), measure(700, 849, 700, 1020)
    )
    return d


def _tool_set_parts() -> Drawing:
    d = Drawing()
    d.add(
        f'<path d="M330 790 980 420" stroke="{INK}" stroke-width="4" stroke-dasharray="4 16" stroke-linecap="round" opacity=".5"/>'
    )
    d.shadow(330, 980, 280, 60)
    d.add(group(ball_handle(d, 190, -30), 310, 800))
    d.add(group(tip(d, "deep", 230, 64), 660, 602, -30))
    d.add(group(dome(d, "coral", 70), 935, 443, -30))
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
    d.shadow(630, 900, 260, 56)
    d.add(group(collar(d, 60, 112), 600, 900, -90), group(dome(d, "coral", 200), 600, 850, -90))
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
    """All that is in the box: roller, strap, both handles, both tips."""
    d = Drawing()
    d.shadow(430, 470, 380, 66)
    d.shadow(330, 930, 270, 74)
    d.shadow(955, 580, 190, 40)
    d.shadow(780, 980, 190, 46)
    d.shadow(1020, 980, 110, 28)
    d.add(group(roller(d, 420, 136, 3), 230, 420, -14))
    d.add(group(coil(d), 230, 790, 0, 0.56))
    d.add(group(t_handle(d), 940, 560, 0, 0.62))
    d.add(group(ball_handle(d, 210, -58, "deep", grained=False), 770, 860, 0, 0.52))
    d.add(group(dome(d, "coral", 62), 1005, 975, -90))
    return d


def _kit_starter() -> Drawing:
    d = Drawing(ground=ROLLER_GROUND)
    d.shadow(580, 560, 420, 70)
    d.shadow(430, 950, 330, 90)
    d.shadow(930, 940, 170, 46)
    d.add(group(roller(d, 470, 150, 3), 350, 480, -14))
    d.add(group(coil(d), 285, 790, 0, 0.64))
    d.add(ball(d, 900, 838, 110, "blue"))
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
