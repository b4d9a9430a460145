"""Make several newsletters, their readers, topics and suppressions; chain the consents."""

import sqlalchemy as sa
from alembic import op

revision = "0019_readers"
down_revision = "0018_memberships"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade():
    op.create_table(
        "storefront_newsletter_list",
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("about", sa.String(length=300), nullable=False),
        sa.Column("cadence_days", sa.Integer(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("is_offered", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "cadence_days > 0", name=op.f("ck_storefront_newsletter_list_cadence_days")
        ),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_storefront_newsletter_list")),
    )
    op.create_table(
        "storefront_suppression",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("scope", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("released_at", MOMENT, nullable=True),
        sa.Column("released_by", sa.String(length=254), nullable=False),
        sa.CheckConstraint(
            "scope IN ('marketing', 'all')", name=op.f("ck_storefront_suppression_scope")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_suppression")),
        sa.UniqueConstraint(
            "fingerprint", "scope", name=op.f("uq_storefront_suppression_fingerprint_scope")
        ),
    )
    op.create_table(
        "storefront_interest",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscriber_id"],
            ["storefront_subscriber.id"],
            name=op.f("fk_storefront_interest_subscriber_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_interest")),
        sa.UniqueConstraint(
            "subscriber_id", "topic", name=op.f("uq_storefront_interest_subscriber_id_topic")
        ),
    )
    op.create_index(
        "ix_storefront_interest_topic",
        "storefront_interest",
        ["topic", "subscriber_id"],
        unique=False,
    )
    op.create_table(
        "storefront_subscription",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("list_slug", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("confirmed_at", MOMENT, nullable=False),
        sa.Column("left_at", MOMENT, nullable=True),
        sa.Column("paused_until", MOMENT, nullable=True),
        sa.CheckConstraint(
            "state IN ('confirmed', 'left')", name=op.f("ck_storefront_subscription_state")
        ),
        sa.ForeignKeyConstraint(
            ["list_slug"],
            ["storefront_newsletter_list.slug"],
            name=op.f("fk_storefront_subscription_list_slug"),
        ),
        sa.ForeignKeyConstraint(
            ["subscriber_id"],
            ["storefront_subscriber.id"],
            name=op.f("fk_storefront_subscription_subscriber_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_subscription")),
        sa.UniqueConstraint(
            "subscriber_id",
            "list_slug",
            name=op.f("uq_storefront_subscription_subscriber_id_list_slug"),
        ),
    )
    op.create_index(
        "ix_storefront_subscription_list_slug_state",
        "storefront_subscription",
        ["list_slug", "state", "subscriber_id"],
        unique=False,
    )
    op.create_table(
        "storefront_leave_reason",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("list_slug", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_leave_reason")),
    )
    op.create_index(op.f("ix_storefront_leave_reason_at"), "storefront_leave_reason", ["at"])
    _widen_sign_ups()
    _chain_consents()
    _move_readers()


def _widen_sign_ups():
    """Give wishes their lists, topics, and the mailbox that limits count by."""
    for name, length in (("list_slugs", 300), ("topics", 600), ("mailbox", 254)):
        column = sa.Column(name, sa.String(length), nullable=False, server_default="")
        op.add_column("storefront_signup_request", column)
    name = op.f("ix_storefront_signup_request_mailbox")
    op.create_index(name, "storefront_signup_request", ["mailbox"])


def _chain_consents():
    """Make room for the chain; lines that are there join it when the next one is written."""
    for name, length in (
        ("person", 64), ("client_mark", 64), ("lists", 300), ("message_id", 120),
        ("previous_sha256", 64), ("sha256", 64),
    ):  # fmt: skip
        column = sa.Column(name, sa.String(length), nullable=False, server_default="")
        op.add_column("storefront_consent_event", column)
    with op.batch_alter_table("storefront_consent_event") as table:
        table.add_column(sa.Column("line", sa.Integer(), nullable=True))
        table.create_unique_constraint(op.f("uq_storefront_consent_event_line"), ["line"])
        table.create_index(op.f("ix_storefront_consent_event_person"), ["person"])
    head = op.create_table(
        "storefront_consent_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_consent_head")),
    )
    op.bulk_insert(head, [{"id": 1, "lines": 0, "sha256": ""}])


def _move_readers():
    """Let everybody who read the newsletter read the first list."""
    first = sa.table(
        "storefront_newsletter_list",
        sa.column("slug", sa.String), sa.column("name", sa.String), sa.column("about", sa.String),
        sa.column("cadence_days", sa.Integer), sa.column("is_default", sa.Boolean),
        sa.column("is_offered", sa.Boolean), sa.column("position", sa.Integer),
    )  # fmt: skip
    about = "One letter every two weeks: a routine and what is new."
    op.bulk_insert(first, [{
        "slug": "letter", "name": "The two-weekly letter", "about": about, "cadence_days": 14,
        "is_default": True, "is_offered": True, "position": 0,
    }])  # fmt: skip
    op.execute(
        "INSERT INTO storefront_subscription (subscriber_id, list_slug, state, confirmed_at, left_at) "
        "SELECT id, 'letter', CASE WHEN state = 'left' THEN 'left' ELSE 'confirmed' END, "
        "confirmed_at, left_at FROM storefront_subscriber"
    )


def downgrade():
    op.drop_table("storefront_consent_head")
    with op.batch_alter_table("storefront_consent_event") as table:
        table.drop_index(op.f("ix_storefront_consent_event_person"))
        table.drop_constraint(op.f("uq_storefront_consent_event_line"), type_="unique")
        for name in (
            "line", "sha256", "previous_sha256", "message_id", "lists", "client_mark", "person",
        ):  # fmt: skip
            table.drop_column(name)
    op.drop_index(op.f("ix_storefront_signup_request_mailbox"), "storefront_signup_request")
    for name in ("mailbox", "topics", "list_slugs"):
        op.drop_column("storefront_signup_request", name)
    op.drop_table("storefront_leave_reason")
    op.drop_table("storefront_suppression")
    op.drop_table("storefront_interest")
    op.drop_table("storefront_subscription")
    op.drop_table("storefront_newsletter_list")
