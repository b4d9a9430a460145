"""How fast letters may go: a bucket for all and one for each domain, kept in the database.

A worker that is started anew goes on at the pace of the last one, and several workers share one pace.
"""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storefront.dispatch import outcomes
from storefront.dispatch.models import Pace
from storefront.inserts import insert_once
from storefront.settings import Settings

ALL = "all"


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
        bounds.append(cap - bucket.sent_today)
    return max(0, min(bounds))


def take(db: Session, limits: Limits, count: int, now: datetime) -> None:
    """Count letters that go now."""
    bucket = _bucket(db, ALL, limits.rate, now)
    bucket.allowance -= count
    bucket.sent_today += count


def full_today(db: Session, limits: Limits, now: datetime) -> bool:
    """Tell whether the warm-up lets no more letters go today."""
    bucket = db.get(Pace, ALL)
    if bucket is None or bucket.day != now.date():
        return False
    cap = _cap(bucket, limits, now)
    return cap is not None and bucket.sent_today >= cap


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


def _cap(bucket: Pace, limits: Limits, now: datetime) -> int | None:
    """Give the most letters of this day of a warm-up; None once it is over."""
    days = (now.date() - bucket.first_day).days
    return limits.warmup[days] if 0 <= days < len(limits.warmup) else None


def _later(one: datetime | None, other: datetime) -> datetime:
    return max(one, other) if one else other
