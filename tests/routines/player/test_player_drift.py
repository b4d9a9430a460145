"""The figure of the player's clock finds a clock that is wrong."""

import pytest

from benchmarks.player_drift import BEGINS, weigh

SECONDS, KINDS = [5, 30, 5, 30, 0], ["get_ready", "hold", "switch_side", "hold", "end"]


def run(*, late_ms=0.0, sound_late_ms=0.0, seen="hidden"):
    """Make an hour-glass of a run: Start at 1,000, a device that began at 300, samples each second."""
    ends = [6_000, 36_000, 41_000, 71_000]
    samples = [
        {"steady": steady, "wall": 9_000_000 + steady, "device": steady - 300, "seen": seen, "index": index,
         "ends_at": 9_000_000 + ends[index] + late_ms}
        for steady in range(1_000, 72_000, 1_000) for index in [sum(end <= steady for end in ends[:3])]
    ]  # fmt: skip
    sounds = [
        {"pitch": BEGINS, "when": at - 300 + sound_late_ms, "asked": 1_000} for at in (6_000, 41_000)
    ]  # fmt: skip
    return weigh(SECONDS, KINDS, samples, {"begun": 1_000, "beats": [0, 200, 1_200], "sounds": sounds})  # fmt: skip


def test_a_right_clock_holds():
    found = run()

    assert (found.timer, found.sounds, found.heard, found.slept) == (
        0,
        pytest.approx(0),
        2,
        1_000,
    )
    assert found.holds(100)


@pytest.mark.parametrize("wrong", [{"late_ms": 120}, {"late_ms": -120}, {"sound_late_ms": 120}, {"seen": "visible"}])  # fmt: skip
def test_a_wrong_clock_or_a_tab_that_was_never_hidden_does_not(wrong):
    assert not run(**wrong).holds(100)
