"""What no event told: wishes that are open, memberships near an edge of time, reminders that are due."""

import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from storefront import database
from storefront.memberships import bills, joining, reminders, rules, sync
from storefront.memberships.models import Membership, MembershipAttempt
from storefront.payments.gateway import Gateway, GatewayRefused, GatewayUnavailable
from storefront.settings import Settings

log = logging.getLogger(__name__)

WAIT = timedelta(minutes=2)  # a webhook is usually quicker
NEAR = timedelta(hours=1)  # before a period ends
AGAIN = timedelta(minutes=10)  # between two looks at one that is at its edge
LATE_AGAIN = timedelta(hours=1)
DAILY = timedelta(days=1)  # everything that lives is read once a day
MOST = 100  # of each in one run of the job


@dataclass
class Report:
    """What a sweep did."""

    changed: int = 0
    unchanged: int = 0
    unanswered: int = 0
    failed: int = 0
    reminded: int = 0

    def look(self, before: str, read: Callable[[], str]) -> None:
        """Look at one thing and count it; whatever it meets, the next one is looked at."""
        try:
            after = read()
        except (GatewayUnavailable, GatewayRefused) as error:
            log.warning("Stripe could not be asked: %s", error)
            self.unanswered += 1
        except Exception:  # one that is broken must never stop the sweep
            log.exception("the sweep has met a membership that is broken")
            self.failed += 1
        else:
            self.changed += after != before
            self.unchanged += after == before


def run(
    gateway: Gateway, settings: Settings, now: datetime, *, everything: bool = False
) -> dict[str, int]:
    """Look at all that is due, then remind; a second run changes nothing."""
    report = Report()
    with database.transaction() as db:
        wishes = _wishes(db, now, everything=everything)
        rows = _members(db, now, everything=everything)
        trials = reminders.due(db, now)
        known = _known(db) if everything else []
    for attempt_id, state in wishes:
        report.look(state, partial(joining.settle, attempt_id, gateway, settings))
    for subscription_id, status in rows:
        report.look(status, partial(sync.sync, subscription_id, gateway, settings))
    for subscription_id in known:
        report.look(bills.KEPT, partial(bills.fill, subscription_id, gateway))
    for subscription_id in trials:
        report.look(
            "trialing", partial(_remind, report, subscription_id, gateway, settings, now)
        )
    return asdict(report)


def _known(db: Session) -> list[str]:
    """Name every subscription that ever was, for what was billed."""
    every = select(Membership.stripe_subscription_id).where(
        Membership.stripe_subscription_id.is_not(None)
    )
    return [found for found in db.scalars(every.order_by(Membership.id)) if found]


def _remind(
    report: Report, subscription_id: str, gateway: Gateway, settings: Settings, now: datetime
) -> str:
    """Read the status before mailing."""
    status = sync.sync(subscription_id, gateway, settings)
    with database.transaction() as db:
        report.reminded += reminders.remind(db, subscription_id, now, settings)
    return status


def _wishes(db: Session, now: datetime, *, everything: bool) -> list[tuple[int, str]]:
    """Choose the wishes that were not looked at for the longest time, and note the look."""
    waits = select(MembershipAttempt.id, MembershipAttempt.state).where(
        MembershipAttempt.state.in_(joining.ASKED_OPEN),
        MembershipAttempt.created_at <= now - WAIT,
    )
    longest_ago = (MembershipAttempt.looked_at.asc().nulls_first(), MembershipAttempt.id)
    chosen = waits.order_by(*longest_ago)
    if everything:
        return [(row.id, row.state) for row in db.execute(chosen)]
    found = [(row.id, row.state) for row in db.execute(chosen.limit(MOST))]
    mine = update(MembershipAttempt).where(
        MembershipAttempt.id.in_([attempt_id for attempt_id, _ in found])
    )
    db.execute(mine.values(looked_at=now))
    return found


def _members(db: Session, now: datetime, *, everything: bool) -> list[tuple[str, str]]:
    """Choose those at the end of a period, late or to be ended by us, and each that lives once a day."""
    asked = Membership.read_at
    at_the_edge = and_(
        Membership.status.in_(rules.RUNS), Membership.period_end <= now + NEAR,
        asked <= now - AGAIN,
    )  # fmt: skip
    late = and_(Membership.status.in_(("past_due", "unpaid")), asked <= now - LATE_AGAIN)
    begins = and_(Membership.status == "incomplete", asked <= now - AGAIN)
    to_end = and_(Membership.ends_because != "", asked <= now - LATE_AGAIN)
    due = or_(at_the_edge, late, begins, to_end, asked <= now - DAILY)
    lives = select(Membership.stripe_subscription_id, Membership.status).where(
        Membership.source == "stripe", Membership.status != "canceled",
        Membership.stripe_subscription_id.is_not(None),
    )  # fmt: skip
    chosen = lives if everything else lives.where(due)
    rows = db.execute(chosen.order_by(asked, Membership.id).limit(None if everything else MOST))
    return [(subscription_id, status) for subscription_id, status in rows if subscription_id]
