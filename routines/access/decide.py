"""The only gate: may this viewer open this resource? Pure, total, and closed by default."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from routines.library.pieces import Clause

# The best reason comes first; it is the one that is told.
CLAUSES: tuple[Clause, ...] = (
    "open",
    "owns",
    "member",
    "newsletter",
    "email",
    "share",
    "staff",
)
Scope = Literal["public", "private"]

REASONS: Mapping[Clause, str] = {
    "open": "Open for everybody.",
    "owns": "Open because you bought a tool that it uses.",
    "member": "Open because you are a member.",
    "newsletter": "Open because you read the newsletter.",
    "email": "Open because you confirmed your address.",
    "share": "Open for a while by a link that somebody sent you.",
    "staff": "Open because you work here.",
}
KEPT = "Still open: you opened it with the newsletter, and leaving closes nothing."
# What a visitor can do about it in this shop today; memberships are not on offer.
WAYS: tuple[Clause, ...] = ("newsletter", "email", "owns")


@dataclass(frozen=True)
class Viewer:
    """What is proven about who asks."""

    email: str | None = None  # confirmed on this device
    reads_newsletter: bool = False
    kept_newsletter: bool = False  # left it, and keeps what it opened
    owned: frozenset[str] = frozenset()  # components bought, paid and not refunded
    is_member: bool = False
    is_staff: bool = False
    shares: Mapping[str, datetime] = field(default_factory=dict)  # resource to its last moment


@dataclass(frozen=True)
class Resource:
    """What is asked for: any of its clauses opens it."""

    key: str
    opens_for: Collection[str] = ()
    components: frozenset[str] = frozenset()  # the tools that it requires


@dataclass(frozen=True)
class Decision:
    """The answer, why, until when, and what a viewer could do to get in."""

    allowed: bool
    reason: str
    via: Clause | None = None
    expires_at: datetime | None = None
    ways_to_open: tuple[Clause, ...] = ()
    cache_scope: Scope = "private"


def decide(viewer: Viewer, resource: Resource, now: datetime) -> Decision:
    """Say yes only for a clause of the resource that the viewer meets; unknown clauses never do."""
    scope = cache_scope(viewer, resource)
    for clause in CLAUSES:
        if clause in resource.opens_for and _meets(viewer, resource, clause, now):
            until = viewer.shares[resource.key] if clause == "share" else None
            return Decision(True, _reason(viewer, clause), clause, until, (), scope)
    return Decision(False, _closed(resource), ways_to_open=ways(resource), cache_scope=scope)


def ways(resource: Resource) -> tuple[Clause, ...]:
    """Name the ways in that exist: nobody can buy a tool for what needs none."""
    return tuple(
        way for way in WAYS
        if way in resource.opens_for and (way != "owns" or resource.components)
    )  # fmt: skip


def cache_scope(viewer: Viewer, resource: Resource) -> Scope:
    """Tell whether the answer is the same for every stranger."""
    return "public" if "open" in resource.opens_for or viewer == Viewer() else "private"


def _meets(viewer: Viewer, resource: Resource, clause: Clause, now: datetime) -> bool:
    if clause == "share":
        until = viewer.shares.get(resource.key)
        return until is not None and now < until
    return {
        "open": True,
        "owns": bool(viewer.email and viewer.owned & resource.components),
        "member": viewer.is_member,
        "newsletter": bool(
            viewer.email and (viewer.reads_newsletter or viewer.kept_newsletter)
        ),
        "email": bool(viewer.email),
        "staff": viewer.is_staff,
    }[clause]


def _reason(viewer: Viewer, clause: Clause) -> str:
    kept = clause == "newsletter" and not viewer.reads_newsletter
    return KEPT if kept else REASONS[clause]


def _closed(resource: Resource) -> str:
    words = {"newsletter": "readers of the newsletter", "email": "anybody with a confirmed address",
             "owns": "owners of a tool that it uses"}  # fmt: skip
    named = [words[way] for way in ways(resource)]
    return f"Opens for {' and for '.join(named)}." if named else "This is not open."
