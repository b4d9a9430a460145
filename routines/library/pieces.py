"""The pieces that documents are put together from: doses, tools, steps, people, sources.

Every dosage field may be missing, since "not stated" is an answer and a number must never be invented.
"""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
Text = Annotated[str, Field(min_length=1, max_length=4000)]
Line = Annotated[str, Field(min_length=1, max_length=300)]
Prose = Annotated[str, Field(max_length=60_000)]
Count = Annotated[int, Field(ge=1, le=1000)]
Seconds = Annotated[int, Field(ge=0, le=7200)]
MOST_HOLDS = 500  # of one step on one side: each of them is told by itself

Action = Literal["press", "roll", "stretch", "mobilise", "strengthen", "jump"]
Level = Literal["beginner", "intermediate", "advanced"]
Flag = Literal[
    "pregnancy", "clot_risk", "blood_thinners", "osteoporosis", "recent_surgery", "implant", "nerve_signs",
    "varicose_veins", "heart", "diabetes", "skin", "latex", "joint_pain", "balance",
]  # fmt: skip
Clause = Literal["open", "newsletter", "email", "owns", "member", "staff", "share"]


class Document(BaseModel):
    """A closed, immutable value."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Range(Document):
    """From least to most, both included; one number is written with both the same."""

    least: Count
    most: Count

    @model_validator(mode="before")
    @classmethod
    def _from_number(cls, value: object) -> object:
        if isinstance(value, int) and not isinstance(value, bool):
            return {"least": value, "most": value}
        if isinstance(value, str) and value.count("-") == 1:
            least, most = (part.strip() for part in value.split("-"))
            if least.isdecimal() and most.isdecimal() and len(value) < 20:
                return {"least": int(least), "most": int(most)}
        if not isinstance(value, dict | Range):
            message = "write a whole number, or a range such as 3-4"
            raise ValueError(message)
        return value

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.least > self.most:
            message = "the range runs backwards"
            raise ValueError(message)
        return self


class Dosage(Document):
    """How much and how often; None means "not stated". Bare times are in seconds."""

    sets: Range | None = None
    reps: Range | None = None
    hold_seconds: Range | None = None
    hold_open_ended: bool = False  # "or as long as you can"
    return_seconds: Seconds | None = None
    duration_seconds: Range | None = None  # the whole step, instead of counted reps
    sides: Literal["each", "alternate", "left", "right", "both"] | None = None
    rest_between_reps_seconds: Seconds | None = None
    rest_between_sides_seconds: Seconds | None = None
    rest_between_sets_seconds: Seconds | None = None
    per_day: Range | None = None
    days_a_week: Range | None = None
    rest_days: Annotated[int, Field(ge=0, le=7)] | None = None
    weeks: Range | None = None
    effort_of_ten: Range | None = None  # 0-10 scale of felt intensity
    tempo: Annotated[str, Field(max_length=40)] | None = None
    load: Annotated[str, Field(max_length=120)] | None = None
    load_side: Literal["lifted_leg", "standing_leg", "both_hands"] | None = None

    @model_validator(mode="after")
    def _week_has_seven_days(self) -> Self:
        if self.days_a_week and self.days_a_week.most + (self.rest_days or 0) > 7:
            message = "days a week and rest days are more than seven"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _holds_can_be_told(self) -> Self:
        is_held = self.hold_seconds or self.hold_open_ended
        if is_held and self.reps and self.sets and self.sets.most * self.reps.most > MOST_HOLDS:
            message = f"sets times repetitions are more than {MOST_HOLDS} holds"
            raise ValueError(message)
        return self


class StandIn(Document):
    """Something else that does the job, rated honestly; a component of the shop or a household thing."""

    component: Slug | None = None
    household: Annotated[str, Field(max_length=80)] | None = None
    fit: Literal["good", "ok", "makeshift"]
    note: Annotated[str, Field(max_length=300)] | None = None


class ToolNeed(Document):
    """A component (with its attachment) that a step asks for, or a thing the shop does not sell."""

    component: Slug | None = None
    attachment: Slug | None = None  # a component fitted on the first one
    household: Annotated[str, Field(max_length=80)] | None = None
    role: Literal["required", "optional", "easier", "harder"] = "required"
    note: Annotated[str, Field(max_length=300)] | None = None
    stand_ins: tuple[StandIn, ...] = ()

    @model_validator(mode="after")
    def _names_one_thing(self) -> Self:
        if bool(self.component) == bool(self.household):
            message = "name either a component or a household thing"
            raise ValueError(message)
        return self


class Caution(Document):
    """If this holds for you, then do that instead; stands beside the step.

    `flags` name what the check on the reader's own device asks about; with one of them the step is
    left out or softened there, and `then` is the reason that is shown.
    """

    when: Text
    then: Text
    flags: tuple[Flag, ...] = ()
    effect: Literal["soften", "leave_out"] = "soften"


class Progression(Document):
    """An easier or harder way, with the sign that it is time for it."""

    direction: Literal["easier", "harder"]
    how: Text
    criterion: Annotated[str, Field(max_length=300)] | None = None
    to_step: Slug | None = None  # a step of the same routine
    to_exercise: Slug | None = None  # of the exercise library
    after_sessions: Count | None = None
    effort_at_most: Annotated[int, Field(ge=0, le=10)] | None = None
    load: Annotated[str, Field(max_length=120)] | None = None
    load_side: Literal["lifted_leg", "standing_leg", "both_hands"] | None = None


class Cue(Document):
    """One thing to notice or to do."""

    kind: Literal["setup", "action", "feel", "breathe", "mistake"]
    text: Text


class Exercise(Document):
    """One movement with where it starts and ends, and what to notice."""

    slug: Slug | None = None  # in the exercise library; None when the routine wrote it itself
    title: Text
    action: Action
    start_position: Text
    end_position: Text | None = None
    cues: tuple[Cue, ...] = ()
    muscles: tuple[Slug, ...] = ()
    helping_muscles: tuple[Slug, ...] = ()
    sidedness: Literal["bilateral", "per_side", "alternating", "single_side"] | None = None
    variations: Slug | None = None  # exercises of the same group replace each other
    picture: Slug | None = None
    end_picture: Slug | None = None
    clip: Slug | None = None  # the movement as a public, silent loop; the picture is its still


class Step(Document):
    """One exercise at one dose, with the tools it needs and its cautions."""

    key: Slug
    exercise: Exercise
    note: Annotated[str, Field(max_length=1000)] | None = None
    dosage: Dosage = Dosage()
    essential: bool = False  # kept in the short profile
    warm_up: bool = False  # kept in the warm-up profile
    transition_seconds: Seconds | None = None
    tools: tuple[ToolNeed, ...] = ()
    points: tuple[Slug, ...] = ()  # pressure points, of the vocabulary
    cautions: tuple[Caution, ...] = ()
    progressions: tuple[Progression, ...] = ()
    clip_start_ms: Annotated[int, Field(ge=0)] | None = None
    clip_end_ms: Annotated[int, Field(ge=0)] | None = None


class Section(Document):
    """A part of a routine, such as "Part 1: press"."""

    title: Text
    intro: Annotated[str, Field(max_length=2000)] | None = None
    cautions: tuple[Caution, ...] = ()
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]


class Person(Document):
    """An author or reviewer with credentials; a demo person says so."""

    slug: Slug | None = None  # of their page among the people
    name: Text
    credentials: Annotated[str, Field(max_length=200)]
    licence: Annotated[str, Field(max_length=80)] | None = None
    profile: Annotated[str, Field(max_length=300)] | None = None  # an https:// address
    about: Annotated[str, Field(max_length=1000)] | None = None
    demo: bool = False


class Review(Document):
    """Who checked it, and on which day (ISO date)."""

    by: Person
    on: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]


class Reference(Document):
    """A source that claims point at by number; everything but the title may be unknown."""

    key: Slug
    title: Text
    authors: tuple[Line, ...] = ()
    container: Line | None = None
    year: Annotated[int, Field(ge=1800, le=2100)] | None = None
    month: Annotated[int, Field(ge=1, le=12)] | None = None
    volume: Line | None = None
    issue: Line | None = None
    pages: Line | None = None
    doi: Line | None = None
    url: Annotated[str, Field(max_length=400)] | None = None
    accessed_on: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")] | None = None


class Claim(Document):
    """A sentence of the text about health, word for word, and the references that carry it."""

    text: Text
    references: Annotated[tuple[Slug, ...], Field(min_length=1)]


class Related(Document):
    """Another piece of content and why it is worth opening."""

    kind: Literal["routine", "article", "programme"]
    slug: Slug
    reason: Text


class CallToAction(Document):
    """What an author asks of the reader; `target` is an address for a booking."""

    kind: Literal["shop", "newsletter", "membership", "booking", "article"]
    label: Text
    target: Annotated[str, Field(max_length=300)] | None = None
    proof: Annotated[str, Field(max_length=160)] | None = None  # a line beside it
    trial_days: Count | None = None  # of a membership
