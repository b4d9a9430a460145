"""The things in the pictures. Each stands on z = 0 about the origin; lengths are metres."""

import itertools
import math
from collections.abc import Callable

import bpy
import numpy as np
from materials import plain, webbing, wood
from solids import Profile, band, box, lathe, mesh

Things = list[bpy.types.Object]


# ------------------------------------------------------------------- rollers
def groove(length: float, bands: int) -> Callable[[float, float], float]:
    """How deep the massage profile lies at an angle and a height of a roller."""

    def depth(turn: float, z: float) -> float:
        place = min(max(z / length + 0.5, 0), 0.9999) * bands
        number = int(place)
        edge = abs(place - number - 0.5) * 2  # 0 in the middle of a band, 1 at its edge
        if edge > 0.94:
            return 0.003
        if edge > 0.84:
            return 0
        long = math.sin(turn * 12) > (0.72 if number % 2 else 0.9)
        blocks = math.sin(turn * 12 + math.pi) > 0.62
        rows = math.sin((place - number - 0.5) * 2 * math.pi * 4.5) > 0.1
        if number % 2:
            return 0.0032 if long else 0
        return 0.0032 if long or (blocks and rows) else 0

    return depth


def roller(
    length: float = 0.30, radius: float = 0.072, hole: float = 0.038, colour: str = "spruce"
) -> Things:
    """Foam roller along x with bands of massage profile."""
    depth = groove(length, 3 if length < 0.5 else 9)
    half, rim = length / 2, 0.007

    def carved(turn: float, z: float, r: float) -> float:
        return r - depth(turn, z) if r > radius - 1e-4 else r

    corner = [
        (radius - rim + rim * math.sin(a), -half + rim - rim * math.cos(a))
        for a in np.linspace(0, math.pi / 2, 6)
    ]
    side = [
        (radius, z) for z in np.linspace(-half + rim, half - rim, int(min(1000 * length, 500)))
    ]
    outline = [(hole, -half), (hole + 0.003, -half), *corner[:-1], *side]
    outline += [(r, -z) for r, z in corner[::-1][1:]]
    outline += [(hole + 0.003, half), (hole, half), (hole, -half)]
    foam = plain("foam", colour, rough=0.62, spec=0.35, bump=0.25, grain=900)
    body = lathe("roller", outline, foam, 480, carved)
    inner = hole - 0.0035
    tube: Profile = [
        (inner, -half + 0.004),
        (inner, half - 0.004),
        (hole, half - 0.002),
        (hole, -half + 0.002),
        (inner, -half + 0.004),
    ]
    core = lathe("core", tube, plain("core", "#20453e", rough=0.4), 96)
    for part in (body, core):
        part.rotation_euler = (0, math.pi / 2, 0)
        part.location = (0, 0, radius)
    soft = body.modifiers.new("soft", "SMOOTH")
    soft.factor, soft.iterations = 0.5, 2
    return [body, core]


# --------------------------------------------------------------------- balls
def even_points(count: int) -> np.ndarray:
    """Points spread evenly over the unit sphere."""
    number = np.arange(count) + 0.5
    turn, lean = number * math.pi * (1 + math.sqrt(5)), np.arccos(1 - 2 * number / count)
    return np.stack([np.cos(turn) * np.sin(lean), np.sin(turn) * np.sin(lean), np.cos(lean)], 1)


def ball(radius: float = 0.0325, colour: str = "blue", dimples: int = 130) -> Things:
    """Pressure ball with shallow dimples."""
    outline = [
        (max(1e-5, radius * math.sin(a)), -radius * math.cos(a))
        for a in np.linspace(0.001, math.pi - 0.001, 160)
    ]
    made = lathe("ball", outline, plain("rubber", colour, rough=0.55, spec=0.4), 240)
    points = np.array([v.co for v in made.data.vertices])
    away = points / np.linalg.norm(points, axis=1)[:, None]
    nearest = np.arccos(np.clip((away @ even_points(dimples).T).max(1), -1, 1))
    hollow = np.clip(1 - nearest / 0.115, 0, 1)
    depth = 0.03 * radius * hollow * hollow * (3 - 2 * hollow)
    points = away * (radius - depth)[:, None] + (0, 0, radius)
    made.data.vertices.foreach_set("co", points.astype(np.float32).ravel())
    made.data.update()
    return [made]


def peanut(radius: float = 0.03, length: float = 0.125, colour: str = "coral") -> Things:
    """Two balls along x joined by a waist."""
    outline, apart, waist = [], length / 2 - radius, 0.62 * radius
    for x in np.linspace(-length / 2 + 1e-6, length / 2 - 1e-6, 240):
        if abs(x) > apart:
            r = math.sqrt(radius**2 - (abs(x) - apart) ** 2)
        else:
            r = waist + (radius - waist) * (0.5 - 0.5 * math.cos(math.pi * x / apart))
        outline.append((max(1e-5, r), x))
    outline = [(1e-5, -length / 2), *outline, (1e-5, length / 2)]
    made = lathe("peanut", outline, plain("tpe", colour, rough=0.5, spec=0.4), 160)
    made.rotation_euler = (0, math.pi / 2, 0)
    made.location = (0, 0, radius)
    return [made]


# ---------------------------------------------------------- furniture and room
def exercise_mat(
    length: float = 1.83, width: float = 0.61, thick: float = 0.015, colour: str = "sage"
) -> Things:
    """Mat along x; its top is at `thick`."""
    foam = plain("mat", colour, rough=0.95, spec=0.1, bump=0.2, grain=300)
    return [box("mat", (length, width, thick), foam, round_by=0.005)]


def wall(y: float = 0.5, colour: str = "#e4dccf") -> Things:
    """A wall behind things, across x, with a skirting board."""
    paint = plain("wall", colour, rough=0.95, spec=0.1)
    board = plain("skirting", "#f3efe6", rough=0.6)
    points = [(-8, 0, 0), (8, 0, 0), (8, 0, 6), (-8, 0, 6)]
    plane = mesh("wall", points, [(0, 1, 2, 3)], paint, smooth=False)
    plane.location = (0, y, 0)
    return [plane, box("skirting", (16, 0.016, 0.08), board, (0, y - 0.008, 0))]


def chair(seat: float = 0.45, colour: str = "#d9b587") -> Things:
    """A plain chair that looks to -y; the seat's top is at `seat`."""
    timber = plain("chair", colour, rough=0.5)
    made = [box("seat", (0.42, 0.42, 0.03), timber, (0, 0, seat - 0.03))]
    for x in (-0.18, 0.18):
        made.append(box("leg", (0.035, 0.035, seat - 0.03), timber, (x, -0.18, 0)))
        made.append(box("leg", (0.035, 0.035, seat + 0.42), timber, (x, 0.19, 0)))
    for z in (seat + 0.14, seat + 0.32):
        made.append(box("back", (0.38, 0.02, 0.09), timber, (0, 0.19, z)))
    return made


def bench(high: float = 0.45, length: float = 1.1, colour: str = "#d9b587") -> Things:
    """A bench along x, also a step or a bed's edge at another height."""
    timber = plain("bench", colour, rough=0.5)
    made = [box("top", (length, 0.36, 0.045), timber, (0, 0, high - 0.045))]
    for x in (-length / 2 + 0.08, length / 2 - 0.08):
        made.append(box("leg", (0.05, 0.30, high - 0.045), timber, (x, 0, 0)))
    return made


def stability_ball(radius: float = 0.325, colour: str = "blue") -> Things:
    """A big soft ball, a little flat where it stands."""
    outline = [
        (max(1e-5, radius * math.sin(a)), max(0.0, radius * 0.985 - radius * math.cos(a)))
        for a in np.linspace(0.001, math.pi - 0.001, 90)
    ]
    made = lathe("stability-ball", outline, plain("vinyl", colour, rough=0.35, spec=0.5), 128)
    return [made]


def door_frame(wide: float = 0.85, high: float = 2.05, colour: str = "#f3efe6") -> Things:
    """A frame across x to lean a forearm or a heel on."""
    paint = plain("frame", colour, rough=0.55)
    post = (0.09, 0.14, high)
    left = box("post", post, paint, (-wide / 2 - 0.045, 0, 0))
    right = box("post", post, paint, (wide / 2 + 0.045, 0, 0))
    return [left, right, box("lintel", (wide + 0.18, 0.14, 0.09), paint, (0, 0, high))]


def book_stack(books: int = 2) -> Things:
    """Books lying on one another, spines to the front; each 4 cm thick."""
    made = []
    for i, colour in zip(
        range(books), ("coral", "spruce", "blue", "sand", "ink"), strict=False
    ):
        size = (0.25 - 0.012 * (i % 2), 0.18, 0.04)
        book = box("book", size, plain("book", colour, rough=0.6), (0, 0, 0.04 * i), 0.003)
        book.rotation_euler = (0, 0, math.radians((-4, 5, -2)[i % 3]))
        made.append(book)
    return made


def towel(length: float = 0.36, radius: float = 0.045, colour: str = "#e8e2d4") -> Things:
    """A rolled towel along x."""
    cloth = plain("towel", colour, rough=0.95, spec=0.05, sheen=0.5, bump=0.8, grain=260)
    path, normals = [], []
    for i in range(220):
        turn = i / 220 * 2 * math.pi * 4
        r = 0.008 + (radius - 0.008) * i / 219
        path.append((0, r * math.cos(turn), radius + r * math.sin(turn)))
        normals.append((0, math.cos(turn), math.sin(turn)))
    return [band(path, normals, cloth, width=length, thick=0.0085)]


# ------------------------------------------------------------------- the tools
def tip(kind: str = "pointed", colour: str | None = None) -> Things:
    """A tip that stands on its steel base."""
    outlines = {
        "pointed": [(0.0118, 0.008), (0.0124, 0.012), (0.0118, 0.022), (0.0088, 0.032)],
        "rounded": [(0.0120, 0.008), (0.0125, 0.011), (0.0128, 0.016), (0.0165, 0.022)],
    }
    ends = {"pointed": (0.006, 0.039), "rounded": (0.0175, 0.027)}
    r, z = ends[kind]
    dome = [(max(1e-5, r * math.cos(a)), z + r * math.sin(a)) for a in np.linspace(0, 1.57, 16)]
    colour = colour or {"pointed": "ink", "rounded": "coral"}[kind]
    rubber = plain("silicone", colour, rough=0.55, spec=0.4)
    head = lathe("tip", [*outlines[kind], *dome], rubber, 96)
    steel = plain("steel", "steel", rough=0.28, metal=1)
    base = [(1e-5, 0), (0.0105, 0), (0.0135, 0.002), (0.0135, 0.007), (0.0118, 0.009)]
    foot = lathe("base", base, steel, 96)
    for part in (head, foot):
        fine = part.modifiers.new("fine", "SUBSURF")
        fine.levels = fine.render_levels = 1
    return [head, foot]


def round_handle(radius: float = 0.031) -> Things:
    """Beech ball with a steel socket on its top."""
    outline = [
        (max(1e-5, radius * math.sin(a)), radius - radius * math.cos(a))
        for a in np.linspace(0.001, math.pi - 0.4, 80)
    ]
    made = lathe("handle", outline, wood(), 160)
    top = radius + radius * math.cos(0.4)
    return [made, socket(top - 0.001)]


def t_handle(wide: float = 0.11, high: float = 0.075) -> Things:
    """Beech crossbar along x on a stem, socket at the upper end of the stem."""
    bar_radius = 0.0165
    half = wide / 2
    outline = [(1e-5, -half)]
    for a in np.linspace(0.15, math.pi / 2, 10):
        outline.append((bar_radius * math.sin(a), -half + bar_radius * (1 - math.cos(a))))
    outline += [(bar_radius * 1.06, 0)]
    outline += [(r, -z) for r, z in outline[-2::-1]]
    grain = wood()
    bar = lathe("bar", outline, grain, 128)
    bar.rotation_euler = (0, math.pi / 2, 0)
    bar.location = (0, 0, bar_radius)
    stem_outline = [(0.0172, bar_radius * 0.6), (0.0145, 0.034), (0.0132, 0.048)]
    stem_outline += [(0.0140, high - 0.008), (0.0125, high - 0.004), (1e-5, high - 0.004)]
    stem = lathe("stem", stem_outline, wood(), 128)
    for part in (bar, stem):
        fine = part.modifiers.new("fine", "SUBSURF")
        fine.levels = fine.render_levels = 2
    return [bar, stem, socket(high - 0.005)]


def socket(z: float) -> bpy.types.Object:
    """The steel thread that holds a tip."""
    steel = plain("steel", "steel", rough=0.3, metal=1)
    outline = [(1e-5, z), (0.0125, z), (0.0135, z + 0.001), (0.0135, z + 0.004)]
    outline += [
        (0.0120, z + 0.005),
        (0.0065, z + 0.005),
        (0.0065, z + 0.012),
        (1e-5, z + 0.012),
    ]
    return lathe("socket", outline, steel, 96)


# ----------------------------------------------------------- strap and rolled things
def rolled(
    inner: float, step: float, turns: float, tail: float, fine: int = 96
) -> tuple[list, list]:
    """A path in x and z: a spiral that stands on z = 0, then flat along x; and where it looks."""
    last = -math.pi / 2
    outer = inner + step * turns
    path, normals = [], []
    for i in range(int(turns * fine) + 1):
        turn = last - 2 * math.pi * turns + 2 * math.pi * i / fine
        r = outer - step * (last - turn) / (2 * math.pi)
        path.append((r * math.cos(turn), 0, outer + r * math.sin(turn)))
        normals.append((math.cos(turn), 0, math.sin(turn)))
    start, count = path[-1][0], max(2, int(tail / 0.002))
    for i in range(1, count + 1):
        path.append((start + tail * i / count, 0, 0))
        normals.append((0, 0, -1))
    return path, normals


def strap_along(
    path: list, normals: list, colour: str = "coral", width: float = 0.038
) -> Things:
    """The strap along any path: `normals` say where its flat side looks at each point."""
    return [band(path, normals, webbing(colour), width, 0.0024)]


def looped(
    path: list,
    normals: list,
    seams: list[float],
    colour: str = "coral",
    width: float = 0.038,
    bow: float = 0.009,
    outside: int = 1,
) -> Things:
    """The strap with a second layer sewn on at `seams` (metres from the start), open between them."""
    points = np.array(path, float)
    lengths = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    made = strap_along(path, normals, colour, width)
    looks = np.array(normals, float) * outside
    second, second_looks = [], []
    for here, look, along in zip(points, looks, lengths, strict=True):
        if seams[0] - 0.008 <= along <= seams[-1] + 0.008:
            second.append(here + look * (0.0026 + bow * openness(along, seams)))
            second_looks.append(look)
    made += strap_along(second, second_looks, colour, width)
    for seam in seams:
        made += stitches(points, looks, lengths, seam, width)
    return made


def openness(along: float, seams: list[float], hold: float = 0.009) -> float:
    """0 where the two layers are sewn together, 1 in the middle between two seams."""
    for start, end in itertools.pairwise(seams):
        if start + hold < along < end - hold:
            share = (along - start - hold) / (end - start - 2 * hold)
            return math.sin(math.pi * share) ** 1.2
    return 0


def stitches(
    points: np.ndarray, looks: np.ndarray, lengths: np.ndarray, seam: float, width: float
) -> Things:
    """A box seam with a cross, in a lighter thread, on top of both layers."""
    thread = plain("thread", "#e9b9a6", rough=0.8)

    def at(along: float, across: float) -> tuple:
        i = min(int(np.searchsorted(lengths, along)), len(points) - 2)
        forward = points[i + 1] - points[i]
        forward = forward / (np.linalg.norm(forward) or 1)
        side = np.cross(forward, looks[i])
        rest = along - lengths[i]
        return points[i] + forward * rest + side * across + looks[i] * 0.0042, looks[i]

    half, wide = 0.0065, width / 2 - 0.005
    corners = [(-half, -wide), (half, -wide), (half, wide), (-half, wide)]
    lines = [*zip(corners, [*corners[1:], corners[0]], strict=True)]
    lines += [(corners[0], corners[2]), (corners[1], corners[3])]
    made = []
    for (a, b), (c, d) in lines:
        steps = [at(seam + a + (c - a) * t, b + (d - b) * t) for t in np.linspace(0, 1, 6)]
        made.append(band([p for p, _ in steps], [n for _, n in steps], thread, 0.0011, 0.0009))
    return made


def strap_coil(colour: str = "coral", turns: int = 9, width: float = 0.038) -> Things:
    """The strap rolled up on its edge's side, the free end with two sewn loops along x."""
    path, normals = rolled(0.012, 0.0046, turns, 0.21)
    total = float(np.linalg.norm(np.diff(np.array(path), axis=0), axis=1).sum())
    seams = [total - 0.155, total - 0.085, total - 0.012]
    made = looped(path, normals, seams, colour, width, 0.012, -1)
    for thing in made:
        thing.location.z += 0.0014
    return made


def strap_end(colour: str = "coral", length: float = 0.34, width: float = 0.038) -> Things:
    """The end of the strap, flat along x, its last loops open upwards."""
    xs = np.linspace(-length / 2, length / 2, 200)
    path = [(x, 0, 0.0014) for x in xs]
    seams = [0.02, 0.11, 0.20, length - 0.012]
    return looped(path, [(0, 0, 1)] * len(path), seams, colour, width, 0.02)


def mat_rolled(
    turns: float = 5, tail: float = 0.0, straps: bool = True, colour: str = "sage"
) -> Things:
    """The exercise mat rolled up along y, with a loose end along x or with its two straps."""
    foam = plain("mat", colour, rough=0.95, spec=0.1, bump=0.2, grain=300)
    path, normals = rolled(0.024, 0.0155, turns, max(tail, 0.004))
    made = [band(path, normals, foam, width=0.61, thick=0.015)]
    last = slice(int(turns * 96) - 96, int(turns * 96) + 1)  # the outer turn
    around = [np.array(p) + np.array(n) * 0.0088 for p, n in zip(path, normals, strict=True)]
    for y in (-0.17, 0.17) if straps else ():
        hoop = band(around[last], normals[last], webbing("ink"), width=0.026, thick=0.0025)
        hoop.location = (0, y, 0)
        made.append(hoop)
    for thing in made:
        thing.location.z += 0.0085
    return made
