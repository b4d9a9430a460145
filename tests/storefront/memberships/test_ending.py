"""What we decided to end is ended, however long Stripe was away meanwhile."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from storefront import clock, database, outbox
from storefront.memberships import changes, sync
from storefront.outbox import OutboxRow
from storefront.payments.gateway import GatewayUnavailable
from tests.makers import both

HOUR = timedelta(hours=1)


def state(db):
    db.rollback()
    return db.scalar(select(OutboxRow.state).where(OutboxRow.kind == sync.KIND))


def refused(life, why):
    """Let us decide to end a trial, and Stripe be away until its ending was given up."""
    life.join().hear()
    with database.transaction() as db:
        row = db.merge(life.row())
        changes.refuse(db, row, why, clock.now(), life.settings)
        key = row.stripe_subscription_id
        outbox.put(db, sync.KIND, key, {"subscription": key})
        made = db.scalars(select(OutboxRow).where(OutboxRow.kind == sync.KIND)).one()
        made.tries = outbox.MOST_TRIES - 1
    outbox.drain({sync.KIND: away, "mail": lambda _: None})
    assert state(life.db) == "failed"


def away(_asked):
    raise GatewayUnavailable("away")


@both
@pytest.mark.parametrize("why", [changes.TRIAL_USED, changes.DISPUTED])
def test_a_membership_that_we_end_is_not_charged_after_stripe_was_away(life, why):
    refused(life, why)

    life.now = clock.now() + HOUR + timedelta(minutes=1)
    life.sweep()
    ends = {
        sync.KIND: lambda asked: sync.end_now(
            asked["subscription"], life.gateway, life.settings
        ),
        "mail": lambda _: None,
    }
    outbox.drain(ends)

    assert (state(life.db), life.row().status) == ("done", "canceled")
    life.pass_days(16).hear()
    assert life.paid() == []


def test_what_is_being_ended_is_queued_once_and_left_alone_when_it_is_done(life):
    refused(life, changes.TRIAL_USED)
    key = life.row().stripe_subscription_id

    for _again in range(2):
        sync.sync(key, life.gateway, life.settings)
        assert state(life.db) == "queued"
    sync.end_now(key, life.gateway, life.settings)
    outbox.drain({sync.KIND: lambda _: None, "mail": lambda _: None})
    sync.sync(key, life.gateway, life.settings)

    assert state(life.db) == "done"
