"""What a person sees: numbered steps, how far the present one is, and what went wrong."""

# ruff: noqa: T201 - it talks to a person.

import re
import sys
import time

# What pip says, and the sentence it stands for. The first hit wins.
PIP_TROUBLES = (
    ("DO NOT MATCH THE HASHES", "A package differs from the one in the lock and was refused."),
    ("No space left on device", "The disk is full. Free some space, then run this again."),
    (
        "new connection|connection broken|timed out|name resolution|unreachable|Proxy|SSLError",
        "The package index cannot be reached. Check the network (behind a proxy: HTTPS_PROXY, "
        "with a mirror: PIP_INDEX_URL), then run this again.",
    ),
)


class Trouble(Exception):
    """Carry the sentence that says what is wrong and what to do."""


class Screen:
    """Show numbered steps, and how far the present one is, on a terminal or in a log."""

    def __init__(self, steps: int, log_every_seconds: float = 5) -> None:
        self.steps, self.step, self.pause = steps, 0, log_every_seconds
        self.started_at = self.told_at = time.monotonic()
        self.live = sys.stdout.isatty()

    def begin(self, text: str) -> None:
        """Announce the next step."""
        self.step += 1
        print(f"[{self.step}/{self.steps}] {self.seconds():3.0f} s  {text}", flush=True)

    def go_on(self, text: str) -> None:
        """Tell how far the step is: always on a terminal, now and then in a log."""
        if self.live:
            print(f"\r\x1b[K      {self.seconds():3.0f} s  {text}", end="", flush=True)
        elif time.monotonic() - self.told_at >= self.pause:
            self.told_at = time.monotonic()
            print(f"      {self.seconds():3.0f} s  {text}", flush=True)

    def end(self) -> None:
        """Wipe the line that was being rewritten."""
        if self.live:
            print("\r\x1b[K", end="", flush=True)

    def seconds(self) -> float:
        """Give the time since the start."""
        return time.monotonic() - self.started_at


class Progress:
    """Keep what a command prints, and show its last line."""

    def __init__(self) -> None:
        self.lines = []

    def read(self, line: str) -> None:
        """Take one line of output."""
        self.lines.append(line)

    def __str__(self) -> str:
        """Say how far the command is."""
        return self.lines[-1].strip()[:70] if self.lines else "..."

    def trouble(self) -> str:
        """Quote the last words of a command that failed."""
        return "failed. Its last words:\n" + "".join(self.lines[-15:]).rstrip()


class PipProgress(Progress):
    """Count what pip fetches and understand what it complains about."""

    def __init__(self, packages: int) -> None:
        super().__init__()
        self.packages, self.seen, self.installing = packages, 0, False

    def read(self, line: str) -> None:
        """Take one line of pip's output."""
        if line.startswith("Ignoring "):  # It is meant for another system.
            self.packages -= 1
            return
        super().read(line)
        self.seen += line.startswith(("Collecting ", "Processing ", "Requirement already "))
        self.installing = self.installing or line.startswith("Installing collected ")

    def __str__(self) -> str:
        """Say how many packages are there."""
        more = ", now unpacking them" if self.installing else ""
        return f"{self.seen} of {self.packages} packages{more}"

    def trouble(self) -> str:
        """Say in one sentence why pip failed, or quote it."""
        text = "".join(self.lines)
        for pattern, sentence in PIP_TROUBLES:
            if re.search(pattern, text, re.IGNORECASE):
                return sentence
        return "pip " + super().trouble()
