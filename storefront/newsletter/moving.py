"""Readers in and out as CSV, a line at a time: what a line must say to be taken in, and what goes out."""

import csv
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.customers.service import canonical_email
from storefront.errors import Invalid
from storefront.newsletter.models import Subscriber, Subscription

COLUMNS = ("email", "lists", "consent_at", "consent_source", "consent_text")
EXPORTED = ("email", "state", "list", "list_state", "confirmed_at", "left_at", "locale")
BATCH = 5000
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Row:
    """One reader to bring in, with the consent that was given elsewhere."""

    line: int  # where it stands in the file
    email: str
    lists: tuple[str, ...]
    at: datetime
    source: str
    text: str


@dataclass(frozen=True)
class Refused:
    """A line that is not brought in, and why."""

    line: int
    reason: str


def read(
    lines: Iterable[str], offered: Collection[str], now: datetime
) -> Iterator[Row | Refused]:
    """Read a file line by line; nothing of it is kept.

    Raises:
        Invalid: the first line lacks a column, or the file cannot be read on.
    """
    table = csv.DictReader(lines)
    try:
        missing = [name for name in COLUMNS if name not in (table.fieldnames or ())]
        if missing:
            message = f"The first line must name {', '.join(missing)}."
            raise Invalid(message, fields={"file": message})
        for said in table:
            yield _row(table.line_num, said, offered, now)
    except (csv.Error, UnicodeDecodeError) as error:
        message = f"After line {table.line_num} it cannot be read: {error}."
        raise Invalid(message, fields={"file": message}) from error


def _row(
    line: int, said: dict[str, Any], offered: Collection[str], now: datetime
) -> Row | Refused:
    values = {name: str(said.get(name) or "").strip() for name in COLUMNS}
    slugs = tuple(part for part in values["lists"].replace(";", ",").split(",") if part)
    unknown = [slug for slug in slugs if slug not in offered]
    if unknown or not slugs:
        return Refused(line, f"there is no newsletter {', '.join(unknown) or 'named'}.")
    try:
        email = canonical_email(values["email"])
    except Invalid:
        return Refused(line, "it names no mail address.")
    at = _moment(values["consent_at"])
    if at is None:
        return Refused(line, "consent_at must be a moment such as 2026-03-01T10:00:00+00:00.")
    source, text = values["consent_source"], values["consent_text"]
    if not source or not text or at > now:
        return Refused(
            line, "where and to which words somebody consented must be told, and lie behind us."
        )
    if "\x00" in source + text:
        return Refused(line, "it holds a character that is none.")
    return Row(line, email, slugs, at, source, text)


def _moment(text: str) -> datetime | None:
    try:
        return clock.aware(datetime.fromisoformat(text)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def rows_out(db: Session) -> Iterator[dict[str, Any]]:
    """Give every reader with each list, in portions of plain rows, ready for a spreadsheet."""
    last = 0
    while found := _portion(db, last):
        yield from map(_exported, found)
        last = found[-1].id


def _portion(db: Session, after: int) -> Sequence[Any]:
    ids = (
        select(Subscriber.id).where(Subscriber.id > after).order_by(Subscriber.id).limit(BATCH)
    )
    both = (
        select(
            Subscriber.id, Subscriber.email, Subscriber.state, Subscriber.locale,
            Subscription.list_slug, Subscription.state.label("list_state"),
            Subscriber.confirmed_at.label("since"), Subscriber.left_at.label("until"),
            Subscription.confirmed_at, Subscription.left_at,
        )
        .outerjoin(Subscription, Subscription.subscriber_id == Subscriber.id)
        .where(Subscriber.id.in_(ids.scalar_subquery()))
        .order_by(Subscriber.id, Subscription.list_slug)
    )  # fmt: skip
    return db.execute(both).all()


def _exported(one: Any) -> dict[str, Any]:
    email = f"'{one.email}" if one.email.startswith(FORMULA) else one.email
    is_on_list = one.list_slug is not None
    return {
        "email": email, "state": one.state, "locale": one.locale,
        "list": one.list_slug or "", "list_state": one.list_state or "",
        "confirmed_at": clock.written(one.confirmed_at if is_on_list else one.since),
        "left_at": clock.written(one.left_at if is_on_list else one.until),
    }  # fmt: skip
