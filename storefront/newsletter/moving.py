"""Readers in and out as CSV: where and when each consented comes with them, or they do not come."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.customers.service import canonical_email
from storefront.errors import Invalid
from storefront.newsletter import consent, subscriptions
from storefront.newsletter.models import Subscriber, Subscription
from storefront.newsletter.suppression import is_suppressed
from storefront.settings import Settings

COLUMNS = ("email", "lists", "consent_at", "consent_source", "consent_text")
EXPORTED = ("email", "state", "list", "list_state", "confirmed_at", "left_at", "locale")
MOST_PROBLEMS = 50
BATCH = 5000
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Row:
    """One reader to bring in, with the consent that was given elsewhere."""

    email: str
    lists: tuple[str, ...]
    at: datetime
    source: str
    text: str


@dataclass
class Report:
    """What an import did, or would do."""

    joined: int = 0
    known: int = 0
    suppressed: list[str] = field(default_factory=list)  # the numbers of their lines


def read(lines: Iterable[str], offered: Iterable[str], now: datetime) -> list[tuple[int, Row]]:
    """Read a file whole, before anything is written.

    Raises:
        Invalid: names every line that is wrong, and why; none of it is brought in.
    """
    table = csv.DictReader(lines)
    missing = [name for name in COLUMNS if name not in (table.fieldnames or ())]
    if missing:
        raise Invalid(fields={"file": f"The first line must name {', '.join(missing)}."})
    rows, wrong, known = [], {}, {*offered}
    try:
        for said in table:
            try:
                rows.append((table.line_num, _row(said, known, now)))
            except Invalid as error:
                wrong[f"line {table.line_num}"] = f"Line {table.line_num}: {error.detail}"
    except (csv.Error, UnicodeDecodeError) as error:
        wrong["file"] = f"After line {table.line_num} it cannot be read: {error}."
    if wrong:
        raise Invalid("Nothing was imported.", fields=dict([*wrong.items()][:MOST_PROBLEMS]))
    return rows


def bring_in(
    db: Session, rows: Iterable[tuple[int, Row]], *, settings: Settings, now: datetime
) -> Report:
    """Put readers on their lists with their old consent; who is suppressed, or has left, stays away."""
    report = Report()
    for number, row in rows:
        if is_suppressed(db, row.email, settings=settings):
            report.suppressed.append(str(number))
            continue
        wanted = [slug for slug in row.lists if not _has_left(db, row, slug)]
        words = f"{row.text} [given {clock.written(row.at)}, {row.source}]"
        shown = consent.by_us(row.email, words, f"import: {row.source}"[:60], settings)
        new = subscriptions.join(
            db, shown, wanted, client="", now=now, settings=settings, event="imported"
        )
        report.joined += bool(new)
        report.known += not new
    return report


def rows_out(db: Session) -> Iterator[dict[str, Any]]:
    """Give every reader with each list, in portions, ready for a spreadsheet."""
    last = 0
    while found := _portion(db, last):
        for reader, mine in found:
            yield _exported(reader, mine)
        last = found[-1][0].id
        db.expunge_all()


def _portion(db: Session, after: int) -> list[Any]:
    ids = (
        select(Subscriber.id).where(Subscriber.id > after).order_by(Subscriber.id).limit(BATCH)
    )
    both = (
        select(Subscriber, Subscription)
        .outerjoin(Subscription, Subscription.subscriber_id == Subscriber.id)
        .where(Subscriber.id.in_(ids.scalar_subquery()))
        .order_by(Subscriber.id, Subscription.list_slug)
    )
    return list(db.execute(both))


def _row(said: dict[str, Any], known: set[str], now: datetime) -> Row:
    values = {name: str(said.get(name) or "").strip() for name in COLUMNS}
    slugs = tuple(part for part in values["lists"].replace(";", ",").split(",") if part)
    unknown = [slug for slug in slugs if slug not in known]
    if unknown or not slugs:
        raise Invalid(f"there is no newsletter {', '.join(unknown) or 'named'}.")
    try:
        email = canonical_email(values["email"])
        at = clock.aware(datetime.fromisoformat(values["consent_at"]))
    except Invalid as error:
        raise Invalid("it names no mail address.") from error
    except ValueError as error:
        raise Invalid(
            "consent_at must be a moment such as 2026-03-01T10:00:00+00:00."
        ) from error
    if not values["consent_source"] or not values["consent_text"] or at > now:
        raise Invalid(
            "where and to which words somebody consented must be told, and lie behind us."
        )
    return Row(email, slugs, at, values["consent_source"], values["consent_text"])


def _has_left(db: Session, row: Row, slug: str) -> bool:
    """Tell whether somebody left this list after they gave the consent that is brought in."""
    mine = select(Subscription.left_at).join(
        Subscriber, Subscription.subscriber_id == Subscriber.id
    )
    left_at = db.scalar(
        mine.where(
            Subscriber.email == row.email,
            Subscription.list_slug == slug,
            Subscription.state == "left",
        )
    )
    return left_at is not None and left_at >= row.at


def _exported(reader: Subscriber, mine: Subscription | None) -> dict[str, Any]:
    email = f"'{reader.email}" if reader.email.startswith(FORMULA) else reader.email
    return {
        "email": email, "state": reader.state, "locale": reader.locale,
        "list": mine.list_slug if mine else "", "list_state": mine.state if mine else "",
        "confirmed_at": clock.written(mine.confirmed_at if mine else reader.confirmed_at),
        "left_at": clock.written(mine.left_at if mine else reader.left_at),
    }  # fmt: skip
