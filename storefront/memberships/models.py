"""Plans, what was asked of Stripe for them, memberships, used-up trials and gifts."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storefront.database import Base

STATUSES = ("incomplete", "trialing", "active", "past_due", "unpaid", "paused", "canceled")
SOURCES = ("stripe", "gift")
RHYTHMS = ("month", "year")
KINDS = ("join", "gift")
STATES = ("prepared", "open", "done", "closed")
BILLED = ("open", "paid", "void", "uncollectible")
WAITS = text("kind = 'join' AND state IN ('open', 'prepared')")


class MembershipPlan(Base):
    """What a member pays and how often; Stripe's Price is found by the lookup key."""

    __tablename__ = "storefront_membership_plan"
    __table_args__ = (
        CheckConstraint("rhythm IN " + str(RHYTHMS), name="rhythm"),
        CheckConstraint("amount_minor > 0", name="amount_minor"),
        CheckConstraint("trial_days >= 0", name="trial_days"),
    )

    slug: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    about: Mapped[str] = mapped_column(String(300), default="")
    lookup_key: Mapped[str] = mapped_column(String(80), unique=True)
    amount_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    rhythm: Mapped[str] = mapped_column(String(6))  # month or year
    trial_days: Mapped[int] = mapped_column(default=14)
    position: Mapped[int] = mapped_column(default=0)
    is_offered: Mapped[bool] = mapped_column(default=True)


class MembershipAttempt(Base):
    """A wish to join or to give: its whole request and key are stored before Stripe is asked."""

    __tablename__ = "storefront_membership_attempt"
    __table_args__ = (
        CheckConstraint("kind IN " + str(KINDS), name="kind"),
        CheckConstraint("state IN " + str(STATES), name="state"),
        Index(
            "uq_storefront_membership_attempt_waits",
            "email",
            unique=True,
            sqlite_where=WAITS,
            postgresql_where=WAITS,
        ),
        Index("ix_storefront_membership_attempt_state_created_at", "state", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(40), unique=True)  # what Stripe calls it by
    kind: Mapped[str] = mapped_column(String(4))  # join or gift
    email: Mapped[str] = mapped_column(String(254))
    plan_slug: Mapped[str] = mapped_column(ForeignKey("storefront_membership_plan.slug"))
    state: Mapped[str] = mapped_column(String(8), default="prepared")
    has_trial: Mapped[bool] = mapped_column(default=False)
    is_proven: Mapped[bool] = mapped_column(default=True)  # its address, where it was wished
    idempotency_key: Mapped[str] = mapped_column(String(40))
    request: Mapped[dict[str, Any]]
    session_id: Mapped[str | None] = mapped_column(String(120), unique=True)
    pay_url: Mapped[str] = mapped_column(String(2000), default="")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]  # of its pay page
    looked_at: Mapped[datetime | None]


class Membership(Base):
    """One subscription or gift of an address; access is worked out from it at each request."""

    __tablename__ = "storefront_membership"
    __table_args__ = (
        CheckConstraint("status IN " + str(STATUSES), name="status"),
        CheckConstraint("source IN " + str(SOURCES), name="source"),
        Index("ix_storefront_membership_email_period_end", "email", "period_end"),
        Index("ix_storefront_membership_status_period_end", "status", "period_end"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254))
    plan_slug: Mapped[str] = mapped_column(ForeignKey("storefront_membership_plan.slug"))
    source: Mapped[str] = mapped_column(String(8), default="stripe")
    status: Mapped[str] = mapped_column(String(12))
    stripe_customer_id: Mapped[str] = mapped_column(String(80), default="", index=True)
    stripe_subscription_id: Mapped[str | None] = mapped_column(String(80), unique=True)
    trial_end: Mapped[datetime | None]
    period_end: Mapped[datetime | None]  # of the subscription's item, or of the gift
    past_due_since: Mapped[datetime | None]  # the grace of a failed renewal counts from here
    asks_to_confirm: Mapped[bool] = mapped_column(default=False)  # the bank asks its customer
    cancel_at_period_end: Mapped[bool] = mapped_column(default=False)
    ended_at: Mapped[datetime | None]
    ends_because: Mapped[str] = mapped_column(String(20), default="")  # why we end it ourselves
    reminded_at: Mapped[datetime | None]  # that the trial ends soon
    created_at: Mapped[datetime]
    read_at: Mapped[datetime]  # when Stripe was last asked


class MembershipPayment(Base):
    """One invoice of a membership as Stripe last told it; Stripe's own page shows it whole."""

    __tablename__ = "storefront_membership_payment"
    __table_args__ = (
        CheckConstraint("state IN " + str(BILLED), name="state"),
        CheckConstraint("amount_minor > 0", name="amount_minor"),
        CheckConstraint("paid_minor >= 0", name="paid_minor"),
        CheckConstraint("refunded_minor BETWEEN 0 AND paid_minor", name="refunded_minor"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    membership_id: Mapped[int] = mapped_column(
        ForeignKey("storefront_membership.id"), index=True
    )
    stripe_invoice_id: Mapped[str] = mapped_column(String(80), unique=True)
    number: Mapped[str] = mapped_column(String(80), default="")
    state: Mapped[str] = mapped_column(String(16))  # Stripe's word
    amount_minor: Mapped[int]
    paid_minor: Mapped[int]
    refunded_minor: Mapped[int] = mapped_column(default=0)
    is_disputed: Mapped[bool] = mapped_column(default=False)  # and the bank has the money
    currency: Mapped[str] = mapped_column(String(3))
    made_at: Mapped[datetime]
    until: Mapped[datetime | None]  # the end of the time that it is for
    read_at: Mapped[datetime]  # when Stripe was last asked


class MembershipSpared(Base):
    """So much longer a gift lasts for one payment: taken off again when that money goes back."""

    __tablename__ = "storefront_membership_spared"
    __table_args__ = (CheckConstraint("seconds > 0", name="seconds"),)

    payment_id: Mapped[int] = mapped_column(
        ForeignKey("storefront_membership_payment.id"), primary_key=True
    )
    membership_id: Mapped[int] = mapped_column(  # of the gift
        ForeignKey("storefront_membership.id"), primary_key=True
    )
    seconds: Mapped[int]


class MembershipNote(Base):
    """What happened to a membership, in a sentence for the staff."""

    __tablename__ = "storefront_membership_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    membership_id: Mapped[int] = mapped_column(
        ForeignKey("storefront_membership.id"), index=True
    )
    at: Mapped[datetime]
    text: Mapped[str] = mapped_column(String(300))


class TrialUse(Base):
    """A trial is given once for each verified address and once for each card."""

    __tablename__ = "storefront_trial_use"
    __table_args__ = (
        UniqueConstraint("kind", "fingerprint"),
        CheckConstraint("kind IN ('address', 'card')", name="kind"),
        Index("ix_storefront_trial_use_subscription_id", "subscription_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    fingerprint: Mapped[str] = mapped_column(String(80))
    subscription_id: Mapped[str] = mapped_column(String(80), default="")  # whose trial it was
    at: Mapped[datetime]


class MembershipGift(Base):
    """A membership that somebody gave; whoever has its code redeems it once."""

    __tablename__ = "storefront_membership_gift"
    __table_args__ = (CheckConstraint("months > 0", name="months"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code_fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    plan_slug: Mapped[str] = mapped_column(ForeignKey("storefront_membership_plan.slug"))
    months: Mapped[int]
    given_by: Mapped[str] = mapped_column(String(254), default="")
    paid_reference: Mapped[str | None] = mapped_column(
        String(80), unique=True
    )  # of its payment; nothing when the staff made it
    paid_minor: Mapped[int] = mapped_column(default=0)
    note: Mapped[str] = mapped_column(String(200), default="")  # of the staff, why it was made
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    redeemed_at: Mapped[datetime | None]
    membership_id: Mapped[int | None] = mapped_column(ForeignKey("storefront_membership.id"))
