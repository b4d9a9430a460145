"""The shapes of the tools in the drawings: each function draws one thing around its own origin."""

from __future__ import annotations

import math

from paper import (
    Drawing,
    bend,
    body,
    disc,
    group,
    short,
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
