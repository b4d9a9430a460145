"""Note since when an address opens nothing on devices that only waited for its letter."""

import sqlalchemy as sa
from alembic import op

revision = "0024_content_closed"
down_revision = "0023_shares"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column(
        "storefront_verified_address",
        sa.Column("content_closed_at", sa.DateTime(timezone=True), nullable=True),
    )


def downgrade():
    op.drop_column("storefront_verified_address", "content_closed_at")
