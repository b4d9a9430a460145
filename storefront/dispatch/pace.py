"""How fast letters may go: a bucket for all and one for each domain, kept in the database.

A worker that is started anew goes on at the pace of the last one, and several workers share one pace.
A day of a warm-up is used up by letters that the mail server answered or may have taken; those on their way
are told by their rows, so one that is given back, by whomever, uses up nothing.
"""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Table, case, func, select, update
from sqlalchemy.orm import Session

from storefront.dispatch import outcomes
from storefront.dispatch.models import Delivery, Pace
from storefront.inserts import insert_once
from storefront.issues.models import Issue
from storefront.settings import Settings

ALL = "all"
table: Table = Pace.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class Limits:
    """The bounds of the settings: letters a second, in all and to a domain, and of each first day."""

    rate: float = 0
    domain_rate: float = 0
    warmup: Sequence[int] = ()

    @classmethod
    def of(cls, settings: Settings) -> "Limits":
        """Take them from the settings."""
        return cls(
            settings.newsletter_rate,
            settings.newsletter_domain_rate,
            settings.newsletter_warmup,
        )


def room(db: Session, limits: Limits, most: int, now: datetime) -> int:
    """Tell how many letters may go now, and hold the others who ask until this is committed."""
    bucket = _bucket(db, ALL, limits.rate, now)
    if bucket.wait_until and bucket.wait_until > now:
        return 0
    bounds = [most]
    if limits.rate:
        bounds.append(math.floor(bucket.allowance))
    cap = _cap(bucket, limits, now)
    if cap is not None:
        bounds.append(cap - bucket.sent_today - _on_their_way(db))
    return max(0, min(bounds))


def take(db: Session, limits: Limits, count: int, now: datetime) -> None:
    """Let so many letters set out now."""
    _bucket(db, ALL, limits.rate, now).allowance -= count


def count(db: Session, letters: int, now: datetime) -> None:
    """Count letters that the mail server answered, or may have taken, against the day."""
    today = now.date()
    sent = case((table.c.day < today, letters), else_=table.c.sent_today + letters)
    day = case((table.c.day < today, today), else_=table.c.day)
    if letters:
        db.execute(update(table).where(table.c.key == ALL).values(sent_today=sent, day=day))


def resting(db: Session, now: datetime) -> list[str]:
    """Name the domains that nothing is sent to just now."""
    waits = select(Pace.key).where(Pace.key != ALL, Pace.wait_until > now)
    return list(db.scalars(waits))


def surplus(
    db: Session, limits: Limits, letters: Iterable[tuple[int, str]], now: datetime
) -> list[int]:
    """Take what each domain may get now from letters of (id, domain); give the ids beyond that."""
    if not limits.domain_rate:
        return []
    beyond: list[int] = []
    wanted: dict[str, list[int]] = {}
    for key, domain in letters:
        wanted.setdefault(domain, []).append(key)
    for domain in sorted(wanted):  # in one order, so that two workers never wait crosswise
        bucket = _bucket(db, domain, limits.domain_rate, now)
        fit = max(0, math.floor(bucket.allowance))
        beyond += wanted[domain][fit:]
        bucket.allowance -= min(fit, len(wanted[domain]))
        if bucket.allowance < 1:
            seconds = (1 - bucket.allowance) / limits.domain_rate
            bucket.wait_until = _later(bucket.wait_until, now + timedelta(seconds=seconds))
    return beyond


def strike(db: Session, key: str, now: datetime) -> None:
    """Let a domain, or all of them, rest: twice as long as after the refusal before."""
    bucket = _bucket(db, key, 0, now)
    if bucket.wait_until and bucket.wait_until > now:
        return  # letters that were on their way already say nothing new
    bucket.strikes += 1
    bucket.wait_until = _later(bucket.wait_until, now + outcomes.wait(bucket.strikes))


def calm(db: Session, keys: Collection[str]) -> None:
    """Forget the refusals of domains that take letters again."""
    if not keys:
        return
    again = update(Pace).where(Pace.key.in_(sorted({*keys})), Pace.strikes > 0)
    db.execute(again.values(strikes=0).execution_options(synchronize_session=False))


def strikes(db: Session) -> Counter[str]:
    """Tell who has refused lately, and how often in a row."""
    return Counter(
        dict(db.execute(select(Pace.key, Pace.strikes).where(Pace.strikes > 0)).all())
    )


def _bucket(db: Session, key: str, rate: float, now: datetime) -> Pace:
    """Give a bucket, filled up to this moment and locked; it holds a second's letters."""
    most = max(1.0, rate)
    bucket = db.get(Pace, key, with_for_update=True)
    if bucket is None:
        insert_once(
            db, Pace, key=key, allowance=most, filled_at=now, day=now.date(),
            first_day=now.date(), sent_today=0, strikes=0,
        )  # fmt: skip
        bucket = db.get_one(Pace, key, with_for_update=True)
    seconds = max(0.0, (now - bucket.filled_at).total_seconds())
    bucket.allowance = min(most, bucket.allowance + rate * seconds)
    bucket.filled_at = max(now, bucket.filled_at)
    if bucket.day < now.date():
        bucket.day, bucket.sent_today = now.date(), 0
    return bucket


def _on_their_way(db: Session) -> int:
    """Count the letters that workers hold; who asks holds the bucket, so nobody takes more meanwhile."""
    issues = select(Issue.id).where(Issue.prepared_at.is_not(None))
    held = select(func.count()).where(Delivery.issue_id.in_(issues), Delivery.state == "leased")
    return db.scalar(held) or 0


def _cap(bucket: Pace, limits: Limits, now: datetime) -> int | None:
    """Give the most letters of this day of a warm-up; None once it is over."""
    days = (now.date() - bucket.first_day).days
    return limits.warmup[days] if 0 <= days < len(limits.warmup) else None


def _later(one: datetime | None, other: datetime) -> datetime:
    return max(one, other) if one else other
