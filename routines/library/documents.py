"""The documents that content is made of: closed, frozen, checked when they are read.

A published revision stores one of these as JSON; its pieces are in `pieces`.
"""

from typing import Annotated, Literal

from pydantic import Field

from routines.library.films import Video
from routines.library.pieces import (
    CallToAction,
    Caution,
    Claim,
    Count,
    Document,
    Dosage,
    Exercise,
    Level,
    Line,
    Person,
    Progression,
    Prose,
    Range,
    Reference,
    Related,
    Review,
    Section,
    Slug,
    Text,
    ToolNeed,
)


class Published(Document):
    """What every published thing has."""

    title: Text
    summary: Annotated[str, Field(max_length=400)]
    author: Person
    review: Review
    picture: Slug
    body: Prose = ""  # Markdown; [@key] cites a reference
    references: tuple[Reference, ...] = ()
    related: tuple[Related, ...] = ()
    calls: tuple[CallToAction, ...] = ()
    search_terms: tuple[Line, ...] = ()  # plain words people type, e.g. "charley horse"


class UseMode(Document):
    """Another occasion for the same routine, with its own schedule."""

    context: Literal["relief", "prevention", "warm_up", "recovery"]
    schedule: Dosage = Dosage()
    profile: Literal["full", "short", "warm_up"] = "full"
    note: Annotated[str, Field(max_length=600)] | None = None


class Routine(Published):
    """Sections of steps for some body parts, with its schedule, cautions and stop rule."""

    goal: Literal["relief", "prevention", "warm_up", "recovery", "strength"]
    level: Level
    body_parts: Annotated[tuple[Slug, ...], Field(min_length=1)]
    sections: Annotated[tuple[Section, ...], Field(min_length=1)]
    schedule: Dosage = Dosage()
    schedule_note: Annotated[str, Field(max_length=600)] | None = None
    use_modes: tuple[UseMode, ...] = ()
    conditions: tuple[Slug, ...] = ()  # of the vocabulary
    cautions: tuple[Caution, ...] = ()
    stop_rule: Text
    instead: tuple[Caution, ...] = ()  # activity advice: avoid `when`, do `then`
    video: Video | None = None
    cramp_now: bool = False


class Phase(Document):
    """A stretch of a programme; the teaser is public."""

    key: Slug
    name: Text
    goal: Text
    teaser: Text
    weeks: Count
    routines: Annotated[tuple[Slug, ...], Field(min_length=1)]
    unlock_days: Annotated[int, Field(ge=0, le=365)]  # after the previous phase began
    unlock_weekday: Annotated[int, Field(ge=0, le=6)] | None = None  # 0 is Monday
    unlock_hour: Annotated[int, Field(ge=0, le=23)] | None = None  # on the reader's clock
    needs_previous_done: bool = False  # opens only after the reader has said so
    criterion: Annotated[str, Field(max_length=300)] | None = None


class Programme(Published):
    """Phases in order."""

    level: Level
    body_parts: Annotated[tuple[Slug, ...], Field(min_length=1)]
    phases: Annotated[tuple[Phase, ...], Field(min_length=1)]
    stop_rule: Text


class Article(Published):
    """An encyclopedia or how-to page in Markdown."""

    kind: Literal["encyclopedia", "how-to", "video"]
    takeaway: Text | None = None
    claims: tuple[Claim, ...] = ()
    conditions: tuple[Slug, ...] = ()
    claims_sourced: bool = True  # its health claims carry references


class Spot(Document):
    """Where something lies on a picture of the body, in per cent from its upper left corner."""

    picture: Slug
    side: Literal["front", "back"]
    x: Annotated[float, Field(ge=0, le=100)]
    y: Annotated[float, Field(ge=0, le=100)]


class BodyPart(Document):
    """A place on the body; facets roll up to parents."""

    slug: Slug
    name: Text
    parent: Slug | None = None
    plain_words: tuple[Line, ...] = ()  # how people call it
    picture: Slug | None = None
    area: bool = False  # one of the few areas on the home page
    spots: tuple[Spot, ...] = ()  # at most one on each side


class Term(Document):
    """A word of the vocabulary that content points at by its slug."""

    slug: Slug
    name: Text


class Muscle(Term):
    """A muscle with its plain and its Latin name."""

    latin: Annotated[str, Field(max_length=120)] | None = None
    body_part: Slug
    facts: Annotated[str, Field(max_length=600)] | None = None


class Condition(Term):
    """What people come with: how it is called, what it is like, and when it belongs to a doctor."""

    synonyms: tuple[Line, ...] = ()
    body_parts: tuple[Slug, ...] = ()
    symptoms: tuple[Text, ...] = ()
    red_flags: Annotated[tuple[Text, ...], Field(min_length=1)]  # "see a doctor when ..."
    overlaps: tuple[Slug, ...] = ()  # other conditions that feel alike
    cautions: tuple[Caution, ...] = ()
    body: Prose = ""
    references: tuple[Reference, ...] = ()


class Point(Term):
    """A pressure point: where it is, how it is found, how much it may feel."""

    side: Literal["front", "back"]
    body_part: Slug
    muscle: Slug | None = None
    find: Text  # how the hand finds it
    press: Text  # how to work on it
    move: Literal["still", "circle", "slow_roll"] = "still"
    effort_of_ten: Range | None = None
    tools: tuple[ToolNeed, ...] = ()  # what reaches it alone, without a helper
    plain_words: tuple[Line, ...] = ()
    cautions: tuple[Caution, ...] = ()
    picture: Slug | None = None
    spot: Spot | None = None


class LibraryExercise(Term):
    """An exercise that routines take from the library; a routine freezes it when it is published."""

    exercise: Exercise
    dosage: Dosage = Dosage()
    progressions: tuple[Progression, ...] = ()
    source: Annotated[str, Field(max_length=120)] | None = None  # where it was imported from
    licence: Annotated[str, Field(max_length=80)] | None = None


class ToolCare(Term):
    """What to mind with a component of the shop; the slug is the component's."""

    cautions: tuple[Caution, ...] = ()
