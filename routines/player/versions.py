"""The versions of a routine that are offered, each with its minutes."""

from collections.abc import Mapping
from dataclasses import dataclass

from routines.library import timeline
from routines.library.documents import Routine

PROFILE_WORDS = {"full": "Whole routine", "short": "Short", "warm_up": "Warm-up", "slower": "Slower", "untimed": "No timer"}  # fmt: skip


@dataclass(frozen=True)
class Version:
    """One way to run through a routine; `minutes` is None when nothing in it is timed."""

    profile: timeline.Profile
    label: str
    minutes: int | None
    has_open_end: bool

    @property
    def text(self) -> str:
        """Say what it is and how long it takes, such as "Short, 6 min"."""
        if not self.minutes:
            return self.label
        return f"{self.label}, {self.minutes}{'+' if self.has_open_end else ''} min"


def versions(routine: Routine, names: Mapping[str, str]) -> tuple[Version, ...]:
    """Lay out every version that differs from the whole routine, and say how long each takes."""
    return tuple(_version(routine, profile, names) for profile in timeline.offered(routine))


def _version(routine: Routine, profile: timeline.Profile, names: Mapping[str, str]) -> Version:
    segments = timeline.expand(routine, profile, names)
    return Version(
        profile, PROFILE_WORDS[profile], timeline.minutes(segments), timeline.has_open_end(segments)
    )  # fmt: skip
