"""Whom an issue goes to: a list, narrowed by a segment, as one statement that loads nobody."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    Text,
    and_,
    cast,
    exists,
    false,
    func,
    not_,
    or_,
    select,
    text,
    true,
    union_all,
)
from sqlalchemy.orm import Session

from storefront import clock
from storefront.errors import Invalid, NotFound
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
from storefront.plugins import Hooks
from storefront.settings import Settings

SAMPLES = 10
ROOM = "256MB"  # at most; what is used is 80 bytes for each reader of a set
NEEDS_ROOM = "storefront_needs_room"
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
    conditions = Conditions(list_slug, office.settings, office.hooks, now)
    narrowed = found.where(conditions.holds(rule))
    return narrowed.execution_options(**{NEEDS_ROOM: conditions.has_sets})


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
    give_room(db, wanted)
    return db.scalar(counting(wanted)) or 0


def counting(wanted: Select[int]) -> Select[int]:
    """Write the statement that counts readers."""
    return select(func.count()).select_from(wanted.subquery())


def give_room(db: Session, wanted: Select[int]) -> None:
    """Let PostgreSQL hold the sets of a statement in memory, if it has some; it ends with this transaction."""
    if (
        wanted.get_execution_options().get(NEEDS_ROOM)
        and db.get_bind().dialect.name == "postgresql"
    ):
        db.execute(text(f"SET LOCAL work_mem = '{ROOM}'"))


def samples(db: Session, wanted: Select[int]) -> Sequence[str]:
    """Give the newest few of them, each so that only its owner recognises it."""
    give_room(db, wanted)
    some = wanted.order_by(Subscriber.id.desc()).limit(SAMPLES)
    emails = db.scalars(select(Subscriber.email).where(Subscriber.id.in_(some)))
    return [masked(email) for email in emails]


class Conditions:
    """Rules as SQL on readers.

    What must hold, or must not, is joined to the readers. What may hold is a set that is read once
    and looked into by its hash; that takes `give_room`, or PostgreSQL reads the set again for every reader.
    """

    def __init__(self, list_slug: str, settings: Settings, hooks: Hooks, now: datetime) -> None:
        self._list, self._settings, self._hooks, self._now = list_slug, settings, hooks, now
        self.has_sets = False

    def holds(self, rule: Any) -> ColumnElement[bool]:
        """Write what has to hold.

        Raises:
            Invalid: nobody answers for a condition of it.
        """
        rule = _usual(rule)
        if isinstance(rule, segments.All):
            return and_(true(), *(self.holds(one) for one in rule.of))
        inner = _usual(rule.of) if isinstance(rule, segments.Not) else rule
        found = None if isinstance(inner, GROUPS) else self._set(inner)
        if found is None:
            return self._may(rule)
        members, mine = found[1].subquery(), found[0]
        is_there = exists(select(members.c[0]).where(members.c[0] == mine))
        return not_(is_there) if isinstance(rule, segments.Not) else is_there

    def _may(self, rule: Any) -> ColumnElement[bool]:
        """Write what may hold."""
        rule = _usual(rule)
        if isinstance(rule, segments.All):
            return and_(true(), *(self._may(one) for one in rule.of))
        if isinstance(rule, segments.Not):
            return not_(self._may(rule.of))
        rules = rule.of if isinstance(rule, segments.AnyOf) else (rule,)
        return self._one_of([_usual(one) for one in rules])

    def _one_of(self, rules: Sequence[Any]) -> ColumnElement[bool]:
        """Write conditions of which one is enough; all that are about addresses are one set."""
        self.has_sets = True
        groups = [self._may(rule) for rule in rules if isinstance(rule, GROUPS)]
        leaves = [rule for rule in rules if not isinstance(rule, GROUPS)]
        spoken = [Subscriber.locale == rule.value for rule in leaves if rule.kind == "locale"]
        found = [one for one in map(self._set, leaves) if one is not None]
        readers = [column.in_(ids) for column, ids in found if column is Subscriber.id]
        emails = [each for column, each in found if column is Subscriber.email]
        written = [Subscriber.email.in_(_as_text(emails))] if emails else []
        return or_(false(), *spoken, *readers, *written, *groups)

    def _set(self, rule: Any) -> tuple[Any, Select[Any]] | None:
        """Give what of a reader is looked for, and the set; None for a language, which stands with the reader."""
        if (emails := self._emails(rule)) is not None:
            return Subscriber.email, emails
        readers = self._readers(rule)
        return None if readers is None else (Subscriber.id, readers)

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


def _as_text(found: Sequence[Select[str]]) -> CompoundSelect[Any]:
    """Put addresses into one set; PostgreSQL knows how long text is, but takes a sum of columns for 516 bytes a row."""
    each = (one.subquery() for one in found)
    return union_all(*(select(cast(one.c[0], Text)) for one in each))


def _usual(rule: Any) -> Any:
    """Write "is no member" as the opposite of being one."""
    if isinstance(rule, segments.Tier) and rule.value == "none":
        member = segments.Tier(kind="tier", value="member")
        return segments.Not(kind="not", of=member)
    return rule
