"""Make the table of links that open one thing for a while."""

import sqlalchemy as sa
from alembic import op

revision = "0023_shares"
down_revision = "0022_videos"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade():
    op.create_table(
        "routines_share_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("resource", sa.String(length=120), nullable=False),
        sa.Column("note", sa.String(length=120), nullable=False),
        sa.Column("made_by", sa.String(length=254), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routines_share_link")),
    )
    op.create_index(
        op.f("ix_routines_share_link_resource"),
        "routines_share_link",
        ["resource"],
        unique=False,
    )


def downgrade():
    op.drop_table("routines_share_link")
