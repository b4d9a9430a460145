"""Make the tables of segments, issues and their slots, and of series for new readers."""

import sqlalchemy as sa
from alembic import op

revision = "0020_issues"
down_revision = "0019_readers"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade():
    op.create_table(
        "storefront_segment",
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("rule", sa.JSON(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_storefront_segment")),
    )
    op.create_table(
        "storefront_issue",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("list_slug", sa.String(length=40), nullable=False),
        sa.Column("period", sa.String(length=20), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("preheader", sa.String(length=200), nullable=False),
        sa.Column("intro", sa.Text(), nullable=False),
        sa.Column("segment_slug", sa.String(length=60), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("send_at", MOMENT, nullable=True),
        sa.Column("frozen", sa.JSON(), nullable=True),
        sa.Column("is_archived", sa.Boolean(), nullable=False),
        sa.Column("is_indexed", sa.Boolean(), nullable=False),
        sa.Column("made_by", sa.String(length=254), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("prepared_at", MOMENT, nullable=True),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("pause_reason", sa.String(length=300), nullable=False),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "state IN ('draft', 'scheduled', 'preparing', 'sending', 'paused', 'done', 'cancelled')",
            name=op.f("ck_storefront_issue_state"),
        ),
        sa.ForeignKeyConstraint(
            ["list_slug"],
            ["storefront_newsletter_list.slug"],
            name=op.f("fk_storefront_issue_list_slug"),
        ),
        sa.ForeignKeyConstraint(
            ["segment_slug"],
            ["storefront_segment.slug"],
            name=op.f("fk_storefront_issue_segment_slug"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_issue")),
        sa.UniqueConstraint(
            "list_slug", "period", name=op.f("uq_storefront_issue_list_slug_period")
        ),
        sa.UniqueConstraint("slug", name=op.f("uq_storefront_issue_slug")),
    )
    op.create_index(
        "ix_storefront_issue_state_send_at",
        "storefront_issue",
        ["state", "send_at"],
        unique=False,
    )
    op.create_table(
        "storefront_issue_slot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=False),
        sa.Column("heading", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('lead', 'routine', 'article', 'tool_tip', 'next_phase', 'product', 'text')",
            name=op.f("ck_storefront_issue_slot_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["issue_id"],
            ["storefront_issue.id"],
            name=op.f("fk_storefront_issue_slot_issue_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_issue_slot")),
        sa.UniqueConstraint(
            "issue_id", "position", name=op.f("uq_storefront_issue_slot_issue_id_position")
        ),
    )
    op.create_index(
        op.f("ix_storefront_issue_slot_reference"),
        "storefront_issue_slot",
        ["reference"],
        unique=False,
    )
    op.create_table(
        "storefront_series_letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("list_slug", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("intro", sa.Text(), nullable=False),
        sa.Column("shows", sa.String(length=10), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.CheckConstraint("day > 0", name=op.f("ck_storefront_series_letter_day")),
        sa.CheckConstraint(
            "shows IN ('words', 'begin', 'tools')",
            name=op.f("ck_storefront_series_letter_shows"),
        ),
        sa.ForeignKeyConstraint(
            ["list_slug"],
            ["storefront_newsletter_list.slug"],
            name=op.f("fk_storefront_series_letter_list_slug"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_series_letter")),
        sa.UniqueConstraint(
            "list_slug", "key", name=op.f("uq_storefront_series_letter_list_slug_key")
        ),
    )
    op.create_table(
        "storefront_series_written",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["letter_id"],
            ["storefront_series_letter.id"],
            name=op.f("fk_storefront_series_written_letter_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["subscriber_id"],
            ["storefront_subscriber.id"],
            name=op.f("fk_storefront_series_written_subscriber_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_series_written")),
        sa.UniqueConstraint(
            "letter_id",
            "subscriber_id",
            name=op.f("uq_storefront_series_written_letter_id_subscriber_id"),
        ),
    )
    op.create_index(
        op.f("ix_storefront_series_written_subscriber_id"),
        "storefront_series_written",
        ["subscriber_id"],
        unique=False,
    )


def downgrade():
    op.drop_table("storefront_series_written")
    op.drop_table("storefront_series_letter")
    op.drop_table("storefront_issue_slot")
    op.drop_table("storefront_issue")
    op.drop_table("storefront_segment")
