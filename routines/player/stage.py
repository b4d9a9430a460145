"""What the stage of the player shows beside the words: the film, and the tools to fit."""

from collections.abc import Set
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from routines.library.documents import Routine
from routines.library.pieces import Step
from routines.library.tools import grips
from routines.videos.gate import Gate
from storefront.public import Picture, listings_for_components, pictures


def film_data(gate: Gate | None) -> dict[str, Any] | None:
    """Give the script the addresses of an open film; a locked one has none."""
    if gate is None or gate.granted is None:
        return None
    granted = gate.granted
    return {
        "video": gate.video, "url": granted.url, "captions_url": granted.captions_url, "language": granted.language,
        "expires_at": granted.expires_at, "grants": url_for("routines_videos.make_grant"),
    }  # fmt: skip


def has_clips(routine: Routine) -> bool:
    """Tell whether any step is a stretch of the routine's film."""
    return routine.video is not None and any(
        step.clip_end_ms for part in routine.sections for step in part.steps
    )


def tool_pictures(db: Session, routine: Routine) -> dict[str, Picture]:
    """Find for each step a picture of what has to be taken or fitted for it.

    A picture that is named like the part comes first, else that of the product which brings it.
    """
    wanted = {step.key: part for section in routine.sections for step in section.steps
              if (part := _part(step))}  # fmt: skip
    named = _named_like({*wanted.values()})
    rest = {*wanted.values()} - named.keys()
    for product in listings_for_components(db, rest) if rest else ():
        for part in rest & product.components:
            named.setdefault(part, product.picture)
    return {step: named[part] for step, part in wanted.items() if part in named}


def _named_like(parts: Set[str]) -> dict[str, Picture]:
    """Find the pictures of parts by their names: the part's own, or the first of its angles."""
    known = pictures([name for part in parts for name in (part, f"{part}-1")])
    found = {part: (known[part], known[f"{part}-1"]) for part in parts}
    return {part: one for part, both in found.items() for one in both if one.name in (part, f"{part}-1")}  # fmt: skip


def _part(step: Step) -> str | None:
    """Name the part of the shop that a step needs in the hand: the attachment, if there is one."""
    sold = [grip for grip in grips(step) if grip.is_sold]
    return (sold[0].attachment or sold[0].thing) if sold else None
