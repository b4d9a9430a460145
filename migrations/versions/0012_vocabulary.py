"""Make the table of the vocabulary: muscles, conditions, points, exercises, people."""

import sqlalchemy as sa
from alembic import op

revision = "0012_vocabulary"
down_revision = "0011_documents"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "routines_term",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("slug", sa.String(80), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("body_part", sa.String(80), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.CheckConstraint(
            "kind IN ('muscle', 'condition', 'point', 'exercise', 'person', 'tool_care')",
            name=op.f("ck_routines_term_kind"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routines_term")),
        sa.UniqueConstraint("kind", "slug", name=op.f("uq_routines_term_kind_slug")),
    )
    op.create_index("ix_routines_term_body_part", "routines_term", ["body_part"])
    spots = sa.Column("spots", sa.JSON(), nullable=False, server_default="[]")
    op.add_column("routines_body_part", spots)


def downgrade():
    op.drop_column("routines_body_part", "spots")
    op.drop_table("routines_term")
