"""Make the tables of plans, what was asked for them, memberships, used-up trials and gifts."""

import sqlalchemy as sa
from alembic import op

revision = "0018_memberships"
down_revision = "0017_ownership"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
WAITS = sa.text("kind = 'join' AND state IN ('open', 'prepared')")


def upgrade():
    op.create_table(
        "storefront_membership_plan",
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("about", sa.String(length=300), nullable=False),
        sa.Column("lookup_key", sa.String(length=80), nullable=False),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("rhythm", sa.String(length=6), nullable=False),
        sa.Column("trial_days", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_offered", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "rhythm IN ('month', 'year')", name=op.f("ck_storefront_membership_plan_rhythm")
        ),
        sa.CheckConstraint(
            "amount_minor > 0", name=op.f("ck_storefront_membership_plan_amount_minor")
        ),
        sa.CheckConstraint(
            "trial_days >= 0", name=op.f("ck_storefront_membership_plan_trial_days")
        ),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_storefront_membership_plan")),
        sa.UniqueConstraint(
            "lookup_key", name=op.f("uq_storefront_membership_plan_lookup_key")
        ),
    )
    op.create_table(
        "storefront_membership_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=4), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("plan_slug", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("has_trial", sa.Boolean(), nullable=False),
        sa.Column("idempotency_key", sa.String(length=40), nullable=False),
        sa.Column("request", sa.JSON(), nullable=False),
        sa.Column("session_id", sa.String(length=120), nullable=True),
        sa.Column("pay_url", sa.String(length=2000), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("looked_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "kind IN ('join', 'gift')", name=op.f("ck_storefront_membership_attempt_kind")
        ),
        sa.CheckConstraint(
            "state IN ('prepared', 'open', 'done', 'closed')",
            name=op.f("ck_storefront_membership_attempt_state"),
        ),
        sa.ForeignKeyConstraint(
            ["plan_slug"],
            ["storefront_membership_plan.slug"],
            name=op.f("fk_storefront_membership_attempt_plan_slug"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_membership_attempt")),
        sa.UniqueConstraint(
            "reference", name=op.f("uq_storefront_membership_attempt_reference")
        ),
        sa.UniqueConstraint(
            "session_id", name=op.f("uq_storefront_membership_attempt_session_id")
        ),
    )
    op.create_index(
        "uq_storefront_membership_attempt_waits",
        "storefront_membership_attempt",
        ["email"],
        unique=True,
        sqlite_where=WAITS,
        postgresql_where=WAITS,
    )
    op.create_index(
        "ix_storefront_membership_attempt_state_created_at",
        "storefront_membership_attempt",
        ["state", "created_at"],
        unique=False,
    )
    op.create_table(
        "storefront_trial_use",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("fingerprint", sa.String(length=80), nullable=False),
        sa.Column("subscription_id", sa.String(length=80), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "kind IN ('address', 'card')", name=op.f("ck_storefront_trial_use_kind")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_trial_use")),
        sa.UniqueConstraint(
            "kind", "fingerprint", name=op.f("uq_storefront_trial_use_kind_fingerprint")
        ),
    )
    op.create_table(
        "storefront_membership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("plan_slug", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=8), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("stripe_customer_id", sa.String(length=80), nullable=False),
        sa.Column("stripe_subscription_id", sa.String(length=80), nullable=True),
        sa.Column("trial_end", MOMENT, nullable=True),
        sa.Column("period_end", MOMENT, nullable=True),
        sa.Column("past_due_since", MOMENT, nullable=True),
        sa.Column("cancel_at_period_end", sa.Boolean(), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ends_because", sa.String(length=20), nullable=False),
        sa.Column("reminded_at", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("read_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "source IN ('stripe', 'gift')", name=op.f("ck_storefront_membership_source")
        ),
        sa.CheckConstraint(
            "status IN ('incomplete', 'trialing', 'active', 'past_due', 'unpaid', 'paused', 'canceled')",
            name=op.f("ck_storefront_membership_status"),
        ),
        sa.ForeignKeyConstraint(
            ["plan_slug"],
            ["storefront_membership_plan.slug"],
            name=op.f("fk_storefront_membership_plan_slug"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_membership")),
        sa.UniqueConstraint(
            "stripe_subscription_id",
            name=op.f("uq_storefront_membership_stripe_subscription_id"),
        ),
    )
    op.create_index(
        "ix_storefront_membership_email_period_end",
        "storefront_membership",
        ["email", "period_end"],
        unique=False,
    )
    op.create_index(
        "ix_storefront_membership_status_period_end",
        "storefront_membership",
        ["status", "period_end"],
        unique=False,
    )
    op.create_index(
        op.f("ix_storefront_membership_stripe_customer_id"),
        "storefront_membership",
        ["stripe_customer_id"],
        unique=False,
    )
    op.create_table(
        "storefront_membership_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("membership_id", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["membership_id"],
            ["storefront_membership.id"],
            name=op.f("fk_storefront_membership_note_membership_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_membership_note")),
    )
    op.create_index(
        op.f("ix_storefront_membership_note_membership_id"),
        "storefront_membership_note",
        ["membership_id"],
        unique=False,
    )
    op.create_table(
        "storefront_membership_gift",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code_fingerprint", sa.String(length=64), nullable=False),
        sa.Column("plan_slug", sa.String(length=40), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("given_by", sa.String(length=254), nullable=False),
        sa.Column("paid_reference", sa.String(length=80), nullable=True),
        sa.Column("paid_minor", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.Column("redeemed_at", MOMENT, nullable=True),
        sa.Column("membership_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("months > 0", name=op.f("ck_storefront_membership_gift_months")),
        sa.ForeignKeyConstraint(
            ["membership_id"],
            ["storefront_membership.id"],
            name=op.f("fk_storefront_membership_gift_membership_id"),
        ),
        sa.ForeignKeyConstraint(
            ["plan_slug"],
            ["storefront_membership_plan.slug"],
            name=op.f("fk_storefront_membership_gift_plan_slug"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_membership_gift")),
        sa.UniqueConstraint(
            "code_fingerprint", name=op.f("uq_storefront_membership_gift_code_fingerprint")
        ),
        sa.UniqueConstraint(
            "paid_reference", name=op.f("uq_storefront_membership_gift_paid_reference")
        ),
    )


def downgrade():
    op.drop_table("storefront_membership_gift")
    op.drop_table("storefront_membership_note")
    op.drop_table("storefront_trial_use")
    op.drop_table("storefront_membership")
    op.drop_table("storefront_membership_attempt")
    op.drop_table("storefront_membership_plan")
