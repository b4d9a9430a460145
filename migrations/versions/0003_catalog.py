"""Give products what a catalogue of tools needs."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0003_catalog"
down_revision = "0002_money"
branch_labels = None
depends_on = None


ALWAYS = datetime(2000, 1, 1, tzinfo=UTC)


def upgrade():
    _make_tables()
    with op.batch_alter_table("storefront_collection") as collection:
        collection.add_column(sa.Column("parent_id", sa.Integer(), nullable=True))
        collection.create_foreign_key(
            op.f("fk_storefront_collection_parent_id"), "storefront_collection",
            ["parent_id"], ["id"], ondelete="SET NULL",
        )  # fmt: skip
        collection.create_index("ix_storefront_collection_parent_id", ["parent_id"])
    with op.batch_alter_table("storefront_product") as product:
        product.add_column(sa.Column("published_at", sa.DateTime(timezone=True), nullable=True))
        product.add_column(
            sa.Column("unpublished_at", sa.DateTime(timezone=True), nullable=True)
        )
        product.add_column(sa.Column("type_slug", sa.String(80), nullable=True))
        product.create_foreign_key(
            op.f("fk_storefront_product_type_slug"), "storefront_product_type",
            ["type_slug"], ["slug"],
        )  # fmt: skip
        product.create_index("ix_storefront_product_type_slug", ["type_slug"])
        for name in ("attributes", "maker", "responsible"):
            product.add_column(sa.Column(name, sa.JSON(), nullable=False, server_default="{}"))
        product.add_column(
            sa.Column("warnings", sa.JSON(), nullable=False, server_default="[]")
        )
        product.add_column(
            sa.Column("is_physical", sa.Boolean(), nullable=False, server_default=sa.true())
        )
        product.add_column(
            sa.Column("lot_marking", sa.String(400), nullable=False, server_default="")
        )
    product = sa.table(
        "storefront_product",
        sa.column("published_at", sa.DateTime(timezone=True)),
        sa.column("is_published", sa.Boolean()),
    )
    op.execute(
        product.update().where(product.c.is_published == sa.true()).values(published_at=ALWAYS)
    )
    with op.batch_alter_table("storefront_product") as product:
        product.drop_column("is_published")
    with op.batch_alter_table("storefront_variant") as variant:
        variant.add_column(sa.Column("slug", sa.String(80), nullable=True))
        variant.add_column(
            sa.Column("attributes", sa.JSON(), nullable=False, server_default="{}")
        )
        variant.add_column(
            sa.Column("is_blocked", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        variant.add_column(
            sa.Column("blocked_reason", sa.String(400), nullable=False, server_default="")
        )
    op.execute("UPDATE storefront_variant SET slug = lower(sku)")
    with op.batch_alter_table("storefront_variant") as variant:
        variant.alter_column("slug", existing_type=sa.String(80), nullable=False)
        variant.create_unique_constraint(
            op.f("uq_storefront_variant_product_id_slug"), ["product_id", "slug"]
        )


def downgrade():
    with op.batch_alter_table("storefront_variant") as variant:
        variant.drop_constraint(op.f("uq_storefront_variant_product_id_slug"), type_="unique")
        for name in ("blocked_reason", "is_blocked", "attributes", "slug"):
            variant.drop_column(name)
    with op.batch_alter_table("storefront_product") as product:
        product.add_column(
            sa.Column("is_published", sa.Boolean(), nullable=False, server_default=sa.true())
        )
    op.execute(
        sa.text("UPDATE storefront_product SET is_published = :no WHERE published_at IS NULL").bindparams(no=False)
    )  # fmt: skip
    with op.batch_alter_table("storefront_product") as product:
        product.drop_index("ix_storefront_product_type_slug")
        product.drop_constraint(op.f("fk_storefront_product_type_slug"), type_="foreignkey")
        for name in (
            "lot_marking", "is_physical", "warnings", "responsible", "maker", "attributes",
            "type_slug", "unpublished_at", "published_at",
        ):  # fmt: skip
            product.drop_column(name)
    with op.batch_alter_table("storefront_collection") as collection:
        collection.drop_index("ix_storefront_collection_parent_id")
        collection.drop_constraint(
            op.f("fk_storefront_collection_parent_id"), type_="foreignkey"
        )
        collection.drop_column("parent_id")
    for name in ("page_moment", "old_slug", "spare_for", "product_type"):
        op.drop_table(f"storefront_{name}")


def _make_tables():
    op.create_table(
        "storefront_product_type",
        sa.Column("slug", sa.String(80), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("attributes", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_storefront_product_type")),
    )
    op.create_table(
        "storefront_spare_for",
        sa.Column("spare_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "spare_id <> product_id", name=op.f("ck_storefront_spare_for_not_itself")
        ),
        sa.ForeignKeyConstraint(
            ["spare_id"], ["storefront_product.id"], ondelete="CASCADE",
            name=op.f("fk_storefront_spare_for_spare_id"),
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["storefront_product.id"], ondelete="CASCADE",
            name=op.f("fk_storefront_spare_for_product_id"),
        ),
        sa.PrimaryKeyConstraint("spare_id", "product_id", name=op.f("pk_storefront_spare_for")),
    )  # fmt: skip
    op.create_index(
        "ix_storefront_spare_for_product_id", "storefront_spare_for", ["product_id"]
    )
    op.create_table(
        "storefront_old_slug",
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("slug", sa.String(80), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('product', 'collection')", name=op.f("ck_storefront_old_slug_kind")
        ),
        sa.PrimaryKeyConstraint("kind", "slug", name=op.f("pk_storefront_old_slug")),
    )
    op.create_index("ix_storefront_old_slug_target_id", "storefront_old_slug", ["target_id"])
    op.create_table(
        "storefront_page_moment",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_done", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("at", name=op.f("pk_storefront_page_moment")),
    )
