"""What is found wrong with an issue before it is scheduled, told in sentences: pure rules."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from storefront.issues.rendering import Rendered
from storefront.issues.shown import ShownBlock

Level = Literal["stop", "warn", "told"]
SUBJECT_MOST = 70  # characters that phones still show, with some room
WEIGHT_MOST = 90_000  # bytes: Gmail cuts letters at 102 kB
LINK = re.compile(r"""https?://[^\s"'<>)\]]+""")


@dataclass(frozen=True)
class Finding:
    """One sentence: it stops the sending, warns, or is only told."""

    level: Level
    text: str


def of_subject(subject: str, preheader: str) -> list[Finding]:
    """Look at the lines that readers see first."""
    found = []
    if not subject.strip():
        found.append(Finding("stop", "The subject is empty."))
    if not subject.isprintable():
        found.append(Finding("stop", "The subject has a line break or a control character."))
    if len(subject) > SUBJECT_MOST:
        found.append(Finding("warn", f"The subject has {len(subject)} characters; phones show about {SUBJECT_MOST}."))  # fmt: skip
    if not preheader.strip():
        found.append(Finding("warn", "There is no preheader; mail programs will show the first words instead."))  # fmt: skip
    return found


def of_pictures(blocks: Iterable[ShownBlock]) -> list[Finding]:
    """Name pictures that say nothing to whoever does not see them."""
    silent = [one.title for one in blocks if one.picture and not one.picture.alt.strip()]
    return [Finding("warn", f"The picture of “{title}” has no words for whoever does not see it.") for title in silent]  # fmt: skip


def of_weight(name: str, rendered: Rendered) -> list[Finding]:
    """Weigh a letter."""
    if rendered.weight <= WEIGHT_MOST:
        return []
    told = f"“{name}” weighs {rendered.weight // 1000} kB; Gmail cuts letters at 102 kB."
    return [Finding("warn", told)]


def leaks(name: str, written: str, secrets: Mapping[str, Sequence[str]]) -> list[Finding]:
    """Search a letter for what the gate keeps."""
    words = {word for several in secrets.values() for word in several} | {"/gated/"}
    return [
        Finding("stop", f"The letter “{name}” holds “{word}”, which is behind the gate.")
        for word in sorted(words)
        if word.casefold() in written.casefold()
    ]


def links(written: str) -> list[str]:
    """List the addresses in a text, each once."""
    return [*dict.fromkeys(match.rstrip(".,;:") for match in LINK.findall(written))]
