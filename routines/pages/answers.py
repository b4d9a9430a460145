"""What the API tells of routines: the published documents without their gated files."""

from typing import Self

from routines.access import words
from routines.access.decide import Decision, Resource, Viewer, Way, decide
from routines.library.documents import Routine
from routines.library.pieces import Caution, Dosage, Section
from routines.library.service import Card, Found
from routines.library.timeline import Profile, Segment
from routines.videos.film import Film
from routines.videos.models import VideoAsset
from storefront.public import api, clock, web


class Tool(api.Answer):
    """A component that a routine asks for, in its strictest role."""

    component: str
    role: str


class CardAnswer(api.Answer):
    """A routine in a list; `url` is the path of its page."""

    slug: str
    title: str
    summary: str
    url: str
    minutes: int | None
    level: str
    goal: str
    actions: list[str]
    body_parts: list[str]
    tools: list[Tool]

    @classmethod
    def of(cls, card: Card) -> Self:
        """Tell a card."""
        facts = card.facts
        return cls(
            slug=card.slug, title=card.title, summary=card.summary, url=path_of(card.slug),
            minutes=card.minutes, level=facts["level"], goal=facts["goal"],
            actions=facts["actions"], body_parts=facts["body_parts"],
            tools=[Tool(**tool) for tool in facts["tools"]],
        )  # fmt: skip


class RoutinesAnswer(api.Answer):
    """One page of routines."""

    items: list[CardAnswer]
    page: int
    pages: int
    total: int


class WayAnswer(api.Answer):
    """A way to open it, the cheapest first; without a price it costs nothing."""

    clause: str
    label: str
    url: str
    price: str | None

    @classmethod
    def of(cls, way: Way) -> Self:
        """Tell a way."""
        return cls(clause=way.clause, label=way.label, url=way.url, price=way.price)


class Access(api.Answer):
    """The gate's answer about the routine's video; all text is open."""

    allowed: bool
    reason: str
    via: str | None
    expires_at: str | None  # when it closes, as far as is known
    why: str  # the reason with that moment, in a sentence
    ways_to_open: list[WayAnswer]

    @classmethod
    def of(cls, decision: Decision | None) -> Self:
        """Tell a decision; a routine without a video has nothing that could be closed."""
        told = decision or decide(Viewer(), Resource("text", ("open",)), clock.now())
        return cls(
            allowed=told.allowed, reason=told.reason, via=told.via,
            expires_at=told.expires_at.isoformat() if told.expires_at else None,
            why=words.why(told, web.settings().timezone),
            ways_to_open=[WayAnswer.of(way) for way in told.ways_to_open],
        )  # fmt: skip


class FilmAnswer(api.Answer):
    """A video as everybody may know of it; its files are asked for with its slug."""

    slug: str
    title: str
    duration_ms: int


class RoutineAnswer(api.Answer):
    """A routine with its steps, doses and tools; what is not stated is null."""

    slug: str
    title: str
    summary: str
    url: str
    goal: str
    level: str
    body_parts: list[str]
    sections: list[Section]
    schedule: Dosage
    cautions: list[Caution]
    stop_rule: str
    video: FilmAnswer | None
    access: Access

    @classmethod
    def of(
        cls, found: Found[Routine], asset: VideoAsset | None, film: Film | None, decision: Decision | None,
    ) -> Self:  # fmt: skip
        """Tell a routine."""
        routine = found.document
        return cls(
            slug=found.slug, title=routine.title, summary=routine.summary,
            url=path_of(found.slug), goal=routine.goal, level=routine.level,
            body_parts=list(routine.body_parts), sections=list(routine.sections),
            schedule=routine.schedule, cautions=list(routine.cautions),
            stop_rule=routine.stop_rule, access=Access.of(decision),
            video=FilmAnswer(
                slug=asset.slug, title=asset.title, duration_ms=(film or asset).duration_ms
            ) if asset else None,
        )  # fmt: skip


class TimelineAnswer(api.Answer):
    """A routine second by second; a segment without seconds lasts as long as the person likes."""

    slug: str
    profile: Profile
    seconds: int
    segments: list[Segment]


def path_of(slug: str) -> str:
    """Give the path of a routine's page."""
    return web.path_for("routines_library.routine_page", slug=slug)
