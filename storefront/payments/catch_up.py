"""Events that no webhook brought: listed at Stripe, kept once, and done like any other."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from storefront import database
from storefront.inserts import insert_once
from storefront.payments import handlers, letters, webhook
from storefront.payments.gateway import Gateway, Hint
from storefront.payments.models import Cursor, StripeEvent
from storefront.settings import Settings

CURSOR = "events"
OVERLAP = timedelta(minutes=15)  # events are listed a little late, and clocks differ
FIRST_TIME = timedelta(days=3)
MISSING_AFTER = timedelta(minutes=30)  # a webhook that has not come by then is not coming


def new_events(
    gateway: Gateway, settings: Settings, now: datetime, since: datetime | None = None
) -> list[str]:
    """Keep every event that we have not heard of, oldest first, and name those to be done.

    Killed in between, the next run lists the same again and finds what is kept already.

    Raises:
        GatewayUnavailable: no answer; what was kept is kept.
    """
    with database.transaction() as db:
        begin = since or _cursor(db, now) - OVERLAP
    listed = [hint for some in handlers.types() for hint in gateway.events_since(some, begin)]
    found, missed = [], 0
    for hint in sorted(listed, key=lambda hint: hint.created or now):
        if _is_known(hint):
            continue
        missed += hint.created is not None and hint.created < now - MISSING_AFTER
        if webhook.keep(hint, settings):
            found.append(hint.event_id)
    if missed:
        with database.transaction() as db:
            letters.webhooks_missing(db, missed, now, settings)
    return found


def _is_known(hint: Hint) -> bool:
    with database.transaction() as db:
        return db.get(StripeEvent, hint.event_id) is not None


def _cursor(db: Session, now: datetime) -> datetime:
    kept = db.get(Cursor, CURSOR)
    return kept.moment if kept is not None and kept.moment else now - FIRST_TIME


def move_cursor(now: datetime) -> None:
    """Note that everything up to now is kept: called once the events are committed."""
    with database.transaction() as db:
        insert_once(db, Cursor, name=CURSOR, number=0)
        kept = db.get_one(Cursor, CURSOR, populate_existing=True)
        if kept.moment is None or kept.moment < now:
            kept.moment = now
