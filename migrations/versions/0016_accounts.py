"""Make the tables of customers' devices and of their wishes to sign in."""

import sqlalchemy as sa
from alembic import op

revision = "0016_accounts"
down_revision = "0015_studio"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade():
    op.create_table(
        "storefront_customer_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key_fingerprint", sa.String(length=64), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("way", sa.String(length=12), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("last_seen_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("agent", sa.String(length=120), nullable=False),
        sa.Column("client", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_customer_session")),
        sa.UniqueConstraint(
            "key_fingerprint", name=op.f("uq_storefront_customer_session_key_fingerprint")
        ),
    )
    op.create_index(
        op.f("ix_storefront_customer_session_email"),
        "storefront_customer_session",
        ["email"],
        unique=False,
    )
    op.create_table(
        "storefront_customer_sign_in",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("mailbox", sa.String(length=254), nullable=False),
        sa.Column("code_fingerprint", sa.String(length=64), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_url", sa.String(length=300), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_customer_sign_in")),
    )
    op.create_index(
        op.f("ix_storefront_customer_sign_in_created_at"),
        "storefront_customer_sign_in",
        ["created_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_storefront_customer_sign_in_mailbox"),
        "storefront_customer_sign_in",
        ["mailbox"],
        unique=False,
    )
    op.create_index(
        op.f("ix_storefront_customer_sign_in_email"),
        "storefront_customer_sign_in",
        ["email"],
        unique=False,
    )
    op.create_table(
        "storefront_customer_tool",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("component", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_customer_tool")),
        sa.UniqueConstraint(
            "email", "component", name=op.f("uq_storefront_customer_tool_email_component")
        ),
    )
    op.create_table(
        "routines_saved",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["routines_entry.id"],
            name=op.f("fk_routines_saved_entry_id_routines_entry"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routines_saved")),
        sa.UniqueConstraint("email", "entry_id", name=op.f("uq_routines_saved_email_entry_id")),
    )
    op.create_index(
        op.f("ix_routines_saved_entry_id"), "routines_saved", ["entry_id"], unique=False
    )


def downgrade():
    op.drop_table("routines_saved")
    op.drop_table("storefront_customer_tool")
    op.drop_table("storefront_customer_session")
    op.drop_table("storefront_customer_sign_in")
