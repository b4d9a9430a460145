"""Make the tables of deliveries, their pace, and of mail that came back."""

import sqlalchemy as sa
from alembic import op

revision = "0021_dispatch"
down_revision = "0020_issues"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade():
    op.create_table(
        "storefront_bounce",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("source", sa.String(length=8), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("message_id", sa.String(length=120), nullable=False),
        sa.Column("status_code", sa.String(length=12), nullable=False),
        sa.Column("is_forgiven", sa.Boolean(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "kind IN ('hard', 'soft', 'complaint', 'auto_reply', 'unknown')",
            name=op.f("ck_storefront_bounce_kind"),
        ),
        sa.CheckConstraint(
            "source IN ('mailbox', 'webhook', 'smtp', 'manual')",
            name=op.f("ck_storefront_bounce_source"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_bounce")),
        sa.UniqueConstraint("source", "key", name=op.f("uq_storefront_bounce_source_key")),
    )
    op.create_index(
        "ix_storefront_bounce_email_at", "storefront_bounce", ["email", "at"], unique=False
    )
    op.create_table(
        "storefront_pace",
        sa.Column("key", sa.String(length=254), nullable=False),
        sa.Column("allowance", sa.Double(), nullable=False),
        sa.Column("filled_at", MOMENT, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("sent_today", sa.Integer(), nullable=False),
        sa.Column("strikes", sa.Integer(), nullable=False),
        sa.Column("wait_until", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_storefront_pace")),
    )
    op.create_table(
        "storefront_delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=True),
        sa.Column("domain", sa.String(length=254), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("variant", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("lease_owner", sa.String(length=40), nullable=False),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.Column("data_at", MOMENT, nullable=True),
        sa.Column("next_try_at", MOMENT, nullable=False),
        sa.Column("message_id", sa.String(length=120), nullable=False),
        sa.Column("smtp_code", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "state IN ('queued', 'leased', 'accepted', 'deferred', 'failed', 'skipped', 'unknown')",
            name=op.f("ck_storefront_delivery_state"),
        ),
        sa.ForeignKeyConstraint(
            ["issue_id"], ["storefront_issue.id"], name=op.f("fk_storefront_delivery_issue_id")
        ),
        sa.ForeignKeyConstraint(
            ["subscriber_id"],
            ["storefront_subscriber.id"],
            name=op.f("fk_storefront_delivery_subscriber_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_delivery")),
        sa.UniqueConstraint(
            "issue_id",
            "subscriber_id",
            name=op.f("uq_storefront_delivery_issue_id_subscriber_id"),
        ),
    )
    op.create_index(
        "ix_storefront_delivery_issue_id_state_turn",
        "storefront_delivery",
        ["issue_id", "state", "turn"],
        unique=False,
    )
    op.create_index(
        op.f("ix_storefront_delivery_message_id"),
        "storefront_delivery",
        ["message_id"],
        unique=False,
    )
    op.create_index(
        "ix_storefront_delivery_subscriber_id",
        "storefront_delivery",
        ["subscriber_id"],
        unique=False,
    )


def downgrade():
    op.drop_table("storefront_bounce")
    op.drop_table("storefront_pace")
    op.drop_table("storefront_delivery")
