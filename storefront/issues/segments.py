"""Segments as closed values: a tree of conditions on readers, read from JSON and told in words."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from storefront.errors import Invalid

MOST_CONDITIONS = 30
DEEPEST = 6
Value = Annotated[str, Field(min_length=1, max_length=160, pattern=r"^[a-zA-Z0-9_/.-]+$")]
Days = Annotated[int, Field(ge=1, le=36_500)]
Several = Annotated[tuple["Rule", ...], Field(min_length=1, max_length=MOST_CONDITIONS)]


class Node(BaseModel):
    """One closed condition."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class All(Node):
    """Every one of these holds."""

    kind: Literal["all"]
    of: Several


class AnyOf(Node):
    """At least one of these holds."""

    kind: Literal["any"]
    of: Several


class Not(Node):
    """This does not hold."""

    kind: Literal["not"]
    of: "Rule"


class Named(Node):
    """Something that a reader owns, cares about, follows or reads in."""

    kind: Literal["owns", "interest", "phase", "locale"]
    value: Value


class Tier(Node):
    """A member, somebody in the trial, or neither."""

    kind: Literal["tier"]
    value: Literal["member", "trial", "none"]


class Since(Node):
    """Joined the list, or ordered, within so many days; `joined_before` is longer ago than that."""

    kind: Literal["joined_within", "joined_before", "ordered_within"]
    days: Days


Rule = Annotated[All | AnyOf | Not | Named | Tier | Since, Field(discriminator="kind")]
for model in (All, AnyOf, Not):
    model.model_rebuild()
RULE: TypeAdapter[Any] = TypeAdapter(Rule)
BROKEN = "This is no rule of a segment: {why}."
WORDS = {
    "owns": "owns {value}", "interest": "cares about {value}", "phase": "follows {value}", "locale": "reads in {value}",
    "joined_within": "joined within {days} days", "joined_before": "joined more than {days} days ago",
    "ordered_within": "ordered within {days} days",
}  # fmt: skip
TIERS = {"member": "is a member", "trial": "is in the trial", "none": "is not a member"}


def read(written: object) -> Any:
    """Read a rule from JSON or from what JSON gives.

    Raises:
        Invalid: it is none, it is too deep, or it has too many conditions.
    """
    try:
        is_text = isinstance(written, str | bytes)
        rule = RULE.validate_json(written) if is_text else RULE.validate_python(written)  # type: ignore[arg-type]
    except (ValidationError, RecursionError) as error:
        raise Invalid(BROKEN.format(why=_why(error))) from None
    if _depth(rule) > DEEPEST or sum(1 for _ in _leaves(rule)) > MOST_CONDITIONS:
        why = f"at most {MOST_CONDITIONS} conditions, {DEEPEST} levels deep"
        raise Invalid(BROKEN.format(why=why))
    return rule


def written(rule: Any) -> dict[str, Any]:
    """Give a rule as JSON holds it."""
    found: dict[str, Any] = rule.model_dump(mode="json")
    return found


def in_words(rule: Any) -> str:
    """Tell a rule in words."""
    if isinstance(rule, All | AnyOf):
        joined = " and " if isinstance(rule, All) else " or "
        return joined.join(_wrapped(one) for one in rule.of)
    if isinstance(rule, Not):
        return f"not ({in_words(rule.of)})"
    if isinstance(rule, Tier):
        return TIERS[rule.value]
    return WORDS[rule.kind].format(**written(rule))


def _wrapped(rule: Any) -> str:
    is_group = isinstance(rule, All | AnyOf) and len(rule.of) > 1
    return f"({in_words(rule)})" if is_group else in_words(rule)


def _children(rule: Any) -> tuple[Any, ...]:
    if isinstance(rule, Not):
        return (rule.of,)
    return rule.of if isinstance(rule, All | AnyOf) else ()


def _leaves(rule: Any) -> Iterator[Any]:
    inside = _children(rule)
    if not inside:
        yield rule
    for one in inside:
        yield from _leaves(one)


def _depth(rule: Any) -> int:
    return 1 + max((_depth(one) for one in _children(rule)), default=0)


def _why(error: Exception) -> str:
    if not isinstance(error, ValidationError):
        return "it is too deep"
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"] if part not in WORDS)
    return f"{place}: {first['msg'].lower()}" if place else str(first["msg"]).lower()
