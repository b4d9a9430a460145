"""The fields of a form as data: what is asked, what was typed, and what is wrong with it."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from storefront import web
from storefront.money import Money

Options = Sequence[tuple[str, str]]  # value and label


@dataclass(frozen=True)
class Field:
    """One field; `kind` is text, area, number, amount, select, check, moment, date or email."""

    name: str
    label: str
    kind: str = "text"
    hint: str = ""
    options: Options = ()
    optional: bool = False
    most: int = 400
    rows: int = 3
    unit: str = ""
    value: str = ""
    error: str = ""


@dataclass(frozen=True)
class Part:
    """Fields under one heading."""

    title: str
    fields: Sequence[Field]
    hint: str = ""


def filled(
    fields: Iterable[Field], values: Mapping[str, str], wrong: Mapping[str, str]
) -> list[Field]:
    """Write values and errors into fields."""
    return [
        replace(each, value=values.get(each.name, each.value), error=wrong.get(each.name, ""))
        for each in fields
    ]


def parts(
    asked: Iterable[Part], values: Mapping[str, str], wrong: Mapping[str, str]
) -> list[Part]:
    """Write values and errors into the fields of several parts."""
    return [replace(each, fields=filled(each.fields, values, wrong)) for each in asked]


def choices(words: Iterable[str]) -> Options:
    """Give words as options that read as they are stored."""
    return [(word, word.replace("_", " ").capitalize()) for word in words]


def amount(minor: int | None) -> str:
    """Write an amount of the shop's currency as it is typed; nothing for none."""
    return "" if minor is None else Money(minor, web.settings().currency).plain()


def typed_moment(at: datetime | None) -> str:
    """Write a moment on the shop's clock as a browser's field has it."""
    if at is None:
        return ""
    return at.astimezone(ZoneInfo(web.settings().timezone)).strftime("%Y-%m-%dT%H:%M")


def mark(values: Mapping[str, str]) -> str:
    """Name a state of what a form shows, to notice that somebody else has saved."""
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]
