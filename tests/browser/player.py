"""The player on a page whose clock moves only when told to."""

import json
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page, expect

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
HIDDEN = """(state) => {
  Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def start(page: Page) -> None:
    """Begin, and wait until it runs."""
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.locator("[data-player]")).to_have_attribute("data-state", "running")


class Player:
    """What a person sees and presses; `before` are scripts that the page finds there."""

    def __init__(self, page: Page, path: str, *before: str) -> None:
        self.page = page
        self.clock = page.clock
        for script in before:
            page.add_init_script(script)
        self.clock.install(time=NOON)
        page.goto(path)
        self.clock.pause_at(NOON + timedelta(minutes=1))
        data = json.loads(page.locator("#player-data").text_content())
        self.segments = data["segments"]
        self.root = page.locator("[data-player]")
        self.panel = page.locator("[data-panel]")
        self.stage = page.locator("[data-stage]")
        self.timer = page.get_by_role("timer")

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def start(self) -> None:
        start(self.page)

    def state(self, wanted: str) -> None:
        expect(self.root).to_have_attribute("data-state", wanted)

    def let_pass(self, seconds: float) -> None:
        self.clock.run_for(int(seconds * 1000))

    def go_to(self, index: int) -> None:
        """Let the time pass until a segment begins."""
        self.let_pass(sum(one["seconds"] for one in self.segments[:index]))
        expect(self.root).to_have_attribute("data-segment-index", str(index))

    def is_at(self, index: int) -> None:
        expect(self.root).to_have_attribute("data-segment-index", str(index))
        expect(self.root).to_have_attribute("data-kind", self.segments[index]["kind"])

    def first(self, kind: str) -> int:
        return next(at for at, one in enumerate(self.segments) if one["kind"] == kind)

    def looks(self, state: str) -> None:
        self.page.evaluate(HIDDEN, state)

    def titles(self) -> set[str]:
        """Step through the whole routine, and give the large words that were met."""
        met = set()
        while self.root.get_attribute("data-state") != "done":
            met.add(self.panel.locator("[data-step-title]").text_content())
            self.page.keyboard.press("ArrowRight")
        return met
