"""Give carts an owner, agreed prices, things for later, and merges that can be undone."""

import sqlalchemy as sa
from alembic import op

revision = "0009_carts"
down_revision = "0008_aftersales"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("storefront_cart") as cart:
        cart.add_column(sa.Column("email", sa.String(254), nullable=True))
        cart.add_column(sa.Column("merged_into", sa.String(40), nullable=True))
        cart.create_index("ix_storefront_cart_email", ["email"])
        cart.create_index("ix_storefront_cart_merged_into", ["merged_into"])
        cart.create_foreign_key(
            op.f("fk_storefront_cart_merged_into"),
            "storefront_cart", ["merged_into"], ["id"], ondelete="SET NULL",
        )  # fmt: skip
    with op.batch_alter_table("storefront_cart_line") as line:
        line.add_column(sa.Column("agreed_price_minor", sa.Integer(), nullable=True))
        line.create_check_constraint(
            op.f("ck_storefront_cart_line_agreed_price"), "agreed_price_minor >= 0"
        )
    with op.batch_alter_table("storefront_order") as order:
        order.add_column(
            sa.Column("is_gift", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        order.add_column(sa.Column("pay_link_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "storefront_saved_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cart_id", sa.String(40), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("for_routine", sa.String(80), nullable=True),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_storefront_saved_line_quantity")),
        sa.ForeignKeyConstraint(
            ["cart_id"], ["storefront_cart.id"], ondelete="CASCADE",
            name=op.f("fk_storefront_saved_line_cart_id"),
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["storefront_variant.id"], ondelete="CASCADE",
            name=op.f("fk_storefront_saved_line_variant_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_saved_line")),
        sa.UniqueConstraint(
            "cart_id", "variant_id", name=op.f("uq_storefront_saved_line_cart_id_variant_id")
        ),
    )  # fmt: skip
    op.create_index(
        "ix_storefront_saved_line_variant_id", "storefront_saved_line", ["variant_id"]
    )
    op.create_table(
        "storefront_cart_merge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cart_id", sa.String(40), nullable=False),
        sa.Column("added", sa.JSON(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["cart_id"], ["storefront_cart.id"], ondelete="CASCADE",
            name=op.f("fk_storefront_cart_merge_cart_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_cart_merge")),
    )  # fmt: skip
    op.create_index("ix_storefront_cart_merge_cart_id", "storefront_cart_merge", ["cart_id"])


def downgrade():
    op.drop_table("storefront_cart_merge")
    op.drop_table("storefront_saved_line")
    with op.batch_alter_table("storefront_order") as order:
        order.drop_column("pay_link_at")
        order.drop_column("is_gift")
    with op.batch_alter_table("storefront_cart_line") as line:
        line.drop_constraint(op.f("ck_storefront_cart_line_agreed_price"), type_="check")
        line.drop_column("agreed_price_minor")
    with op.batch_alter_table("storefront_cart") as cart:
        cart.drop_constraint(op.f("fk_storefront_cart_merged_into"), type_="foreignkey")
        cart.drop_index("ix_storefront_cart_merged_into")
        cart.drop_index("ix_storefront_cart_email")
        cart.drop_column("merged_into")
        cart.drop_column("email")
