"""A movement as numbers: the poses between the two ends of a clip, or round a circle of them.

An entry of clips.yaml names a pose of poses.yaml, the far end, and says in `from` what is other at the near
end. Every number between is the blend of both, and each pose between is solved anew, so that feet stay on
the floor and hands on the wall all the way.
"""

import math

import numpy as np
from posing import Pose, merge
from skeleton import Body

SHAPE = ("female", "muscle", "weight", "age", "stature", "roots")
ROUNDS = 3  # of the search for where the hips are while something stays in its place


def mix(values: list, weights: list[float]):
    """The weighted mean of all numbers; what is no number has to be the same in all."""
    first = values[0]
    if all(isinstance(v, dict) and v.keys() == first.keys() for v in values):
        return {key: mix([v[key] for v in values], weights) for key in first}
    if all(isinstance(v, list | tuple) and len(v) == len(first) for v in values):
        return [mix(list(each), weights) for each in zip(*values, strict=True)]
    if all(v == first for v in values):
        return first
    if not all(isinstance(v, int | float) and not isinstance(v, bool) for v in values):
        raise SystemExit(f"the ends of a movement differ in more than numbers: {values}")
    return sum(v * w for v, w in zip(values, weights, strict=True))


USUAL = {"height": 1.0, "t": 0.5, "from": 0, "above": 13}  # everything else is usually nothing


def nothing(key: str, value):
    """What a key of this kind of value usually is where an entry does not name it."""
    if isinstance(value, dict):
        return {name: nothing(name, each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [nothing(key, each) for each in value]
    return USUAL.get(key, 0) if isinstance(value, int | float) else value


def level(stations: list[dict]) -> list[dict]:
    """The same keys in all stations."""
    usual: dict = {}
    for station in stations:
        usual = merge(usual, {key: nothing(key, value) for key, value in station.items()})
    return [merge(usual, station) for station in stations]


def ends(clip: dict, poses: dict[str, dict]) -> list[dict]:
    """The poses a movement goes through: two ends, or the stations of a circle."""
    pose = merge(poses[clip["pose"]], clip.get("with", {}))
    if "round" in clip:
        return level([merge(pose, over) for over in clip["round"]])
    return level([merge(pose, clip["from"]), pose])


def weights(count: int, phase: float) -> list[float]:
    """How much of each station: of two ends at 0 to 1, or of more that lie round a circle."""
    if count == 2:
        return [1 - phase, phase]
    turns = [math.cos(2 * math.pi * (phase - number / count)) for number in range(count)]
    return [(1 + 2 * turned) / count for turned in turns]


def phases(clip: dict) -> list[float]:
    """The phases that are drawn: evenly from end to end, or evenly round without the last."""
    count = clip["frames"]
    if "round" in clip:
        return [number / count for number in range(count)]
    return [number / (count - 1) for number in range(count)]


class Movement:
    """All poses of a clip, in one place of the world."""

    def __init__(self, clip: dict, poses: dict[str, dict]):
        self.clip, self.stations = clip, ends(clip, poses)
        person = self.stations[0]["person"]
        self.body = Body(**{key: person[key] for key in SHAPE if key in person})
        self.first = self.solve(self.stations[0])
        self.moved = np.zeros(2)

    def solve(self, entry: dict) -> Pose:
        """One pose."""
        return Pose(entry, self.body)

    def pose(self, phase: float) -> Pose:
        """The pose at a phase, with what is pinned in its place."""
        entry = mix(self.stations, weights(len(self.stations), phase))
        anchor = self.clip.get("anchor")
        if anchor is None:
            return self.solve(entry)
        home = self.point(self.first, anchor)
        solved = self.solve(self.pinned(entry))
        for _ in range(ROUNDS):
            gap = home - self.point(solved, anchor)
            if np.linalg.norm(gap) < 0.002:
                break
            self.moved = self.moved + gap
            solved = self.solve(self.pinned(entry))
        return solved

    @staticmethod
    def point(pose: Pose, name: str) -> np.ndarray:
        """Where a bone begins, or a prop is, on the floor plan."""
        found = pose.props[name]["at"] if name in pose.props else pose.stance.P[name]
        return np.array(found[:2])

    def pinned(self, entry: dict) -> dict:
        """The entry with the hips moved, and with what is pinned held back by as much."""
        left, back = self.first.yaw.T[:2, :2] @ self.moved
        held = np.array([-back, left, 0]) / self.body.k
        over: dict = {"stands": [float(v) for v in self.moved]}
        for path in self.clip.get("pin", ()):
            keys = path.split(".")
            value = self.stations[0]
            for key in keys:
                value = value[key]
            here = [float(v) for v in np.array(value) - held]
            for key in reversed(keys):
                here = {key: here}
            over = merge(over, here)
        return merge(entry, over)


def pace(clip: dict, rate: float) -> list[int]:
    """Which drawn frame to show at each tick of a loop: out, hold, back, rest; eased at both ends."""
    count = clip["frames"]
    if "round" in clip:
        ticks = round(clip["out"] * rate)
        return [round(tick * count / ticks) % count for tick in range(ticks)]
    out = _eased(round(clip["out"] * rate), count)
    back = _eased(round(clip["back"] * rate), count)[::-1]
    return [
        *out,
        *[count - 1] * round(clip["hold"] * rate),
        *back,
        *[0] * round(clip["rest"] * rate),
    ]


def _eased(ticks: int, count: int) -> list[int]:
    """From the first frame to the last, slow at both ends."""
    return [
        round((1 - math.cos(math.pi * (tick + 0.5) / ticks)) / 2 * (count - 1))
        for tick in range(ticks)
    ]
