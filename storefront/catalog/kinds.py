"""Typed attributes: what a kind of product tells of each, checked and put into words; pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["number", "choice", "flag", "text"]
LONGEST_TEXT = 200
LARGEST = 1_000_000


@dataclass(frozen=True)
class Attribute:
    """Something that is told of every product of a type."""

    slug: str
    name: str
    kind: Kind
    unit: str = ""
    choices: tuple[str, ...] = ()
    required: bool = False

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> "Attribute":
        """Read one as the database keeps it."""
        return cls(
            stored["slug"], stored["name"], stored["kind"], stored.get("unit", ""),
            tuple(stored.get("choices", ())), stored.get("required", False),
        )  # fmt: skip


@dataclass(frozen=True)
class Spec:
    """One attribute as a buyer reads it."""

    slug: str
    name: str
    text: str
    value: str | int | float | bool | None = None  # None where the variants differ
    unit: str = ""


def wrong_value(attribute: Attribute, value: object) -> str:
    """Say why a value cannot be that of an attribute, or nothing."""
    if attribute.kind == "flag":
        return "" if isinstance(value, bool) else "yes or no is asked: write true or false"
    if attribute.kind == "number":
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number:
            return "a number is asked, without its unit"
        return "" if 0 <= float(str(value)) <= LARGEST else f"from 0 to {LARGEST} is asked"
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_TEXT:
        return f"a text of 1 to {LONGEST_TEXT} characters is asked"
    if attribute.kind == "choice" and value not in attribute.choices:
        return f"{value!r} is none of {', '.join(attribute.choices)}"
    return ""


def problems(
    attributes: Sequence[Attribute], own: Mapping[str, object], each: Sequence[Mapping[str, object]]
) -> list[tuple[str, str]]:  # fmt: skip
    """List what is wrong with a product's values, its own and those of each variant, by field."""
    known = {attribute.slug: attribute for attribute in attributes}
    found: list[tuple[str, str]] = []
    places = [("attributes", own)]
    places += [(f"variants.{i}.attributes", values) for i, values in enumerate(each)]
    for place, values in places:
        for slug, value in values.items():
            if slug not in known:
                found.append(
                    (f"{place}.{slug}", "the type of the product has no such attribute")
                )
            elif why := wrong_value(known[slug], value):
                found.append((f"{place}.{slug}", why))
    for slug, attribute in known.items():
        told = slug in own or (each and all(slug in values for values in each))
        if attribute.required and not told:
            found.append(
                (f"attributes.{slug}", "is missing: every product of the type tells it")
            )
    return found


def specs(attributes: Iterable[Attribute], values: Mapping[str, Any]) -> tuple[Spec, ...]:
    """Put values into words, in the order of the type."""
    return tuple(
        Spec(each.slug, each.name, words(each, values[each.slug]), values[each.slug], each.unit)
        for each in attributes
        if each.slug in values
    )


def common(variants: Sequence[tuple[str, Sequence[Spec]]]) -> tuple[Spec, ...]:
    """Sum up the attributes of named variants: one value where all agree, else each by its name."""
    slugs = dict.fromkeys(spec.slug for _, own in variants for spec in own)
    return tuple(_summed(slug, variants) for slug in slugs)


def _summed(slug: str, variants: Sequence[tuple[str, Sequence[Spec]]]) -> Spec:
    told = [(name, spec) for name, own in variants for spec in own if spec.slug == slug]
    first = told[0][1]
    if len(told) == len(variants) and len({spec.text for _, spec in told}) == 1:
        return first
    text = ", ".join(f"{name} {spec.text}" for name, spec in told)
    return Spec(slug, first.name, text, None, first.unit)


def words(attribute: Attribute, value: object) -> str:
    """Write a value as people read it."""
    if attribute.kind == "flag":
        return "Yes" if value else "No"
    if attribute.kind == "number":
        return f"{float(str(value)):,.10g} {attribute.unit}".strip()
    return str(value)
