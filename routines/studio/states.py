"""The states of a draft, and the one table of its allowed moves."""

from collections.abc import Mapping
from typing import Literal

State = Literal["draft", "in_review", "approved", "scheduled", "published"]
Move = Literal[
    "send",
    "take_back",
    "send_back",
    "approve",
    "schedule",
    "unschedule",
    "publish",
    "save",
    "fail",
]
STATES = ("draft", "in_review", "approved", "scheduled", "published")

MOVES: Mapping[tuple[str, Move], State] = {
    ("draft", "send"): "in_review",
    ("in_review", "take_back"): "draft",
    ("in_review", "send_back"): "draft",
    ("approved", "send_back"): "draft",
    ("scheduled", "send_back"): "draft",
    ("in_review", "approve"): "approved",
    ("approved", "schedule"): "scheduled",
    ("scheduled", "unschedule"): "approved",
    ("approved", "publish"): "published",
    ("scheduled", "publish"): "published",
    ("scheduled", "fail"): "draft",
    # what was changed has to be looked at anew
    ("draft", "save"): "draft",
    ("in_review", "save"): "draft",
    ("approved", "save"): "draft",
    ("scheduled", "save"): "draft",
    ("published", "save"): "draft",
}

WORDS: Mapping[str, tuple[str, str]] = {
    "draft": ("Draft", "plain"),
    "in_review": ("In review", "warn"),
    "approved": ("Approved", "busy"),
    "scheduled": ("Scheduled", "busy"),
    "published": ("Published", "ok"),
}  # each in words, and the tone of its badge


def after(state: str, move: Move) -> State | None:
    """Give the state that a move leads to; None when the table does not have it."""
    return MOVES.get((state, move))


def allowed(state: str) -> tuple[Move, ...]:
    """Name the moves that a state has."""
    return tuple(move for before, move in MOVES if before == state)


def may_approve(author: str, saved_by: str, who: str) -> bool:
    """Tell whether a member may approve: neither who began it nor who wrote in it last."""
    return who not in (author, saved_by)
