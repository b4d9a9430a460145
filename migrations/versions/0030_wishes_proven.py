"""Keep whether the address of a wish to join or to give was proven where it was made."""

import sqlalchemy as sa
from alembic import op

revision = "0030_wishes_proven"
down_revision = "0029_held_films"
branch_labels = None
depends_on = None

TABLE = "storefront_membership_attempt"


def upgrade():
    with op.batch_alter_table(TABLE) as table:
        table.add_column(
            sa.Column("is_proven", sa.Boolean(), nullable=False, server_default=sa.true())
        )


def downgrade():
    with op.batch_alter_table(TABLE) as table:
        table.drop_column("is_proven")
