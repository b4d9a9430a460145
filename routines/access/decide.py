"""The only gate: may this viewer open this resource? Pure, total, and closed by default."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from routines.library.pieces import Clause

# Of clauses that open equally long the first is told.
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
NEVER = datetime.max.replace(tzinfo=UTC)  # later than any end

REASONS: Mapping[Clause, str] = {
    "open": "Open for everybody.",
    "owns": "Open because you own a tool that it uses.",
    "member": "Open because you are a member.",
    "newsletter": "Open because you read the newsletter.",
    "email": "Open because you confirmed your address.",
    "share": "Open for a while by a link that somebody sent you.",
    "staff": "Open because you work here.",
}
KEPT = "Still open: you opened it with the newsletter, and leaving closes nothing."
PAID_BACK = "Still open for a while: the tool that opened it was paid back."
# What a visitor can do about it, in the order of equal prices.
WAYS: Mapping[Clause, str] = {
    "email": "Confirm your address",
    "newsletter": "Read the newsletter",
    "owns": "Own a tool that it uses",
    "member": "Become a member",
}
FOR: Mapping[Clause, str] = {
    "newsletter": "readers of the newsletter", "email": "anybody with a confirmed address",
    "owns": "owners of a tool that it uses", "member": "members",
}  # fmt: skip


@dataclass(frozen=True)
class Viewer:
    """What is proven about who asks."""

    email: str | None = None  # confirmed on this device
    reads_newsletter: bool = False
    kept_newsletter: bool = False  # left it, and keeps what it opened
    owned: frozenset[str] = frozenset()  # components bought or claimed
    owned_until: Mapping[str, datetime] = field(default_factory=dict)  # those that end
    is_member: bool = False
    member_until: datetime | None = None  # None = without an end
    member_told_until: datetime | None = None  # the end that people read: before our patience
    member_renews: bool = False  # at that moment, unless it is cancelled
    is_staff: bool = False
    shares: Mapping[str, datetime] = field(default_factory=dict)  # resource to its end


@dataclass(frozen=True)
class Resource:
    """What is asked for: any of its clauses opens it."""

    key: str
    opens_for: Collection[str] = ()
    components: frozenset[str] = frozenset()  # the tools that it requires


@dataclass(frozen=True)
class Way:
    """One thing that a visitor can do to get in; `ways` adds where, and what it costs."""

    clause: Clause
    label: str
    url: str = ""
    price: str | None = None  # as people read it; None = nothing

    @property
    def text(self) -> str:
        """Say it with its price."""
        is_told = self.price is not None and self.price in self.label
        return self.label if is_told else f"{self.label} – {self.price or 'free'}"


@dataclass(frozen=True)
class Decision:
    """The answer, why, until when, and what a viewer could do to get in."""

    allowed: bool
    reason: str
    via: Clause | None = None
    expires_at: datetime | None = None  # when it closes, as far as is known; None = it does not
    ways_to_open: tuple[Way, ...] = ()
    cache_scope: Scope = "private"
    renews: bool = False  # at that moment, unless it is cancelled
    told_until: datetime | None = None  # the end that people read; None = that very moment


def decide(viewer: Viewer, resource: Resource, now: datetime) -> Decision:
    """Say yes only for a clause of the resource that the viewer meets; unknown clauses never do.

    Of several the one that lasts longest is told, so that what is said of the end is true.
    """
    scope = cache_scope(viewer, resource)
    ends = {
        clause: end
        for clause in CLAUSES
        if clause in resource.opens_for and now < (end := _end(viewer, resource, clause))
    }
    if not ends:
        return Decision(False, _closed(resource), ways_to_open=ways(resource), cache_scope=scope)  # fmt: skip
    via = max(ends, key=lambda clause: ends[clause])  # the first of equals
    until = None if ends[via] == NEVER else ends[via]
    renews = via == "member" and until is not None and viewer.member_renews
    told = viewer.member_told_until if via == "member" else None
    if told is not None and told <= now and not renews:
        told = None  # nobody is told that it closed while it is open
    return Decision(True, _reason(viewer, via, until), via, until, (), scope, renews, told)


def ways(resource: Resource) -> tuple[Way, ...]:
    """Name the ways in that exist: nobody can buy a tool for what needs none."""
    return tuple(
        Way(clause, label) for clause, label in WAYS.items()
        if clause in resource.opens_for and (clause != "owns" or resource.components)
    )  # fmt: skip


def cache_scope(viewer: Viewer, resource: Resource) -> Scope:
    """Tell whether the answer is the same for every stranger."""
    return "public" if "open" in resource.opens_for or viewer == Viewer() else "private"


def _end(viewer: Viewer, resource: Resource, clause: Clause) -> datetime:
    """Tell until when a clause opens: for ever, or before all times where it is not met."""
    if clause == "share":
        return viewer.shares.get(resource.key, _PAST)
    if clause == "owns":
        mine = viewer.owned & resource.components if viewer.email else frozenset[str]()
        return _latest(viewer.owned_until.get(component, NEVER) for component in mine)
    if clause == "member":
        return (viewer.member_until or NEVER) if viewer.is_member else _PAST
    is_reader = viewer.reads_newsletter or viewer.kept_newsletter
    is_met = {
        "open": True,
        "newsletter": bool(viewer.email and is_reader),
        "email": bool(viewer.email),
        "staff": viewer.is_staff,
    }[clause]
    return NEVER if is_met else _PAST


_PAST = datetime.min.replace(tzinfo=UTC)


def _latest(moments: Iterable[datetime]) -> datetime:
    return max(moments, default=_PAST)


def _reason(viewer: Viewer, clause: Clause, until: datetime | None) -> str:
    if clause == "newsletter" and not viewer.reads_newsletter:
        return KEPT
    return PAID_BACK if clause == "owns" and until else REASONS[clause]


def _closed(resource: Resource) -> str:
    named = [FOR[way.clause] for way in ways(resource)]
    return f"Opens for {' and for '.join(named)}." if named else "This is not open."
