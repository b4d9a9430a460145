"""Make the tables of what comes after the sale, of sent letters and of mailed codes."""

import sqlalchemy as sa
from alembic import op

revision = "0008_aftersales"
down_revision = "0007_payments"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("storefront_order_line") as line:
        line.add_column(sa.Column("stands_for_id", sa.Integer(), nullable=True))
        line.create_foreign_key(
            op.f("fk_storefront_order_line_stands_for_id"), "storefront_order_line",
            ["stands_for_id"], ["id"], ondelete="SET NULL",
        )  # fmt: skip
    op.create_table(
        "storefront_address_code",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_address_code")),
    )  # fmt: skip
    op.create_index("ix_storefront_address_code_email", "storefront_address_code", ["email"])
    op.create_index(
        "ix_storefront_address_code_sent_at", "storefront_address_code", ["sent_at"]
    )
    op.create_table(
        "storefront_letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(120), nullable=False),
        sa.Column("letter", sa.String(40), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("to", sa.String(254), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=True),
        sa.Column("subject", sa.String(300), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["order_id"], ["storefront_order.id"], ondelete="CASCADE",
            name=op.f("fk_storefront_letter_order_id"),
        ),
        sa.UniqueConstraint("message_id", name=op.f("uq_storefront_letter_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_letter")),
    )  # fmt: skip
    op.create_index("ix_storefront_letter_to", "storefront_letter", ["to"])
    op.create_index("ix_storefront_letter_order_id", "storefront_letter", ["order_id"])
    op.create_index("ix_storefront_letter_sent_at", "storefront_letter", ["sent_at"])
    op.create_table(
        "storefront_cancelled_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("order_line_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("refund_id", sa.Integer(), nullable=True),
        sa.Column("by", sa.String(254), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["storefront_order.id"], ondelete="CASCADE",
            name=op.f("fk_storefront_cancelled_line_order_id"),
        ),
        sa.CheckConstraint('quantity > 0', name=op.f("ck_storefront_cancelled_line_quantity")),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["storefront_order_line.id"], ondelete="CASCADE",
            name=op.f("fk_storefront_cancelled_line_order_line_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_cancelled_line")),
    )  # fmt: skip
    op.create_index(
        "ix_storefront_cancelled_line_order_id", "storefront_cancelled_line", ["order_id"]
    )
    op.create_table(
        "storefront_return",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("is_withdrawal", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(1000), nullable=False),
        sa.Column("answer", sa.String(400), nullable=False),
        sa.Column("refund_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('requested', 'approved', 'received', 'closed', 'refused', 'withdrawn')", name=op.f("ck_storefront_return_state")),
        sa.UniqueConstraint("number", name=op.f("uq_storefront_return_number")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["storefront_order.id"], ondelete="CASCADE",
            name=op.f("fk_storefront_return_order_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_return")),
    )  # fmt: skip
    op.create_index("ix_storefront_return_order_id", "storefront_return", ["order_id"])
    op.create_index("ix_storefront_return_state", "storefront_return", ["state"])
    op.create_table(
        "storefront_return_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("return_id", sa.Integer(), nullable=False),
        sa.Column("order_line_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("wanted_variant_id", sa.Integer(), nullable=True),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("received", sa.Integer(), nullable=False),
        sa.Column("condition", sa.String(12), nullable=False),
        sa.Column("restocked", sa.Integer(), nullable=False),
        sa.Column("sent_line_id", sa.Integer(), nullable=True),
        sa.Column("difference_minor", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sent_line_id"], ["storefront_order_line.id"], ondelete="SET NULL",
            name=op.f("fk_storefront_return_line_sent_line_id"),
        ),
        sa.UniqueConstraint(
            "sent_line_id", name=op.f("uq_storefront_return_line_sent_line_id")
        ),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["storefront_order_line.id"], ondelete="CASCADE",
            name=op.f("fk_storefront_return_line_order_line_id"),
        ),
        sa.ForeignKeyConstraint(
            ["return_id"], ["storefront_return.id"], ondelete="CASCADE",
            name=op.f("fk_storefront_return_line_return_id"),
        ),
        sa.CheckConstraint('quantity > 0', name=op.f("ck_storefront_return_line_quantity")),
        sa.CheckConstraint("condition IN ('', 'as_new', 'used', 'damaged')", name=op.f("ck_storefront_return_line_condition")),
        sa.UniqueConstraint("return_id", "order_line_id", name=op.f("uq_storefront_return_line_return_id_order_line_id")),
        sa.ForeignKeyConstraint(
            ["wanted_variant_id"], ["storefront_variant.id"], ondelete="SET NULL",
            name=op.f("fk_storefront_return_line_wanted_variant_id"),
        ),
        sa.CheckConstraint("reason IN ('too_firm', 'too_soft', 'too_short', 'wrong_item', 'damaged', 'not_as_described', 'changed_mind', 'smell', 'other')", name=op.f("ck_storefront_return_line_reason")),
        sa.CheckConstraint('taken >= 0 AND taken <= quantity', name=op.f("ck_storefront_return_line_taken")),
        sa.CheckConstraint('received >= 0 AND received <= quantity', name=op.f("ck_storefront_return_line_received")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_return_line")),
    )  # fmt: skip
    op.create_index(
        "ix_storefront_return_line_return_id", "storefront_return_line", ["return_id"]
    )
    op.create_index(
        "ix_storefront_return_line_order_line_id", "storefront_return_line", ["order_line_id"]
    )
    op.create_table(
        "storefront_withdrawal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=True),
        sa.Column("return_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(160), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("order_number", sa.String(40), nullable=False),
        sa.Column("pieces", sa.JSON(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.UniqueConstraint("number", name=op.f("uq_storefront_withdrawal_number")),
        sa.ForeignKeyConstraint(
            ["return_id"], ["storefront_return.id"], ondelete="SET NULL",
            name=op.f("fk_storefront_withdrawal_return_id"),
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["storefront_order.id"], ondelete="SET NULL",
            name=op.f("fk_storefront_withdrawal_order_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_withdrawal")),
    )  # fmt: skip
    op.create_index("ix_storefront_withdrawal_email", "storefront_withdrawal", ["email"])
    op.create_index("ix_storefront_withdrawal_order_id", "storefront_withdrawal", ["order_id"])


def downgrade():
    for name in (
        "withdrawal", "return_line", "return", "cancelled_line", "letter", "address_code",
    ):  # fmt: skip
        op.drop_table(f"storefront_{name}")
    with op.batch_alter_table("storefront_order_line") as line:
        line.drop_constraint(op.f("fk_storefront_order_line_stands_for_id"), type_="foreignkey")
        line.drop_column("stands_for_id")
