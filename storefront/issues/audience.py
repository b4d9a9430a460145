"""Whom an issue goes to: a list, narrowed by a segment, as one statement that loads nobody."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    exists,
    false,
    func,
    not_,
    or_,
    select,
    true,
    union,
)
from sqlalchemy.orm import Session

from storefront import clock
from storefront.errors import Invalid, NotFound
from storefront.hooks import Hooks
from storefront.issues import segments
from storefront.issues.models import Issue, Segment
from storefront.issues.office import Office
from storefront.memberships.models import Membership
from storefront.memberships.service import is_member_clause
from storefront.newsletter.letters import masked
from storefront.newsletter.models import Interest, Subscriber, Subscription
from storefront.newsletter.subscriptions import readers_of
from storefront.orders.models import Order
from storefront.orders.states import BOUGHT_ORDERS
from storefront.ownership.models import Owned
from storefront.ownership.service import is_active
from storefront.settings import Settings

SAMPLES = 10
GROUPS = (segments.All, segments.AnyOf, segments.Not)


def audience(db: Session, issue: Issue, office: Office) -> Select[int]:
    """Select whom an issue goes to: readers of its list within its segment, by their ids.

    Raises:
        NotFound: its segment is gone.
        Invalid: its segment has a condition that nobody answers any more.
    """
    rule = rule_of(db, issue.segment_slug)
    return of_rule(issue.list_slug, rule, office, clock.now())


def of_rule(list_slug: str, rule: Any, office: Office, now: datetime) -> Select[int]:
    """Select readers of a list within a rule; None narrows nothing."""
    found = readers_of(list_slug, now)
    if rule is None:
        return found
    return Conditions(list_slug, office.settings, office.hooks, now).narrow(found, rule)


def rule_of(db: Session, segment_slug: str | None) -> Any:
    """Read the rule of a segment; None for no segment.

    Raises:
        NotFound: there is no such segment.
    """
    if segment_slug is None:
        return None
    found = db.get(Segment, segment_slug)
    if found is None:
        raise NotFound("The segment of this issue is gone. Choose another.")
    return segments.read(found.rule)


def count(db: Session, wanted: Select[int]) -> int:
    """Count readers."""
    return db.scalar(counting(wanted)) or 0


def counting(wanted: Select[int]) -> Select[int]:
    """Write the statement that counts readers."""
    return select(func.count()).select_from(wanted.subquery())


def samples(db: Session, wanted: Select[int]) -> Sequence[str]:
    """Give the newest few of them, each so that only its owner recognises it."""
    some = wanted.order_by(Subscriber.id.desc()).limit(SAMPLES)
    emails = db.scalars(select(Subscriber.email).where(Subscriber.id.in_(some)))
    return [masked(email) for email in emails]


class Conditions:
    """Rules as SQL on readers.

    What is known by address or by reader is a set of those. What must hold is looked for in its set;
    what may hold is a set beside the reader, joined once: the database would else look into
    every set for every reader.
    """

    def __init__(self, list_slug: str, settings: Settings, hooks: Hooks, now: datetime) -> None:
        self._list, self._settings, self._hooks, self._now = list_slug, settings, hooks, now
        self._beside: list[tuple[Subquery, ColumnElement[bool]]] = []

    def narrow(self, readers: Select[int], rule: Any) -> Select[int]:
        """Keep the readers of a statement for whom a rule holds.

        Raises:
            Invalid: nobody answers for a condition of it.
        """
        holds = self._must(rule)
        for found, on in self._beside:
            readers = readers.outerjoin(found, on)
        return readers.where(holds)

    def _must(self, rule: Any) -> ColumnElement[bool]:
        """Write what has to hold."""
        rule = _usual(rule)
        if isinstance(rule, segments.All):
            return and_(true(), *(self._must(one) for one in rule.of))
        inner = _usual(rule.of) if isinstance(rule, segments.Not) else rule
        found = None if isinstance(inner, GROUPS) else self._set(inner)
        if found is None:
            return self._may(rule)
        is_there = exists(select(found[0]).where(found[1]))
        return not_(is_there) if isinstance(rule, segments.Not) else is_there

    def _may(self, rule: Any) -> ColumnElement[bool]:
        """Write what may hold."""
        rule = _usual(rule)
        if isinstance(rule, segments.All):
            return and_(true(), *(self._may(one) for one in rule.of))
        if isinstance(rule, segments.AnyOf):
            return or_(false(), *self._united(rule.of))
        if isinstance(rule, segments.Not):
            return not_(self._may(rule.of))
        return or_(false(), *self._united((rule,)))

    def _united(self, rules: Sequence[Any]) -> Iterator[ColumnElement[bool]]:
        """Write conditions of which one is enough: those by address are one set, those by reader another."""
        emails, readers = list[Select[str]](), list[Select[int]]()
        for rule in map(_usual, rules):
            if isinstance(rule, GROUPS):
                yield self._may(rule)
            elif (by_email := self._emails(rule)) is not None:
                emails.append(by_email)
            elif (by_reader := self._readers(rule)) is not None:
                readers.append(by_reader)
            else:
                yield Subscriber.locale == rule.value
        if emails:
            yield self._joined(union(*emails).subquery(), Subscriber.email)
        if readers:
            yield self._joined(union(*readers).subquery(), Subscriber.id)

    def _joined(self, found: Subquery, value: Any) -> ColumnElement[bool]:
        """Put a set beside the readers, and tell whether one is in it."""
        self._beside.append((found, found.c[0] == value))
        is_there: ColumnElement[bool] = found.c[0].is_not(None)
        return is_there

    def _set(self, rule: Any) -> tuple[Subquery, ColumnElement[bool]] | None:
        """Give the set that a condition is about, and how a reader is found in it."""
        if (emails := self._emails(rule)) is not None:
            found = emails.subquery()
            return found, found.c[0] == Subscriber.email
        if (readers := self._readers(rule)) is not None:
            found = readers.subquery()
            return found, found.c[0] == Subscriber.id
        return None

    def _emails(self, rule: Any) -> Select[str] | None:
        """Give the addresses that a condition is about; None for one that is about readers."""
        if rule.kind == "owns":
            return select(Owned.email).where(
                Owned.component == rule.value, is_active(self._now)
            )
        if rule.kind == "ordered_within":
            is_new = Order.placed_at > self._now - timedelta(days=rule.days)
            return select(Order.email).where(is_new, Order.state.in_(BOUGHT_ORDERS))
        if rule.kind == "tier":
            return self._members(rule.value)
        if rule.kind != "phase":
            return None
        found = self._hooks.reader_clause(rule.kind, rule.value)
        if found is None:
            message = f"Nobody knows who {segments.in_words(rule)}."
            raise Invalid(message)
        return found

    def _readers(self, rule: Any) -> Select[int] | None:
        """Give the readers that a condition is about; None for any other."""
        if rule.kind == "interest":
            return select(Interest.subscriber_id).where(Interest.topic == rule.value)
        if rule.kind not in ("joined_within", "joined_before"):
            return None
        moment = self._now - timedelta(days=rule.days)
        joined = Subscription.confirmed_at
        in_time = joined > moment if rule.kind == "joined_within" else joined <= moment
        return select(Subscription.subscriber_id).where(
            Subscription.list_slug == self._list, in_time
        )

    def _members(self, wanted: str) -> Select[str]:
        found = select(Membership.email).where(is_member_clause(self._now, self._settings))
        return found.where(Membership.status == "trialing") if wanted == "trial" else found


def _usual(rule: Any) -> Any:
    """Write "is no member" as the opposite of being one."""
    if isinstance(rule, segments.Tier) and rule.value == "none":
        member = segments.Tier(kind="tier", value="member")
        return segments.Not(kind="not", of=member)
    return rule
