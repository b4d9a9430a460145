"""Measure how far the player is from the truth, half of the time in a tab that nobody sees.

    python -m benchmarks.player_drift [--minutes 10] [--limit 100]

Starts the demo shop in a temporary folder and a Chromium with its usual throttling, follows a routine with
its sound on, brings another tab to the front after a quarter of the time and the player back after three
quarters. The truth is the steady clock of the browser, from the press on Start. Printed are, in milliseconds:

- timer: how far what the player believes to be left is from what is left, at worst;
- sounds: how far the sounds with which the steps begin come from their moments, at worst, by the clock of the
  sound device as it really ran;
- the longest sleep between two beats of the page, which shows that throttling was at work.

The exit code is 1 when timer or sounds are off by the limit or more, or the tab was never hidden.
"""

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

PLAYER = "/routines/whole-leg-toes-to-hips/play?profile=slower"
BEGINS = 880  # hertz: the sound with which effort begins
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
WATCH = """
window.beats = [];
window.sounds = [];
const start = AudioScheduledSourceNode.prototype.start;
AudioScheduledSourceNode.prototype.start = function (when) {
  window.device = this.context;
  window.sounds.push({ pitch: this.frequency.value, when: when * 1000, asked: performance.now() });
  return start.call(this, when);
};
const every = window.setInterval;
window.setInterval = (act, wait) => every(() => { window.beats.push(performance.now()); act(); }, wait);
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-action=pause]")) window.begun ??= performance.now();
}, true);
"""
SAMPLE = """() => {
  const { segmentIndex, endsAt } = document.querySelector("[data-player]").dataset;
  return { steady: performance.now(), wall: Date.now(), device: window.device.currentTime * 1000,
           index: Number(segmentIndex), ends_at: Number(endsAt), seen: document.visibilityState };
}"""
KEPT = "() => ({ beats: window.beats, sounds: window.sounds, begun: window.begun })"

Sample = dict[str, Any]


@dataclass(frozen=True)
class Drift:
    """What was found; lengths in milliseconds."""

    timer: float
    sounds: float
    slept: float
    heard: int
    was_hidden: bool

    def holds(self, limit: float) -> bool:
        """Tell whether the tab was hidden, and everything right to the limit in milliseconds."""
        return self.was_hidden and self.heard > 0 and max(self.timer, self.sounds) < limit


def weigh(
    seconds: Sequence[int], kinds: Sequence[str], samples: Sequence[Sample], kept: Sample
) -> Drift:
    """Compare the player with the steady clock.

    Args:
        seconds: the length of each segment.
        kinds: the kind of each segment.
        samples: all clocks and what the player believes, about once a second.
        kept: `begun` (steady, in milliseconds), the beats, and all sounds as they were planned.
    """
    begins = [kept["begun"] + 1000 * sum(seconds[:place]) for place in range(len(seconds))]
    ends = [*begins[1:], begins[-1]]
    timer = [(one["ends_at"] - one["wall"]) - (ends[one["index"]] - one["steady"]) for one in samples]  # fmt: skip
    due = [begin for begin, kind in zip(begins, kinds, strict=True) if kind in ("work", "hold")]
    sounds = _sounds(due, samples, kept["sounds"])
    beats = kept["beats"]
    return Drift(
        timer=max(map(abs, timer)), sounds=max(map(abs, sounds), default=0.0), heard=len(sounds),
        slept=max(after - before for before, after in pairwise(beats)),
        was_hidden=any(one["seen"] == "hidden" for one in samples),
    )  # fmt: skip


def _sounds(due: Sequence[float], samples: Sequence[Sample], sounds: Sequence[Sample]) -> list[float]:  # fmt: skip
    """Tell for each beginning how late its sound came; of several plans the last one counts."""
    heard: dict[float, float] = {}
    for sound in sounds:
        if sound["pitch"] != BEGINS:
            continue
        at = _steady(sound["when"], samples)
        nearest = min(due, key=lambda moment: abs(moment - at))
        if at <= samples[-1]["steady"] and sound["asked"] <= at + 1000:
            heard[nearest] = at - nearest
    return list(heard.values())


def _steady(device: float, samples: Sequence[Sample]) -> float:
    """Translate a moment of the sound device, by the samples on either side of it."""
    place = bisect_left([one["device"] for one in samples], device)
    near = samples[min(max(place, 1), len(samples) - 1)]
    before = samples[min(max(place, 1), len(samples) - 1) - 1]
    span = near["device"] - before["device"]
    share = (device - before["device"]) / span if span else 0.0
    return before["steady"] + share * (near["steady"] - before["steady"])


@contextmanager
def shop(folder: Path) -> Iterator[str]:
    """Run the demo shop, and give its address."""
    port, till = free_ports()
    address = f"http://127.0.0.1:{port}"
    place = {
        "STOREFRONT_DATA": str(folder / "shop"),
        "PORT": str(port),
        "TILL_PORT": str(till),
        "BASE_URL": address,
    }
    environment = {**os.environ, **place}  # noqa: TID251  # a command's environment, not our settings
    command = [sys.executable, "-m", "storefront.cli.main"]
    for words in (["migrate", "up"], ["demo"]):
        subprocess.run([*command, *words], env=environment, check=True, capture_output=True)
    server = subprocess.Popen(
        [*command, "serve"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )  # fmt: skip
    try:
        wait_for(f"{address}/healthz")
        yield address
    finally:
        server.terminate()
        server.wait(20)


@contextmanager
def browser(folder: Path) -> Iterator[str]:
    """Run a browser that hides its tabs as people's browsers do, and give its door."""
    named = os.environ.get("CHROMIUM")  # noqa: TID251  # the test suite's name for it
    path = named or next(filter(None, map(shutil.which, BROWSERS)))
    door = folder / "browser" / "DevToolsActivePort"
    running = subprocess.Popen(
        [path, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run",
         "--mute-audio", f"--user-data-dir={door.parent}", "--remote-debugging-port=0", "about:blank"],
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        while not (door.is_file() and door.read_text()):
            time.sleep(0.1)
        yield f"http://127.0.0.1:{door.read_text().split()[0]}"
    finally:
        running.terminate()
        running.wait(20)


def free_ports() -> tuple[int, int]:
    """Find two ports that nobody uses."""
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]


def wait_for(address: str) -> None:
    """Wait until an address answers.

    Raises:
        TimeoutError: it did not within half a minute.
    """
    for _ in range(60):
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except OSError:
            time.sleep(0.5)
    raise TimeoutError(address)


def follow(page: Page, other: Page, minutes: float) -> list[Sample]:
    """Let the player run, hidden in the middle half, and note all clocks about once a second."""
    seconds, samples, is_hidden = minutes * 60, [], False
    begun = time.monotonic()
    while (passed := time.monotonic() - begun) < seconds:
        wants_hidden = seconds / 4 <= passed < seconds * 3 / 4
        if wants_hidden != is_hidden:
            (other if wants_hidden else page).bring_to_front()
            is_hidden = wants_hidden
        samples.append(page.evaluate(SAMPLE))
        time.sleep(1)
    return samples


def measure(address: str, door: str, minutes: float) -> Drift:
    """Follow the routine for so many minutes."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.connect_over_cdp(door, no_defaults=True)
        context = chromium.contexts[0]
        page, other = context.pages[0], context.new_page()
        page.add_init_script(WATCH)
        page.goto(address + PLAYER)
        page.bring_to_front()
        page.get_by_role("button", name="Sound", exact=True).click()
        page.wait_for_timeout(1000)
        page.get_by_role("button", name="Start", exact=True).click()
        page.wait_for_timeout(1000)
        samples = follow(page, other, minutes)
        segments = json.loads(page.locator("#player-data").text_content() or "")["segments"]
        kept = page.evaluate(KEPT)
        chromium.close()
    return weigh([one["seconds"] for one in segments], [one["kind"] for one in segments], samples, kept)  # fmt: skip


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--limit", type=float, default=100, help="milliseconds")
    wanted = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        shop(Path(folder)) as address,
        browser(Path(folder)) as door,
    ):
        found = measure(address, door, wanted.minutes)
    print(
        f"timer {found.timer:.1f} ms, {found.heard} sounds {found.sounds:.1f} ms, longest sleep {found.slept:.0f} ms"
    )
    print(
        "holds" if found.holds(wanted.limit) else f"does not hold: limit {wanted.limit:.0f} ms"
    )
    return 0 if found.holds(wanted.limit) else 1


if __name__ == "__main__":
    sys.exit(main())
