"""Two ways to do the same, measured in turns in one process, so that a busy machine harms both."""

import random
import statistics
import time
from collections.abc import Callable
from typing import NamedTuple

Call = Callable[[], object]


class Ratio(NamedTuple):
    """How many times as long ours takes: the middle round, and the tenth from either end."""

    middle: float
    low: float
    high: float
    ours_ms: float
    bare_ms: float


def ratio(ours: Call, bare: Call, *, rounds: int, calls: int) -> Ratio:
    """Time both in each round, in a new order each time, and compare within the round."""
    for call in (ours, bare):
        seconds(call, calls)
    pairs = [one_round(ours, bare, calls) for _ in range(rounds)]
    ratios = sorted(mine / other for mine, other in pairs)
    tenth = max(1, rounds // 10)
    return Ratio(
        statistics.median(ratios), ratios[tenth - 1], ratios[-tenth],
        1000 * statistics.median(mine for mine, _ in pairs),
        1000 * statistics.median(other for _, other in pairs),
    )  # fmt: skip


def one_round(ours: Call, bare: Call, calls: int) -> tuple[float, float]:
    """Give the seconds of one call of each; which comes first is left to chance."""
    if random.random() < 0.5:
        mine, other = seconds(ours, calls), seconds(bare, calls)
    else:
        other, mine = seconds(bare, calls), seconds(ours, calls)
    return mine, other


def seconds(call: Call, calls: int) -> float:
    """Give the seconds of one call, over so many."""
    began = time.perf_counter()
    for _ in range(calls):
        call()
    return (time.perf_counter() - began) / calls
