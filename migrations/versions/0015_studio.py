"""Make the tables of the studio: drafts and every version of them."""

import sqlalchemy as sa
from alembic import op

revision = "0015_studio"
down_revision = "0014_plans"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "routines_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("slug", sa.String(80), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("base_revision", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("publish_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("author", sa.String(254), nullable=False),
        sa.Column("saved_by", sa.String(254), nullable=False),
        sa.Column("reviewer", sa.String(254), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("opened_by", sa.String(254), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('routine', 'programme', 'article')", name=op.f("ck_routines_draft_kind")
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'in_review', 'approved', 'scheduled', 'published')",
            name=op.f("ck_routines_draft_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routines_draft")),
        sa.UniqueConstraint("kind", "slug", name=op.f("uq_routines_draft_kind_slug")),
    )
    op.create_index("ix_routines_draft_state", "routines_draft", ["state"])
    op.create_table(
        "routines_draft_revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("who", sa.String(254), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("did", sa.String(80), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"],
            ["routines_draft.id"],
            name=op.f("fk_routines_draft_revision_draft_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routines_draft_revision")),
        sa.UniqueConstraint(
            "draft_id", "number", name=op.f("uq_routines_draft_revision_draft_id_number")
        ),
    )


def downgrade():
    op.drop_table("routines_draft_revision")
    op.drop_table("routines_draft")
