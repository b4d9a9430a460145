"""Give orders discounts, gift cards, added tax, a history and parcels in parts."""

import sqlalchemy as sa
from alembic import op

revision = "0002_money"
down_revision = "0001_first"
branch_labels = None
depends_on = None

REASONS = "'received', 'counted', 'sold', 'damaged', 'returned'"
MORE_REASONS = REASONS + ", 'exchanged', 'lost', 'recalled'"
SUM = "subtotal_minor - discount_minor + shipping_minor"


def upgrade():
    with op.batch_alter_table("storefront_order") as order:
        order.add_column(
            sa.Column("tax_added_minor", sa.Integer(), nullable=False, server_default="0")
        )
        order.add_column(
            sa.Column("gift_minor", sa.Integer(), nullable=False, server_default="0")
        )
        order.add_column(sa.Column("explained", sa.JSON(), nullable=False, server_default="[]"))
        order.add_column(
            sa.Column("gift_note", sa.String(500), nullable=False, server_default="")
        )
        order.add_column(
            sa.Column("price_list", sa.String(20), nullable=False, server_default="")
        )
        order.add_column(sa.Column("claimed_by", sa.String(254), nullable=True))
        order.create_index("ix_storefront_order_claimed_by", ["claimed_by"])
        _check(order, "storefront_order", "total", f"total_minor = {SUM} + tax_added_minor")
        order.create_check_constraint(
            op.f("ck_storefront_order_discount"),
            "discount_minor >= 0 AND discount_minor <= subtotal_minor",
        )
        order.create_check_constraint(
            op.f("ck_storefront_order_gift"), "gift_minor >= 0 AND gift_minor <= total_minor"
        )
    with op.batch_alter_table("storefront_order_line") as line:
        line.add_column(
            sa.Column("discount_minor", sa.Integer(), nullable=False, server_default="0")
        )
        line.add_column(
            sa.Column("tax_category", sa.String(20), nullable=False, server_default="standard")
        )
        line.add_column(sa.Column("parts", sa.JSON(), nullable=False, server_default="[]"))
        line.add_column(sa.Column("ships_from", sa.Date(), nullable=True))
        total = "total_minor = unit_price_minor * quantity - discount_minor"
        _check(line, "storefront_order_line", "total", total)
        line.create_check_constraint(
            op.f("ck_storefront_order_line_discount"),
            "discount_minor >= 0 AND total_minor >= 0",
        )
    with op.batch_alter_table("storefront_fulfilment") as fulfilment:
        fulfilment.alter_column("state", type_=sa.String(16), existing_type=sa.String(10))
        states = "state IN ('to_ship', 'partly_shipped', 'shipped', 'cancelled')"
        _check(fulfilment, "storefront_fulfilment", "state", states)
    with op.batch_alter_table("storefront_stock_move") as move:
        _check(move, "storefront_stock_move", "reason", f"reason IN ({MORE_REASONS})")
    op.create_table(
        "storefront_order_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("text", sa.String(400), nullable=False),
        sa.Column("by", sa.String(254), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["storefront_order.id"], ondelete="CASCADE",
            name=op.f("fk_storefront_order_event_order_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_order_event")),
    )  # fmt: skip
    op.create_index(
        "ix_storefront_order_event_order_id", "storefront_order_event", ["order_id"]
    )


def downgrade():
    op.drop_table("storefront_order_event")
    with op.batch_alter_table("storefront_stock_move") as move:
        _check(move, "storefront_stock_move", "reason", f"reason IN ({REASONS})")
    with op.batch_alter_table("storefront_fulfilment") as fulfilment:
        _check(fulfilment, "storefront_fulfilment", "state", "state IN ('to_ship', 'shipped')")
    with op.batch_alter_table("storefront_order_line") as line:
        line.drop_constraint(op.f("ck_storefront_order_line_discount"), type_="check")
        _check(
            line, "storefront_order_line", "total", "total_minor = unit_price_minor * quantity"
        )
        for name in ("discount_minor", "tax_category", "parts", "ships_from"):
            line.drop_column(name)
    with op.batch_alter_table("storefront_order") as order:
        order.drop_constraint(op.f("ck_storefront_order_discount"), type_="check")
        order.drop_constraint(op.f("ck_storefront_order_gift"), type_="check")
        _check(order, "storefront_order", "total", f"total_minor = {SUM}")
        order.drop_index("ix_storefront_order_claimed_by")
        for name in (
            "tax_added_minor",
            "gift_minor",
            "explained",
            "gift_note",
            "price_list",
            "claimed_by",
        ):
            order.drop_column(name)


def _check(table, table_name, name, condition):
    """Put a check in the place of the one of that name."""
    whole = op.f(f"ck_{table_name}_{name}")
    table.drop_constraint(whole, type_="check")
    table.create_check_constraint(whole, condition)
