"""What may become of an issue: composing moves it until it is scheduled, dispatch from there on."""

from collections.abc import Mapping

from sqlalchemy.orm import object_session

from storefront import clock, database
from storefront.errors import Invalid
from storefront.issues.models import Issue

MOVES: Mapping[str, frozenset[str]] = {
    "draft": frozenset({"scheduled", "cancelled"}),
    "scheduled": frozenset({"draft", "preparing", "paused", "cancelled"}),
    "preparing": frozenset({"sending", "paused", "cancelled"}),
    "sending": frozenset({"paused", "done", "cancelled"}),
    "paused": frozenset({"preparing", "sending", "cancelled"}),
    "done": frozenset({"sending"}),  # a letter is tried again
    "cancelled": frozenset(),
}
GONE_OUT = ("preparing", "sending", "paused", "done")  # what readers have, or are being sent
WORDS = {
    "draft": ("Draft", "plain"), "scheduled": ("Scheduled", "busy"), "preparing": ("About to be sent", "busy"),
    "sending": ("Being sent", "busy"), "paused": ("Paused", "warn"), "done": ("Sent", "ok"), "cancelled": ("Cancelled", "plain"),
}  # fmt: skip


def move(issue: Issue, state: str) -> None:
    """Move an issue on; pages that list issues learn of it.

    Raises:
        Invalid: it cannot become that from where it is.
    """
    if state not in MOVES[issue.state]:
        was, wanted = WORDS[issue.state][0].lower(), WORDS[state][0].lower()
        message = f"This issue is {was}; it cannot become {wanted}."
        raise Invalid(message)
    is_public_change = (issue.state in GONE_OUT) != (state in GONE_OUT)
    issue.state = state
    if is_public_change:
        _tell_pages(issue)


def _tell_pages(issue: Issue) -> None:
    """Let the archive and its feeds be right at once, and search as soon as the worker's job `publish` runs."""
    db = object_session(issue)
    if db is not None:
        database.raise_content_revision(db)
        database.change_pages_at(db, clock.now())
