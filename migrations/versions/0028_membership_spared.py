"""Keep by how much each payment made a gift last longer, so that it can be taken off again."""

import sqlalchemy as sa
from alembic import op

revision = "0028_membership_spared"
down_revision = "0027_bounce_mailbox"
branch_labels = None
depends_on = None

TABLE = "storefront_membership_spared"


def upgrade():
    op.create_table(
        TABLE,
        sa.Column("payment_id", sa.Integer(), nullable=False),
        sa.Column("membership_id", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.CheckConstraint("seconds > 0", name=op.f(f"ck_{TABLE}_seconds")),
        sa.ForeignKeyConstraint(
            ["payment_id"],
            ["storefront_membership_payment.id"],
            name=op.f(f"fk_{TABLE}_payment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"],
            ["storefront_membership.id"],
            name=op.f(f"fk_{TABLE}_membership_id"),
        ),
        sa.PrimaryKeyConstraint("payment_id", "membership_id", name=op.f(f"pk_{TABLE}")),
    )


def downgrade():
    op.drop_table(TABLE)
