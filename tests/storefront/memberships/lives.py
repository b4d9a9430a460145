"""One member at the till: joins on its pay page, lives by a test clock, and is heard or not heard of."""

from datetime import UTC, datetime, timedelta

import requests
from sqlalchemy import select

from storefront import database
from storefront.memberships import bills, joining, ledger, service, sweep, wording
from storefront.memberships.joining import Wish
from storefront.memberships.models import Membership
from storefront.outbox import OutboxRow
from storefront.payments import handlers, webhook
from tests.storefront.memberships.membership_makers import make_membership

ANA = "ana@example.org"
CARD = {
    "card_number": "4242424242424242",
    "expiry": "12/40",
    "cvc": "123",
    "name": "Ana",
    "action": "pay",
}
ASKS_AGAIN = "4000002760003184"
DECLINES_LATER = "4000000000000341"
OTHER_CARD, THIRD_CARD = "4000000000007726", "4000000000005423"  # pay like any other


def press(url, **sent):
    return requests.post(url, data=CARD | sent, allow_redirects=False, timeout=20)


class Life:
    """What a member does, what time does, and what the shop hears of it.

    The customer lives by a test clock: the shop knows it from an earlier membership.
    """

    def __init__(self, db, till, gateway, settings, begun):
        self.db, self.till, self.gateway, self.settings = db, till, gateway, settings
        self.begun = begun
        self.v1 = gateway._client.v1
        made = self.v1.test_helpers.test_clocks.create({"frozen_time": int(begun.timestamp())})
        self.clock_id, self.now = made.id, begun
        self.customer = self.v1.customers.create({"email": ANA, "test_clock": made.id}).id
        with database.transaction() as session:
            make_membership(
                session, ANA, status="canceled", stripe_subscription_id="sub_long_ago",
                stripe_customer_id=self.customer, ended_at=begun,
            )  # fmt: skip

    def join(self, card=CARD["card_number"], *, email=ANA, plan="monthly", trial=True):
        url = joining.join(Wish(email, plan, trial), self.gateway, self.settings)
        answer = press(url, card_number=card)
        if answer.headers.get("Location", "").endswith("/secure"):
            answer = press(f"{url}/secure", action="complete")
        assert answer.status_code == 303, answer.text
        return self

    def pass_days(self, days):
        self.now += timedelta(days=days)
        moved = {"frozen_time": int(self.now.timestamp())}
        self.v1.test_helpers.test_clocks.advance(self.clock_id, moved)
        return self

    def hints(self):
        since = self.begun - timedelta(minutes=5)
        listed = [
            hint for some in handlers.types() for hint in self.gateway.events_since(some, since)
        ]
        return sorted(listed, key=lambda hint: hint.created)

    def hear(self, hints=None):
        """Take in what happened: each event once, in its order, unless others are given."""
        for hint in self.hints() if hints is None else hints:
            if webhook.keep(hint, self.settings):
                webhook.work(hint.event_id, self.gateway, self.settings)
        return self

    def sweep(self):
        return sweep.run(self.gateway, self.settings, self.now)

    def row(self, email=ANA) -> Membership:
        self.db.rollback()
        mine = select(Membership).where(
            Membership.email == email, Membership.source == "stripe",
            Membership.stripe_subscription_id != "sub_long_ago",
        )  # fmt: skip
        newest = mine.order_by(Membership.id.desc()).execution_options(populate_existing=True)
        return self.db.scalars(newest).first()

    def facts(self):
        row = self.row()
        return (
            row.status, row.plan_slug, row.trial_end, row.period_end, row.past_due_since,
            row.cancel_at_period_end, row.ended_at, row.ends_because, row.asks_to_confirm,
        )  # fmt: skip

    def standing(self, *, later=timedelta(0), email=ANA):
        self.db.rollback()
        return service.standing(self.db, email, self.now + later, self.settings)

    def letters(self, to=ANA):
        self.db.rollback()
        rows = self.db.scalars(
            select(OutboxRow).where(OutboxRow.kind == "mail").order_by(OutboxRow.id)
        )
        return [
            row.payload["letter"].removeprefix("membership_")
            for row in rows
            if row.payload["to"] == to
        ]

    def letter(self, name):
        rows = self.db.scalars(select(OutboxRow).where(OutboxRow.kind == "mail"))
        return [
            row.payload["context"]
            for row in rows
            if row.payload["letter"] == f"membership_{name}"
        ][-1]

    def paid(self):
        """Tell what was charged, oldest first."""
        listed = self.v1.invoices.list({"customer": self.row().stripe_customer_id}).data
        return [invoice.amount_paid for invoice in listed[::-1] if invoice.amount_paid]

    def bills(self, email=ANA):
        """Tell what the shop knows of it: state, due, paid, paid back; oldest first."""
        self.db.rollback()
        return [
            (wording.bill(row), row.amount_minor, row.paid_minor, row.refunded_minor)
            for row in bills.of_address(self.db, email)[::-1]
        ]

    def problems(self):
        self.db.rollback()
        return ledger.problems(self.db)


def at(stamp):
    return datetime.fromtimestamp(stamp, UTC)
