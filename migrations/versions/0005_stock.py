"""Let pieces be sold before they arrive, and name more reasons of moves."""

import sqlalchemy as sa
from alembic import op

revision = "0005_stock"
down_revision = "0004_prices"
branch_labels = None
depends_on = None

REASONS = (
    "'received', 'counted', 'sold', 'damaged', 'returned', 'exchanged', 'lost', 'recalled'"
)
MORE_REASONS = REASONS + ", 'cancelled'"


def upgrade():
    with op.batch_alter_table("storefront_stock_level") as level:
        level.add_column(
            sa.Column("allowance", sa.Integer(), nullable=False, server_default="0")
        )
        level.add_column(sa.Column("preorder_until", sa.DateTime(timezone=True), nullable=True))
        level.add_column(sa.Column("ships_from", sa.Date(), nullable=True))
        level.add_column(
            sa.Column("is_low_told", sa.Boolean(), nullable=False, server_default=sa.true())
        )
        _check(level, "storefront_stock_level", "on_hand", "on_hand + allowance >= 0")
        _check(level, "storefront_stock_level", "held", "held >= 0 AND held <= on_hand + allowance")  # fmt: skip
        level.create_check_constraint(
            op.f("ck_storefront_stock_level_allowance"), "allowance >= 0"
        )
    with op.batch_alter_table("storefront_stock_move") as move:
        _check(move, "storefront_stock_move", "reason", f"reason IN ({MORE_REASONS})")
    with op.batch_alter_table("storefront_stock_hold") as hold:
        for name, length in (("holder", 64), ("client", 64), ("email", 254)):
            hold.add_column(
                sa.Column(name, sa.String(length), nullable=False, server_default="")
            )
        hold.add_column(sa.Column("first_held_at", sa.DateTime(timezone=True), nullable=True))
        hold.add_column(sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
        hold.create_index(
            "ix_storefront_stock_hold_holder_variant_id", ["holder", "variant_id"]
        )
    op.create_table(
        "storefront_stock_notice",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("letters", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('asked', 'confirmed', 'sent')", name=op.f("ck_storefront_stock_notice_state")
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["storefront_variant.id"], ondelete="CASCADE",
            name=op.f("fk_storefront_stock_notice_variant_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_stock_notice")),
        sa.UniqueConstraint(
            "variant_id", "email", name=op.f("uq_storefront_stock_notice_variant_id_email")
        ),
    )  # fmt: skip
    op.create_index("ix_storefront_stock_notice_email", "storefront_stock_notice", ["email"])
    op.create_index(
        "ix_storefront_stock_notice_state_variant_id", "storefront_stock_notice",
        ["state", "variant_id"],
    )  # fmt: skip


def downgrade():
    op.drop_table("storefront_stock_notice")
    with op.batch_alter_table("storefront_stock_hold") as hold:
        hold.drop_index("ix_storefront_stock_hold_holder_variant_id")
        for name in ("ended_at", "first_held_at", "email", "client", "holder"):
            hold.drop_column(name)
    with op.batch_alter_table("storefront_stock_move") as move:
        _check(move, "storefront_stock_move", "reason", f"reason IN ({REASONS})")
    with op.batch_alter_table("storefront_stock_level") as level:
        level.drop_constraint(op.f("ck_storefront_stock_level_allowance"), type_="check")
        _check(level, "storefront_stock_level", "on_hand", "on_hand >= 0")
        _check(level, "storefront_stock_level", "held", "held >= 0 AND held <= on_hand")
        for name in ("is_low_told", "ships_from", "preorder_until", "allowance"):
            level.drop_column(name)


def _check(table, table_name, name, condition):
    """Put a check in the place of the one of that name."""
    whole = op.f(f"ck_{table_name}_{name}")
    table.drop_constraint(whole, type_="check")
    table.create_check_constraint(whole, condition)
