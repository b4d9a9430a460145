"""Make the tables of numbered documents and of recalls."""

import sqlalchemy as sa
from alembic import op

revision = "0011_documents"
down_revision = "0010_staff"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "storefront_document_counter",
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("series", sa.String(10), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.CheckConstraint("last >= 0", name=op.f("ck_storefront_document_counter_last")),
        sa.PrimaryKeyConstraint(
            "kind", "series", name=op.f("pk_storefront_document_counter")
        ),
    )  # fmt: skip
    op.create_table(
        "storefront_document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("series", sa.String(10), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("refund_id", sa.Integer(), nullable=True),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("total_minor", sa.Integer(), nullable=False),
        sa.Column("credited_minor", sa.Integer(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('invoice', 'credit_note', 'debit_note')",
            name=op.f("ck_storefront_document_kind")
        ),
        sa.CheckConstraint("number > 0", name=op.f("ck_storefront_document_number")),
        sa.CheckConstraint(
            "(kind = 'invoice') = (refund_id IS NULL)",
            name=op.f("ck_storefront_document_refund"),
        ),
        sa.CheckConstraint("total_minor >= 0", name=op.f("ck_storefront_document_total")),
        sa.CheckConstraint(
            "credited_minor >= 0 AND credited_minor <= total_minor",
            name=op.f("ck_storefront_document_credited"),
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["storefront_order.id"],
            name=op.f("fk_storefront_document_order_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_document")),
        sa.UniqueConstraint(
            "kind", "series", "number", name=op.f("uq_storefront_document_kind_series_number")
        ),
        sa.UniqueConstraint(
            "kind", "refund_id", name=op.f("uq_storefront_document_kind_refund_id")
        ),
    )  # fmt: skip
    op.create_index("ix_storefront_document_order_id", "storefront_document", ["order_id"])
    op.create_index(
        "uq_storefront_document_invoice", "storefront_document", ["order_id"], unique=True,
        sqlite_where=sa.text("kind = 'invoice'"),
        postgresql_where=sa.text("kind = 'invoice'"),
    )  # fmt: skip

    op.create_table(
        "storefront_recall",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(80), nullable=False),
        sa.Column("title", sa.String(160), nullable=False),
        sa.Column("hazard", sa.Text(), nullable=False),
        sa.Column("what_to_do", sa.Text(), nullable=False),
        sa.Column("lots", sa.JSON(), nullable=False),
        sa.Column("remedies", sa.JSON(), nullable=False),
        sa.Column("by", sa.String(254), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_recall")),
        sa.UniqueConstraint("slug", name=op.f("uq_storefront_recall_slug")),
    )
    op.create_table(
        "storefront_recalled_goods",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recall_id", sa.Integer(), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=True),
        sa.Column("sku", sa.String(40), nullable=False),
        sa.Column("name", sa.String(280), nullable=False),
        sa.ForeignKeyConstraint(
            ["recall_id"], ["storefront_recall.id"], ondelete="CASCADE",
            name=op.f("fk_storefront_recalled_goods_recall_id"),
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["storefront_variant.id"], ondelete="SET NULL",
            name=op.f("fk_storefront_recalled_goods_variant_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_recalled_goods")),
        sa.UniqueConstraint(
            "recall_id", "sku", name=op.f("uq_storefront_recalled_goods_recall_id_sku")
        ),
    )  # fmt: skip
    for column in ("variant_id", "sku"):
        name = f"ix_storefront_recalled_goods_{column}"
        op.create_index(name, "storefront_recalled_goods", [column])
    op.create_table(
        "storefront_recall_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recall_id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("is_certain", sa.Boolean(), nullable=False),
        sa.Column("pieces", sa.JSON(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("remedy", sa.String(10), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refund_id", sa.Integer(), nullable=True),
        sa.Column("to_do", sa.String(400), nullable=False),
        sa.CheckConstraint(
            "remedy IS NULL OR remedy IN ('refund', 'repair', 'replace')",
            name=op.f("ck_storefront_recall_notice_remedy"),
        ),
        sa.CheckConstraint(
            "(remedy IS NULL) = (answered_at IS NULL)",
            name=op.f("ck_storefront_recall_notice_answered"),
        ),
        sa.ForeignKeyConstraint(
            ["recall_id"], ["storefront_recall.id"], ondelete="CASCADE",
            name=op.f("fk_storefront_recall_notice_recall_id"),
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["storefront_order.id"], ondelete="CASCADE",
            name=op.f("fk_storefront_recall_notice_order_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_recall_notice")),
        sa.UniqueConstraint(
            "recall_id", "order_id",
            name=op.f("uq_storefront_recall_notice_recall_id_order_id"),
        ),
    )  # fmt: skip
    op.create_index(
        "ix_storefront_recall_notice_order_id", "storefront_recall_notice", ["order_id"]
    )


def downgrade():
    for table in ("recall_notice", "recalled_goods", "recall"):
        op.drop_table(f"storefront_{table}")
    op.drop_table("storefront_document")
    op.drop_table("storefront_document_counter")
