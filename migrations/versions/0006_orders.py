"""Make the tables of parcels and documents."""

import sqlalchemy as sa
from alembic import op

revision = "0006_orders"
down_revision = "0005_stock"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "storefront_shipment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("carrier", sa.String(40), nullable=False),
        sa.Column("tracking", sa.String(80), nullable=False),
        sa.Column("shipped_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(254), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["storefront_order.id"], ondelete="CASCADE",
            name=op.f("fk_storefront_shipment_order_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_shipment")),
    )  # fmt: skip
    op.create_index("ix_storefront_shipment_order_id", "storefront_shipment", ["order_id"])
    op.create_table(
        "storefront_shipment_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("shipment_id", sa.Integer(), nullable=False),
        sa.Column("order_line_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("lot", sa.String(60), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_storefront_shipment_line_quantity")),
        sa.ForeignKeyConstraint(
            ["shipment_id"], ["storefront_shipment.id"], ondelete="CASCADE",
            name=op.f("fk_storefront_shipment_line_shipment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["storefront_order_line.id"], ondelete="CASCADE",
            name=op.f("fk_storefront_shipment_line_order_line_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_shipment_line")),
    )  # fmt: skip
    for column in ("shipment_id", "order_line_id", "lot"):
        op.create_index(
            f"ix_storefront_shipment_line_{column}", "storefront_shipment_line", [column]
        )


def downgrade():
    op.drop_table("storefront_shipment_line")
    op.drop_table("storefront_shipment")
