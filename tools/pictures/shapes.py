"""The shapes of the tools: each function draws one thing around its own origin."""

from __future__ import annotations

import math

from paper import (
    MATERIALS,
    Drawing,
    bend,
    body,
    disc,
    group,
    short,
)

INK = "#14211d"


def roller(d: Drawing, length: float, radius: float, bands: int) -> str:
    """A ridged roller from its hollow near end along x."""
    depth = radius * 0.42
    ridges = []
    for row in (-0.8, -0.45, -0.05, 0.38, 0.74):
        y = radius * row
        tall = radius * 0.17 * math.sqrt(1 - row * row) + 2
        shift = depth * math.sqrt(1 - row * row)
        for band in range(bands):
            start = length * (band + 0.1) / bands + shift
            wide = length * 0.8 / bands
            if band % 2:
                step = wide / 4
                ridges += [
                    (start + step * part, y - tall / 2, step * 0.62, tall) for part in range(4)
                ]
            else:
                ridges.append((start, y - tall / 2, wide, tall))
    marks = "".join(
        f"M{short(x)} {short(y)}h{short(w)}v{short(h)}h-{short(w)}z" for x, y, w, h in ridges
    )
    rings = "".join(bend(length * band / bands, radius, depth) for band in range(1, bands))
    return (
        body(length, radius, depth, d.across("green"))
        + f'<path d="{marks}" fill="#08392b" opacity=".42"/>'
        + f'<path d="{rings}" fill="none" stroke="#0b4434" stroke-width="{short(radius * 0.05)}" opacity=".6"/>'
        + disc(0, radius, depth, "#2a8768")
        + disc(0, radius * 0.62, depth * 0.62, "#0f5743")
        + disc(depth * 0.06, radius * 0.54, depth * 0.54, d.across("core"))
    )


def ball(d: Drawing, x: float, y: float, radius: float, material: str) -> str:
    """A plain ball with a soft light."""
    shine = (
        f'<ellipse cx="{short(x - radius * 0.36)}" cy="{short(y - radius * 0.45)}" rx="{short(radius * 0.3)}" ry="{short(radius * 0.18)}"'
        f' fill="#fff" opacity=".2" transform="rotate(-38 {short(x - radius * 0.36)} {short(y - radius * 0.45)})"/>'
    )
    return f'<circle cx="{short(x)}" cy="{short(y)}" r="{short(radius)}" fill="{d.round(material)}"/>{shine}'


def grain(radius: float, turn: float = 24) -> str:
    """Rings of beech on a ball around the origin."""
    lines = "".join(
        f'<ellipse cy="{short(-radius * at)}" rx="{short(radius * math.sqrt(1 - at * at) * 0.97)}" ry="{short(radius * 0.2)}"/>'
        for at in (-0.62, -0.3, 0.05, 0.4, 0.7)
    )
    return f'<g fill="none" stroke="#8a5a2a" stroke-width="{short(radius * 0.022)}" opacity=".26" transform="rotate({short(turn)})">{lines}</g>'


def tip(d: Drawing, material: str, length: float = 230, radius: float = 64) -> str:
    """The pointed attachment from its base along x."""
    r, at = radius, length
    return (
        f'<path d="M0-{short(r)}C{short(at * 0.45)}-{short(r * 1.04)} {short(at * 0.8)}-{short(r * 0.72)} {short(at * 0.94)}-{short(r * 0.36)}'
        f"Q{short(at * 1.04)} 0 {short(at * 0.94)} {short(r * 0.36)}C{short(at * 0.8)} {short(r * 0.72)} {short(at * 0.45)} {short(r * 1.04)} 0 {short(r)}"
        f'A{short(r * 0.26)} {short(r)} 0 0 1 0-{short(r)}Z" fill="{d.across(material)}"/>'
        f'<path d="M{short(at * 0.12)}-{short(r * 0.55)}Q{short(at * 0.55)}-{short(r * 0.62)} {short(at * 0.84)}-{short(r * 0.3)}" fill="none" stroke="#fff"'
        f' stroke-width="{short(r * 0.1)}" stroke-linecap="round" opacity=".22"/>'
    )


def dome(d: Drawing, material: str, radius: float = 100) -> str:
    """The rounded attachment from its base along x: a neck and a soft dome, 2.15 radii long."""
    r = radius
    n = r * 1.05
    return (
        body(n + r * 0.1, r * 0.56, r * 0.15, d.across(material))
        + f'<path d="M{short(n)}-{short(r)}C{short(n + r * 1.4)}-{short(r * 0.98)} {short(n + r * 1.4)} {short(r * 0.98)} {short(n)} {short(r)}'
        f'A{short(r * 0.27)} {short(r)} 0 0 1 {short(n)}-{short(r)}Z" fill="{d.across(material)}"/>'
        f'<path d="M{short(n + r * 0.25)}-{short(r * 0.66)}Q{short(n + r * 0.7)}-{short(r * 0.55)} {short(n + r * 0.9)}-{short(r * 0.22)}" fill="none" stroke="#fff"'
        f' stroke-width="{short(r * 0.09)}" stroke-linecap="round" opacity=".25"/>'
    )


def collar(d: Drawing, length: float = 38, radius: float = 68) -> str:
    """The metal ring that an attachment screws into."""
    return body(length, radius, radius * 0.26, d.across("metal")) + (
        f'<path d="{bend(length * 0.5, radius, radius * 0.26)}" fill="none" stroke="#6d7a80" stroke-width="4" opacity=".5"/>'
    )


def ball_handle(
    d: Drawing,
    radius: float = 210,
    turn: float = -22,
    fitted: str | None = None,
    grained: bool = True,
) -> str:
    """The spherical handle around the origin, with what is screwed into it."""
    metal = group(collar(d), radius * 0.9, 0)
    if fitted:
        metal += group(tip(d, fitted), radius * 0.9 + 40, 0)
    else:
        metal += group(
            disc(0, 44, 13, "#5a666b") + disc(2, 34, 9, "#2e373a"), radius * 0.9 + 40, 0
        )
    return (
        ball(d, 0, 0, radius, "wood")
        + (grain(radius) if grained else "")
        + group(metal, 0, 0, turn)
    )


def t_handle(d: Drawing) -> str:
    """The T-handle: a stem up from the origin and a rounded grip across."""
    stem = group(body(230, 52, 14, d.across("wood")), 0, 0, -90)
    ring = group(collar(d, 36, 60), 0, 36, -90)
    grip = (
        f'<rect x="-270" y="-330" width="540" height="132" rx="66" fill="{d.across("wood")}"/>'
        '<path d="M-220-292Q-40-306 140-290M-190-258Q20-244 215-262" fill="none" stroke="#8a5a2a" stroke-width="5" stroke-linecap="round" opacity=".28"/>'
        f'<circle cx="0" cy="-264" r="22" fill="{MATERIALS["wood"][2]}" opacity=".55"/>'
    )
    return ring + stem + grip


def coil(d: Drawing) -> str:
    """A rolled strap lying on the floor, its tail running out to the right in three loops."""
    light, middle, dark = MATERIALS["coral"]
    high = 96
    tail = "M-10 118C150 128 250 40 380 70S560 150 690 96"
    ribbon = f"{tail}v{high}C560 {150 + high - 4} 500 {70 + high + 10} 380 {70 + high}S150 {128 + high} -10 {118 + high}Z"
    loops = "".join(
        f'<path d="M{x} {y}v{high}" stroke="{dark}" stroke-width="10" opacity=".75"/><path d="M{x + 14} {y + 3}v{high}" stroke="#fff" stroke-width="3" stroke-dasharray="9 8" opacity=".75"/>'
        for x, y in ((250, 71), (430, 87), (600, 121))
    )
    rings = "".join(
        f'<ellipse rx="{short(230 * part)}" ry="{short(128 * part)}" fill="none" stroke="{dark}" stroke-width="7" opacity=".55"/>'
        for part in (0.88, 0.75, 0.62, 0.49, 0.36)
    )
    side = f'<path d="M-230 0v{high}A230 128 0 0 0 230 {high}V0A230 128 0 0 1-230 0Z" fill="{d.across("coral")}"/>'
    lines = "".join(
        f'<path d="M-230 {at}A230 128 0 0 0 230 {at}" fill="none" stroke="#fff" stroke-width="3" stroke-dasharray="9 8" opacity=".55"/>'
        for at in (14, high - 14)
    )
    return (
        f'<path d="{ribbon}" fill="{middle}"/><path d="{ribbon}" fill="{dark}" opacity=".18"/>{loops}{side}{lines}'
        f'<ellipse rx="230" ry="128" fill="{light}"/>{rings}<ellipse rx="52" ry="29" fill="{dark}"/><ellipse rx="40" ry="21" cy="5" fill="#6d2514"/>'
    )


def webbing(length: float, wide: float, loops: int = 0) -> str:
    """A flat strap along x from the origin, seen from above, with stitched loops."""
    light, middle, dark = MATERIALS["coral"]
    half = wide / 2
    seams = "".join(
        f'<path d="M{short(length * at / (loops + 1) - half * 0.5)}-{short(half)}h{short(half)}v{short(wide)}h-{short(half)}z" fill="{dark}" opacity=".35"/>'
        f'<path d="M{short(length * at / (loops + 1) - half * 0.4)}-{short(half * 0.8)}l{short(half * 0.8)} {short(wide * 0.8)}m0-{short(wide * 0.8)}l-{short(half * 0.8)} {short(wide * 0.8)}"'
        f' stroke="#fff" stroke-width="3" stroke-dasharray="8 6" opacity=".8"/>'
        for at in range(1, loops + 1)
    )
    return (
        f'<rect y="-{short(half)}" width="{short(length)}" height="{short(wide)}" fill="{middle}"/>'
        f'<path d="M0-{short(half * 0.72)}H{short(length)}M0 {short(half * 0.72)}H{short(length)}" stroke="#fff" stroke-width="3" stroke-dasharray="9 8" opacity=".6"/>'
        f'<path d="M0 0H{short(length)}" stroke="{light}" stroke-width="{short(wide * 0.22)}" opacity=".35"/>{seams}'
    )


def rolled_mat(d: Drawing, length: float = 660, radius: float = 120, held: bool = True) -> str:
    """A rolled mat from its spiral end along x, held by two bands or loose."""
    depth = radius * 0.42
    light, _, dark = MATERIALS["sage"]
    spiral = "M0 0"
    for step in range(1, 15):
        angle, out = step * math.pi / 2, radius * 0.9 * step / 14
        spiral += f"A{short(out * 0.42)} {short(out)} 0 0 1 {short(out * 0.42 * math.cos(angle))} {short(out * math.sin(angle))}"
    bands = "".join(
        f'<path d="{bend(length * at, radius + 2, depth)}" fill="none" stroke="{MATERIALS["coral"][1]}" stroke-width="30"/>'
        for at in (0.24, 0.7)
        if held
    )
    return (
        body(length, radius, depth, d.across("sage"))
        + bands
        + disc(0, radius, depth, light)
        + (f'<path d="{spiral}" fill="none" stroke="{dark}" stroke-width="6" opacity=".8"/>')
    )


def hand(scale: float = 1) -> str:
    """An open left hand, 460 high, its wrist at the origin, drawn as one outline."""
    wrist = "M-38-70-34 130M0-60V130M38-70 34 130"
    palm = "M-50-60-62-190M-16-40-20-200M18-40 20-198M48-60 58-186M-54-90 66-90M-58-140 62-140M-60-186 56-186"
    fingers = "M-68-190-90-318M-27-200-33-376M18-200 24-386M60-190 78-338M30-40Q110-90 150-196"
    both = wrist + palm + fingers
    style = 'fill="none" stroke-linecap="round" stroke-linejoin="round"'
    inner = f'<path d="{both}" {style} stroke="#5d4a3d" stroke-width="50"/><path d="{both}" {style} stroke="#f6e7d8" stroke-width="42"/>'
    return group(inner, 0, 0, 0, scale) if scale != 1 else inner


def measure(x1: float, y1: float, x2: float, y2: float) -> str:
    """A dimension line with end marks."""
    if y1 == y2:
        ends = f"M{short(x1)} {short(y1 - 18)}v36M{short(x2)} {short(y1 - 18)}v36"
    else:
        ends = f"M{short(x1 - 18)} {short(y1)}h36M{short(x1 - 18)} {short(y2)}h36"
    return f'<path d="M{short(x1)} {short(y1)}L{short(x2)} {short(y2)}{ends}" stroke="{INK}" stroke-width="4" stroke-linecap="round" fill="none" opacity=".7"/>'


def peanut(d: Drawing) -> str:
    """Two balls joined by a waist, along x."""
    shape = "M-180-185C-50-185-80-96 0-96S50-185 180-185A185 185 0 0 1 180 185C50 185 80 96 0 96S-50 185-180 185A185 185 0 0 1-180-185Z"
    lights = "".join(
        f'<circle cx="{x}" r="185" fill="{d.round("coral")}"/><ellipse cx="{x - 62}" cy="-84" rx="54" ry="32" fill="#fff" opacity=".2" transform="rotate(-38 {x - 62} -84)"/>'
        for x in (-180, 180)
    )
    return f'<path d="{shape}" fill="{MATERIALS["coral"][1]}"/><path d="M-120-120Q0-72 120-120V140Q0 74-120 140Z" fill="{d.across("coral")}"/>{lights}'
