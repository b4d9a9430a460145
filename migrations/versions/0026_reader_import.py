"""Make the table of how far each file of readers was brought in."""

import sqlalchemy as sa
from alembic import op

revision = "0026_reader_import"
down_revision = "0025_membership_payments"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade():
    op.create_table(
        "storefront_reader_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("joined", sa.Integer(), nullable=False),
        sa.Column("known", sa.Integer(), nullable=False),
        sa.Column("suppressed", sa.Integer(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_reader_import")),
        sa.UniqueConstraint(
            "file_sha256", name=op.f("uq_storefront_reader_import_file_sha256")
        ),
    )


def downgrade():
    op.drop_table("storefront_reader_import")
