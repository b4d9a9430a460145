"""Make the table of how far each mailbox of returned mail was read."""

import sqlalchemy as sa
from alembic import op

revision = "0027_bounce_mailbox"
down_revision = "0026_reader_import"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "storefront_bounce_mailbox",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("validity", sa.BigInteger(), nullable=False),
        sa.Column("read_to", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_storefront_bounce_mailbox")),
    )


def downgrade():
    op.drop_table("storefront_bounce_mailbox")
