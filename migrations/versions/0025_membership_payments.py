"""Keep what was billed for memberships, and whether a bank asks its customer to confirm."""

import sqlalchemy as sa
from alembic import op

revision = "0025_membership_payments"
down_revision = "0024_content_closed"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
STATES = "state IN ('open', 'paid', 'void', 'uncollectible')"
TABLE = "storefront_membership_payment"


def upgrade():
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("membership_id", sa.Integer(), nullable=False),
        sa.Column("stripe_invoice_id", sa.String(length=80), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.Column("paid_minor", sa.Integer(), nullable=False),
        sa.Column("refunded_minor", sa.Integer(), nullable=False),
        sa.Column("is_disputed", sa.Boolean(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=True),
        sa.Column("read_at", MOMENT, nullable=False),
        sa.CheckConstraint(STATES, name=op.f("ck_storefront_membership_payment_state")),
        sa.CheckConstraint(
            "amount_minor > 0", name=op.f("ck_storefront_membership_payment_amount_minor")
        ),
        sa.CheckConstraint(
            "paid_minor >= 0", name=op.f("ck_storefront_membership_payment_paid_minor")
        ),
        sa.CheckConstraint(
            "refunded_minor BETWEEN 0 AND paid_minor",
            name=op.f("ck_storefront_membership_payment_refunded_minor"),
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"],
            ["storefront_membership.id"],
            name=op.f("fk_storefront_membership_payment_membership_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_membership_payment")),
        sa.UniqueConstraint(
            "stripe_invoice_id",
            name=op.f("uq_storefront_membership_payment_stripe_invoice_id"),
        ),
    )
    op.create_index(
        op.f("ix_storefront_membership_payment_membership_id"),
        TABLE,
        ["membership_id"],
        unique=False,
    )
    op.create_index(
        "ix_storefront_trial_use_subscription_id",
        "storefront_trial_use",
        ["subscription_id"],
        unique=False,
    )
    with op.batch_alter_table("storefront_membership") as table:
        table.add_column(
            sa.Column(
                "asks_to_confirm", sa.Boolean(), nullable=False, server_default=sa.false()
            )
        )


def downgrade():
    with op.batch_alter_table("storefront_membership") as table:
        table.drop_column("asks_to_confirm")
    op.drop_index("ix_storefront_trial_use_subscription_id", "storefront_trial_use")
    op.drop_table(TABLE)
