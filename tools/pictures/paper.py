"""The studio of all drawings: one backdrop, one light from the upper left, one set of materials."""

from __future__ import annotations

from dataclasses import dataclass, field

PERSON_GROUND = "#e9dfd1"

#: Light, middle and dark of each material.
MATERIALS = {
    "green": ("#3f9c7e", "#1d7759", "#0c4737"),
    "deep": ("#3a5d52", "#1b3a31", "#0c1f19"),
    "coral": ("#f09071", "#d9603f", "#a13c22"),
    "blue": ("#5f8fd0", "#2f62a6", "#1a3f74"),
    "wood": ("#f3d3a6", "#dba970", "#a5713c"),
    "metal": ("#ffffff", "#c3ccd1", "#7d898f"),
    "sage": ("#cfe2cd", "#a6c8ab", "#779e80"),
    "core": ("#123b2f", "#0b2a21", "#061812"),
}


def short(number: float) -> str:
    """Write a coordinate with as few characters as it needs."""
    return f"{number:.1f}".removesuffix(".0").replace("-0.", "-.") if number else "0"


@dataclass
class Drawing:
    """One SVG: what is asked for in gradients is defined once, in the order of use."""

    width: int = 1200
    height: int = 1200
    ground: str = PERSON_GROUND
    parts: list[str] = field(default_factory=list)
    defs: dict[str, str] = field(default_factory=dict)

    def add(self, *parts: str) -> None:
        """Put shapes on top of what is there."""
        self.parts.extend(parts)

    def across(self, material: str) -> str:
        """Paint for a round body lying along x: light above, dark below."""
        light, middle, dark = MATERIALS[material]
        self.defs[f"a-{material}"] = (
            f'<linearGradient id="a-{material}" x2="0" y2="1"><stop stop-color="{middle}"/><stop offset=".22" stop-color="{light}"/>'
            f'<stop offset=".55" stop-color="{middle}"/><stop offset="1" stop-color="{dark}"/></linearGradient>'
        )
        return f"url(#a-{material})"

    def round(self, material: str) -> str:
        """Paint for a ball."""
        light, middle, dark = MATERIALS[material]
        self.defs[f"r-{material}"] = (
            f'<radialGradient id="r-{material}" cx=".36" cy=".3" r=".75"><stop stop-color="{light}"/><stop offset=".5" stop-color="{middle}"/>'
            f'<stop offset="1" stop-color="{dark}"/></radialGradient>'
        )
        return f"url(#r-{material})"

    def shadow(self, x: float, y: float, rx: float, ry: float, strength: float = 1.0) -> None:
        """Lay a soft shadow on the floor."""
        self.defs["sh"] = (
            '<radialGradient id="sh"><stop stop-color="#1c2b26" stop-opacity=".42"/><stop offset=".55" stop-color="#1c2b26" stop-opacity=".16"/>'
            '<stop offset="1" stop-color="#1c2b26" stop-opacity="0"/></radialGradient>'
        )
        opacity = "" if strength == 1 else f' opacity="{short(strength)}"'
        self.add(
            f'<ellipse cx="{short(x)}" cy="{short(y)}" rx="{short(rx)}" ry="{short(ry)}" fill="url(#sh)"{opacity}/>'
        )

    def text(self) -> str:
        """Give the whole file."""
        light, edge = "#ffe9c8", "#a8742f"
        ground = (
            f'<radialGradient id="bg" cx=".4" cy=".3" r=".9"><stop stop-color="{light}" stop-opacity=".6"/><stop offset=".6" stop-color="{light}" stop-opacity=".25"/>'
            f'<stop offset="1" stop-color="{edge}" stop-opacity=".1"/></radialGradient>'
        )
        box = f'{self.width}" height="{self.height}"'
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}" data-ground="{self.ground}">'
            f"<defs>{ground}{''.join(self.defs.values())}</defs>"
            f'<rect width="{box} fill="{self.ground}"/><rect width="{box} fill="url(#bg)"/>'
            f"{''.join(self.parts)}</svg>\n"
        )


def group(inner: str, x: float, y: float, turn: float = 0, scale: float = 1) -> str:
    """Move, turn and scale some shapes."""
    moves = f"translate({short(x)} {short(y)})"
    if turn:
        moves += f" rotate({short(turn)})"
    if scale != 1:
        moves += f" scale({scale:g})"
    return f'<g transform="{moves}">{inner}</g>'


def body(length: float, radius: float, depth: float, paint: str) -> str:
    """Draw the mantle of a cylinder from x = 0, its near end, along x."""
    r, d = short(radius), short(depth)
    return f'<path d="M0-{r}H{short(length)}A{d} {r} 0 0 1 {short(length)} {r}H0A{d} {r} 0 0 1 0-{r}Z" fill="{paint}"/>'


def disc(x: float, radius: float, depth: float, paint: str, extra: str = "") -> str:
    """Draw a round end of a cylinder."""
    return f'<ellipse cx="{short(x)}" rx="{short(depth)}" ry="{short(radius)}" fill="{paint}"{extra}/>'


def bend(x: float, radius: float, depth: float) -> str:
    """Path of the visible half of a ring around a cylinder."""
    return f"M{short(x)}-{short(radius)}A{short(depth)} {short(radius)} 0 0 1 {short(x)} {short(radius)}"
