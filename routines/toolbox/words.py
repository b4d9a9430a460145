"""What a visitor with tools is told on cards."""

from collections.abc import Mapping

from routines.library.cards import listed
from routines.library.tools import spoken
from routines.toolbox.coverage import Coverage


def state_text(coverage: Coverage, names: Mapping[str, str]) -> str:
    """Write a coverage in a few words."""
    if coverage.state == "ready":
        return "Ready with your tools"
    if coverage.state == "with_stand_in":
        return "Ready with a stand-in"
    return f"Missing: {listed(spoken(part, names) for part in coverage.missing)}"
