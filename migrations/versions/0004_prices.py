"""Make the tables of prices, promotions and gift cards."""

import sqlalchemy as sa
from alembic import op

revision = "0004_prices"
down_revision = "0003_catalog"
branch_labels = None
depends_on = None


# fmt: off
def upgrade():
    op.create_table("storefront_gift_card",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("ends", sa.String(4), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("balance_minor", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("note", sa.String(200), nullable=False),
        sa.Column("is_blocked", sa.Boolean(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("balance_minor >= 0", name=op.f("ck_storefront_gift_card_balance")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_gift_card")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_storefront_gift_card_code_hash"))
    )
    op.create_table("storefront_price_list",
        sa.Column("key", sa.String(20), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_storefront_price_list"))
    )
    op.create_table("storefront_promotion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("basis_points", sa.Integer(), nullable=False),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.Column("buy_quantity", sa.Integer(), nullable=False),
        sa.Column("get_quantity", sa.Integer(), nullable=False),
        sa.Column("kit", sa.JSON(), nullable=False),
        sa.Column("products", sa.JSON(), nullable=False),
        sa.Column("collections", sa.JSON(), nullable=False),
        sa.Column("min_spend_minor", sa.Integer(), nullable=False),
        sa.Column("first_order_only", sa.Boolean(), nullable=False),
        sa.Column("needs_code", sa.Boolean(), nullable=False),
        sa.Column("combines", sa.Boolean(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("budget_minor", sa.Integer(), nullable=True),
        sa.Column("spent_minor", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('percent', 'fixed', 'free_delivery', 'buy_get', 'kit_price')", name=op.f("ck_storefront_promotion_kind")),
        sa.CheckConstraint("amount_minor >= 0 AND min_spend_minor >= 0", name=op.f("ck_storefront_promotion_amounts")),
        sa.CheckConstraint("basis_points >= 0 AND basis_points <= 10000", name=op.f("ck_storefront_promotion_share")),
        sa.CheckConstraint("budget_minor IS NULL OR spent_minor <= budget_minor", name=op.f("ck_storefront_promotion_budget")),
        sa.CheckConstraint("buy_quantity >= 0 AND get_quantity >= 0", name=op.f("ck_storefront_promotion_pieces")),
        sa.CheckConstraint("spent_minor >= 0", name=op.f("ck_storefront_promotion_spent")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_promotion"))
    )
    op.create_table("storefront_tax_rate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("category", sa.String(20), nullable=False),
        sa.Column("basis_points", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.CheckConstraint("basis_points >= 0 AND basis_points <= 10000", name=op.f("ck_storefront_tax_rate_rate")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_tax_rate")),
        sa.UniqueConstraint("country", "category", "valid_from", name=op.f("uq_storefront_tax_rate_country_category_valid_from"))
    )
    op.create_table("storefront_gift_move",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("card_id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=True),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(12), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("reason IN ('issued', 'reserved', 'released', 'given_back', 'corrected')", name=op.f("ck_storefront_gift_move_reason")),
        sa.CheckConstraint("amount_minor <> 0", name=op.f("ck_storefront_gift_move_amount")),
        sa.ForeignKeyConstraint(["card_id"], ["storefront_gift_card.id"], name=op.f("fk_storefront_gift_move_card_id")),
        sa.ForeignKeyConstraint(["order_id"], ["storefront_order.id"], name=op.f("fk_storefront_gift_move_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_gift_move"))
    )
    op.create_index("ix_storefront_gift_move_card_id", "storefront_gift_move", ["card_id"])
    op.create_index("ix_storefront_gift_move_order_id", "storefront_gift_move", ["order_id"])
    op.create_table("storefront_price_list_member",
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("list_key", sa.String(20), nullable=False),
        sa.ForeignKeyConstraint(["list_key"], ["storefront_price_list.key"], name=op.f("fk_storefront_price_list_member_list_key"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("email", name=op.f("pk_storefront_price_list_member"))
    )
    op.create_index("ix_storefront_price_list_member_list_key", "storefront_price_list_member", ["list_key"])
    op.create_table("storefront_promotion_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("promotion_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("limit_total", sa.Integer(), nullable=True),
        sa.Column("limit_each", sa.Integer(), nullable=True),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.CheckConstraint("limit_total IS NULL OR used <= limit_total", name=op.f("ck_storefront_promotion_code_limit")),
        sa.CheckConstraint("used >= 0", name=op.f("ck_storefront_promotion_code_used")),
        sa.ForeignKeyConstraint(["promotion_id"], ["storefront_promotion.id"], name=op.f("fk_storefront_promotion_code_promotion_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_promotion_code")),
        sa.UniqueConstraint("code", name=op.f("uq_storefront_promotion_code_code"))
    )
    op.create_index("ix_storefront_promotion_code_promotion_id", "storefront_promotion_code", ["promotion_id"])
    op.create_table("storefront_price_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("price_minor", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("price_minor >= 0", name=op.f("ck_storefront_price_change_price")),
        sa.ForeignKeyConstraint(["variant_id"], ["storefront_variant.id"], name=op.f("fk_storefront_price_change_variant_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_price_change"))
    )
    op.create_index("ix_storefront_price_change_variant_id_at", "storefront_price_change", ["variant_id", "at"])
    op.create_table("storefront_price_list_entry",
        sa.Column("list_key", sa.String(20), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("price_minor", sa.Integer(), nullable=False),
        sa.CheckConstraint("price_minor >= 0", name=op.f("ck_storefront_price_list_entry_price")),
        sa.ForeignKeyConstraint(["list_key"], ["storefront_price_list.key"], name=op.f("fk_storefront_price_list_entry_list_key"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["variant_id"], ["storefront_variant.id"], name=op.f("fk_storefront_price_list_entry_variant_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("list_key", "variant_id", name=op.f("pk_storefront_price_list_entry"))
    )
    op.create_index("ix_storefront_price_list_entry_variant_id", "storefront_price_list_entry", ["variant_id"])
    op.create_table("storefront_redemption",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("promotion_id", sa.Integer(), nullable=False),
        sa.Column("code_id", sa.Integer(), nullable=True),
        sa.Column("email_hash", sa.String(64), nullable=False),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.Column("once", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('reserved', 'confirmed', 'released')", name=op.f("ck_storefront_redemption_state")),
        sa.CheckConstraint("amount_minor >= 0", name=op.f("ck_storefront_redemption_amount")),
        sa.ForeignKeyConstraint(["code_id"], ["storefront_promotion_code.id"], name=op.f("fk_storefront_redemption_code_id")),
        sa.ForeignKeyConstraint(["order_id"], ["storefront_order.id"], name=op.f("fk_storefront_redemption_order_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["promotion_id"], ["storefront_promotion.id"], name=op.f("fk_storefront_redemption_promotion_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_redemption")),
        sa.UniqueConstraint("order_id", "promotion_id", name=op.f("uq_storefront_redemption_order_id_promotion_id"))
    )
    op.create_index("ix_storefront_redemption_order_id", "storefront_redemption", ["order_id"])
    op.create_index("ix_storefront_redemption_promotion_id", "storefront_redemption", ["promotion_id"])
    op.create_index("uq_storefront_redemption_once", "storefront_redemption", ["code_id", "email_hash"], unique=True, sqlite_where=sa.text("once AND state <> 'released'"), postgresql_where=sa.text("once AND state <> 'released'"))
    with op.batch_alter_table("storefront_cart") as cart:
        cart.add_column(sa.Column("codes", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("storefront_variant") as variant:
        variant.add_column(sa.Column("was_minor", sa.Integer(), nullable=True))
        variant.create_check_constraint(
            op.f("ck_storefront_variant_was"), "was_minor IS NULL OR was_minor > price_minor"
        )
    _begin_price_history()
# fmt: on


def downgrade():
    with op.batch_alter_table("storefront_variant") as variant:
        variant.drop_constraint(op.f("ck_storefront_variant_was"), type_="check")
        variant.drop_column("was_minor")
    with op.batch_alter_table("storefront_cart") as cart:
        cart.drop_column("codes")
    op.drop_table("storefront_redemption")
    op.drop_table("storefront_price_list_entry")
    op.drop_table("storefront_price_change")
    op.drop_table("storefront_promotion_code")
    op.drop_table("storefront_price_list_member")
    op.drop_table("storefront_gift_move")
    op.drop_table("storefront_tax_rate")
    op.drop_table("storefront_promotion")
    op.drop_table("storefront_price_list")
    op.drop_table("storefront_gift_card")


def _begin_price_history():
    """Write down what everything costs now: later reductions are measured by it."""
    op.execute(
        "INSERT INTO storefront_price_change (variant_id, price_minor, at)"
        " SELECT id, price_minor, CURRENT_TIMESTAMP FROM storefront_variant"
    )
