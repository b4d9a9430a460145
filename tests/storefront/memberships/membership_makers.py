"""Plans and memberships with defaults that name only what matters."""

from datetime import timedelta

from storefront import clock
from storefront.memberships.models import Membership, MembershipPayment, MembershipPlan

MONTH = timedelta(days=30)


def make_plan(db, slug="monthly", **fields) -> MembershipPlan:
    found = db.get(MembershipPlan, slug)
    if found is None:
        values = {
            "name": slug.capitalize(), "lookup_key": f"test_{slug}", "amount_minor": 900, "currency": "EUR",
            "rhythm": "month", "trial_days": 14, "about": "",
        }  # fmt: skip
        found = MembershipPlan(slug=slug, **values | fields)
        db.add(found)
        db.flush()
    return found


def make_membership(db, email="ana@example.org", *, now=None, **fields) -> Membership:
    """Make a paid membership of a month that was begun now."""
    now = now or clock.now()
    values = {
        "plan_slug": "monthly", "status": "active", "source": "stripe", "period_end": now + MONTH,
        "created_at": now, "read_at": now, "ends_because": "", "cancel_at_period_end": False,
    }  # fmt: skip
    made = Membership(email=email, **values | fields)
    make_plan(db, made.plan_slug)
    if made.source == "stripe" and made.stripe_subscription_id is None:
        made.stripe_subscription_id = f"sub_{email}_{made.status}"
    db.add(made)
    db.flush()
    return made


def make_payment(row, **fields) -> MembershipPayment:
    """Make a paid invoice of a membership."""
    now = clock.now()
    values = {
        "membership_id": row.id, "stripe_invoice_id": f"in_{row.id}", "number": "A-1", "state": "paid",
        "amount_minor": 900, "paid_minor": 900, "refunded_minor": 0, "is_disputed": False,
        "currency": "EUR", "made_at": now, "until": None, "read_at": now,
    }  # fmt: skip
    return MembershipPayment(**values | fields)
