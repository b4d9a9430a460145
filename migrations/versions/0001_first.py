"""Make the first tables."""

import sqlalchemy as sa
from alembic import op

from storefront.search import index as search_index

revision = "0001_first"
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "routines_body_part",
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("parent_slug", sa.String(length=80), nullable=True),
        sa.Column("plain_words", sa.JSON(), nullable=False),
        sa.Column("picture", sa.String(length=80), nullable=False),
        sa.Column("is_area", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["parent_slug"],
            ["routines_body_part.slug"],
            name=op.f("fk_routines_body_part_parent_slug"),
        ),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_routines_body_part")),
    )
    op.create_table(
        "routines_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("card", sa.JSON(), nullable=False),
        sa.Column("revision_number", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('routine', 'programme', 'article')", name=op.f("ck_routines_entry_kind")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routines_entry")),
        sa.UniqueConstraint("kind", "slug", name=op.f("uq_routines_entry_kind_slug")),
    )
    op.create_table(
        "storefront_api_request",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("body_sha256", sa.String(length=64), nullable=False),
        sa.Column("order_number", sa.String(length=20), nullable=True),
        sa.Column("answer", sa.JSON(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_storefront_api_request")),
    )
    op.create_table(
        "storefront_cart",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_cart")),
    )
    op.create_table(
        "storefront_collection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("summary", sa.String(length=400), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_collection")),
        sa.UniqueConstraint("slug", name=op.f("uq_storefront_collection_slug")),
    )
    op.create_table(
        "storefront_component",
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_storefront_component")),
    )
    op.create_table(
        "storefront_consent_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("event", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("form", sa.String(length=60), nullable=False),
        sa.Column("text_sha256", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("locale", sa.String(length=12), nullable=False),
        sa.Column("policy_version", sa.String(length=20), nullable=False),
        sa.Column("client", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_consent_event")),
    )
    with op.batch_alter_table("storefront_consent_event", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_storefront_consent_event_email"), ["email"], unique=False
        )

    op.create_table(
        "storefront_content_revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_content_revision")),
    )
    op.create_table(
        "storefront_info_page",
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("summary", sa.String(length=400), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_storefront_info_page")),
    )
    op.create_table(
        "storefront_order",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("cart_id", sa.String(length=40), nullable=True),
        sa.Column("cart_version", sa.Integer(), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("address", sa.JSON(), nullable=False),
        sa.Column("shipping_method", sa.String(length=40), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("subtotal_minor", sa.Integer(), nullable=False),
        sa.Column("discount_minor", sa.Integer(), nullable=False),
        sa.Column("shipping_minor", sa.Integer(), nullable=False),
        sa.Column("tax_minor", sa.Integer(), nullable=False),
        sa.Column("total_minor", sa.Integer(), nullable=False),
        sa.Column("paid_minor", sa.Integer(), nullable=False),
        sa.Column("refunded_minor", sa.Integer(), nullable=False),
        sa.Column("dispute_state", sa.String(length=40), nullable=True),
        sa.Column("terms_version", sa.String(length=20), nullable=False),
        sa.Column("wants_newsletter", sa.Boolean(), nullable=False),
        sa.Column("attention", sa.String(length=400), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('awaiting_payment', 'processing', 'paid', 'fulfilled', 'expired', 'cancelled', 'needs_attention')",
            name=op.f("ck_storefront_order_state"),
        ),
        sa.CheckConstraint(
            "refunded_minor >= 0 AND refunded_minor <= paid_minor",
            name=op.f("ck_storefront_order_refunded"),
        ),
        sa.CheckConstraint(
            "total_minor = subtotal_minor - discount_minor + shipping_minor",
            name=op.f("ck_storefront_order_total"),
        ),
        sa.CheckConstraint("total_minor >= 0", name=op.f("ck_storefront_order_total_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_order")),
        sa.UniqueConstraint(
            "cart_id", "cart_version", name=op.f("uq_storefront_order_cart_id_cart_version")
        ),
        sa.UniqueConstraint("key", name=op.f("uq_storefront_order_key")),
        sa.UniqueConstraint("number", name=op.f("uq_storefront_order_number")),
    )
    with op.batch_alter_table("storefront_order", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_storefront_order_email"), ["email"], unique=False)

    op.create_table(
        "storefront_outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("run_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('queued', 'leased', 'done', 'failed')",
            name=op.f("ck_storefront_outbox_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_outbox")),
        sa.UniqueConstraint("kind", "key", name=op.f("uq_storefront_outbox_kind_key")),
    )
    with op.batch_alter_table("storefront_outbox", schema=None) as batch_op:
        batch_op.create_index(
            "ix_storefront_outbox_state_run_at", ["state", "run_at"], unique=False
        )

    op.create_table(
        "storefront_product",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("summary", sa.String(length=400), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_published", sa.Boolean(), nullable=False),
        sa.Column("tax_category", sa.String(length=20), nullable=False),
        sa.Column("pressure", sa.String(length=10), nullable=True),
        sa.Column("actions", sa.JSON(), nullable=False),
        sa.Column("pictures", sa.JSON(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("care", sa.Text(), nullable=False),
        sa.Column("not_for", sa.Text(), nullable=False),
        sa.Column("search_terms", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_product")),
        sa.UniqueConstraint("slug", name=op.f("uq_storefront_product_slug")),
    )
    op.create_table(
        "storefront_search_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("summary", sa.String(length=400), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("url", sa.String(length=200), nullable=False),
        sa.Column("picture", sa.String(length=80), nullable=False),
        sa.Column("indexed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_search_entry")),
        sa.UniqueConstraint("kind", "slug", name=op.f("uq_storefront_search_entry_kind_slug")),
    )
    op.create_table(
        "storefront_signup_request",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("code_fingerprint", sa.String(length=64), nullable=False),
        sa.Column("code_tries", sa.Integer(), nullable=False),
        sa.Column("wants_newsletter", sa.Boolean(), nullable=False),
        sa.Column("next_url", sa.String(length=300), nullable=False),
        sa.Column("form", sa.String(length=60), nullable=False),
        sa.Column("locale", sa.String(length=12), nullable=False),
        sa.Column("consent_text", sa.Text(), nullable=False),
        sa.Column("policy_version", sa.String(length=20), nullable=False),
        sa.Column("letters", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_signup_request")),
    )
    with op.batch_alter_table("storefront_signup_request", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_storefront_signup_request_created_at"), ["created_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_storefront_signup_request_email"), ["email"], unique=False
        )

    op.create_table(
        "storefront_stripe_event",
        sa.Column("event_id", sa.String(length=120), nullable=False),
        sa.Column("type", sa.String(length=80), nullable=False),
        sa.Column("object_id", sa.String(length=120), nullable=False),
        sa.Column("reference", sa.String(length=200), nullable=False),
        sa.Column("livemode", sa.Boolean(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_storefront_stripe_event")),
    )
    with op.batch_alter_table("storefront_stripe_event", schema=None) as batch_op:
        batch_op.create_index("ix_storefront_stripe_event_done_at", ["done_at"], unique=False)

    op.create_table(
        "storefront_subscriber",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("locale", sa.String(length=12), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('confirmed', 'left', 'suppressed')",
            name=op.f("ck_storefront_subscriber_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_subscriber")),
        sa.UniqueConstraint("email", name=op.f("uq_storefront_subscriber_email")),
    )
    op.create_table(
        "storefront_verified_address",
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("newsletter_opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("email", name=op.f("pk_storefront_verified_address")),
    )
    op.create_table(
        "routines_facet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("value", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["routines_entry.id"],
            name=op.f("fk_routines_facet_entry_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routines_facet")),
        sa.UniqueConstraint(
            "entry_id", "name", "value", name=op.f("uq_routines_facet_entry_id_name_value")
        ),
    )
    with op.batch_alter_table("routines_facet", schema=None) as batch_op:
        batch_op.create_index("ix_routines_facet_name_value", ["name", "value"], unique=False)

    op.create_table(
        "routines_need",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("component", sa.String(length=80), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("stand_ins", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["routines_entry.id"],
            name=op.f("fk_routines_need_entry_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routines_need")),
        sa.UniqueConstraint(
            "entry_id",
            "component",
            "role",
            name=op.f("uq_routines_need_entry_id_component_role"),
        ),
    )
    with op.batch_alter_table("routines_need", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_routines_need_component"), ["component"], unique=False
        )

    op.create_table(
        "routines_revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["routines_entry.id"],
            name=op.f("fk_routines_revision_entry_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routines_revision")),
        sa.UniqueConstraint(
            "entry_id", "number", name=op.f("uq_routines_revision_entry_id_number")
        ),
    )
    op.create_table(
        "routines_video",
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("file", sa.String(length=120), nullable=False),
        sa.Column("captions", sa.String(length=120), nullable=False),
        sa.Column("poster", sa.String(length=80), nullable=False),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        sa.Column("opens_for", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["routines_entry.id"], name=op.f("fk_routines_video_entry_id")
        ),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_routines_video")),
    )
    with op.batch_alter_table("routines_video", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_routines_video_entry_id"), ["entry_id"], unique=False
        )

    op.create_table(
        "storefront_fulfilment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shipped_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('to_ship', 'shipped')", name=op.f("ck_storefront_fulfilment_state")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["storefront_order.id"],
            name=op.f("fk_storefront_fulfilment_order_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_fulfilment")),
        sa.UniqueConstraint("order_id", name=op.f("uq_storefront_fulfilment_order_id")),
    )
    op.create_table(
        "storefront_payment_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=40), nullable=False),
        sa.Column("idempotency_key", sa.String(length=60), nullable=False),
        sa.Column("request", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("session_id", sa.String(length=120), nullable=True),
        sa.Column("pay_url", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('prepared', 'created', 'paid', 'no_payment_required', 'pending_async', 'failed', 'expired', 'superseded')",
            name=op.f("ck_storefront_payment_attempt_state"),
        ),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["storefront_order.id"],
            name=op.f("fk_storefront_payment_attempt_order_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_payment_attempt")),
        sa.UniqueConstraint(
            "idempotency_key", name=op.f("uq_storefront_payment_attempt_idempotency_key")
        ),
        sa.UniqueConstraint("reference", name=op.f("uq_storefront_payment_attempt_reference")),
        sa.UniqueConstraint(
            "session_id", name=op.f("uq_storefront_payment_attempt_session_id")
        ),
    )
    with op.batch_alter_table("storefront_payment_attempt", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_storefront_payment_attempt_order_id"), ["order_id"], unique=False
        )
        batch_op.create_index(
            "uq_storefront_payment_attempt_open",
            ["order_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('created', 'pending_async', 'prepared')"),
            postgresql_where=sa.text("state IN ('created', 'pending_async', 'prepared')"),
        )

    op.create_table(
        "storefront_product_collection",
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("collection_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["collection_id"],
            ["storefront_collection.id"],
            name=op.f("fk_storefront_product_collection_collection_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["storefront_product.id"],
            name=op.f("fk_storefront_product_collection_product_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "product_id", "collection_id", name=op.f("pk_storefront_product_collection")
        ),
    )
    with op.batch_alter_table("storefront_product_collection", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_storefront_product_collection_collection_id"),
            ["collection_id"],
            unique=False,
        )

    op.create_table(
        "storefront_variant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("sku", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("price_minor", sa.Integer(), nullable=False),
        sa.Column("weight_grams", sa.Integer(), nullable=False),
        sa.CheckConstraint("price_minor >= 0", name=op.f("ck_storefront_variant_price")),
        sa.CheckConstraint("weight_grams >= 0", name=op.f("ck_storefront_variant_weight")),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["storefront_product.id"],
            name=op.f("fk_storefront_variant_product_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_variant")),
        sa.UniqueConstraint("sku", name=op.f("uq_storefront_variant_sku")),
    )
    with op.batch_alter_table("storefront_variant", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_storefront_variant_product_id"), ["product_id"], unique=False
        )

    op.create_table(
        "storefront_cart_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cart_id", sa.String(length=40), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("for_routine", sa.String(length=80), nullable=True),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_storefront_cart_line_quantity")),
        sa.ForeignKeyConstraint(
            ["cart_id"],
            ["storefront_cart.id"],
            name=op.f("fk_storefront_cart_line_cart_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"],
            ["storefront_variant.id"],
            name=op.f("fk_storefront_cart_line_variant_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_cart_line")),
        sa.UniqueConstraint(
            "cart_id", "variant_id", name=op.f("uq_storefront_cart_line_cart_id_variant_id")
        ),
    )
    with op.batch_alter_table("storefront_cart_line", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_storefront_cart_line_variant_id"), ["variant_id"], unique=False
        )

    op.create_table(
        "storefront_kit_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kit_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.CheckConstraint("kit_id <> item_id", name=op.f("ck_storefront_kit_item_not_itself")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_storefront_kit_item_quantity")),
        sa.ForeignKeyConstraint(
            ["item_id"], ["storefront_variant.id"], name=op.f("fk_storefront_kit_item_item_id")
        ),
        sa.ForeignKeyConstraint(
            ["kit_id"],
            ["storefront_variant.id"],
            name=op.f("fk_storefront_kit_item_kit_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_kit_item")),
        sa.UniqueConstraint(
            "kit_id", "item_id", name=op.f("uq_storefront_kit_item_kit_id_item_id")
        ),
    )
    with op.batch_alter_table("storefront_kit_item", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_storefront_kit_item_item_id"), ["item_id"], unique=False
        )

    op.create_table(
        "storefront_order_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=True),
        sa.Column("sku", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=280), nullable=False),
        sa.Column("picture", sa.String(length=80), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit_price_minor", sa.Integer(), nullable=False),
        sa.Column("total_minor", sa.Integer(), nullable=False),
        sa.Column("tax_basis_points", sa.Integer(), nullable=False),
        sa.Column("tax_minor", sa.Integer(), nullable=False),
        sa.Column("components", sa.JSON(), nullable=False),
        sa.Column("for_routine", sa.String(length=80), nullable=True),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_storefront_order_line_quantity")),
        sa.CheckConstraint(
            "total_minor = unit_price_minor * quantity",
            name=op.f("ck_storefront_order_line_total"),
        ),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["storefront_order.id"],
            name=op.f("fk_storefront_order_line_order_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"],
            ["storefront_variant.id"],
            name=op.f("fk_storefront_order_line_variant_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_order_line")),
    )
    with op.batch_alter_table("storefront_order_line", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_storefront_order_line_order_id"), ["order_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_storefront_order_line_sku"), ["sku"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_storefront_order_line_variant_id"), ["variant_id"], unique=False
        )

    op.create_table(
        "storefront_payment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=False),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_minor >= 0", name=op.f("ck_storefront_payment_amount")),
        sa.ForeignKeyConstraint(
            ["attempt_id"],
            ["storefront_payment_attempt.id"],
            name=op.f("fk_storefront_payment_attempt_id"),
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["storefront_order.id"], name=op.f("fk_storefront_payment_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_payment")),
        sa.UniqueConstraint("attempt_id", name=op.f("uq_storefront_payment_attempt_id")),
        sa.UniqueConstraint("reference", name=op.f("uq_storefront_payment_reference")),
    )
    with op.batch_alter_table("storefront_payment", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_storefront_payment_order_id"), ["order_id"], unique=False
        )

    op.create_table(
        "storefront_stock_hold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('held', 'sold', 'released')", name=op.f("ck_storefront_stock_hold_state")
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_storefront_stock_hold_quantity")),
        sa.ForeignKeyConstraint(
            ["attempt_id"],
            ["storefront_payment_attempt.id"],
            name=op.f("fk_storefront_stock_hold_attempt_id"),
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"],
            ["storefront_variant.id"],
            name=op.f("fk_storefront_stock_hold_variant_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_stock_hold")),
        sa.UniqueConstraint(
            "attempt_id",
            "variant_id",
            name=op.f("uq_storefront_stock_hold_attempt_id_variant_id"),
        ),
    )
    with op.batch_alter_table("storefront_stock_hold", schema=None) as batch_op:
        batch_op.create_index(
            "ix_storefront_stock_hold_state_expires_at", ["state", "expires_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_storefront_stock_hold_variant_id"), ["variant_id"], unique=False
        )

    op.create_table(
        "storefront_stock_level",
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("on_hand", sa.Integer(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "held >= 0 AND held <= on_hand", name=op.f("ck_storefront_stock_level_held")
        ),
        sa.CheckConstraint("on_hand >= 0", name=op.f("ck_storefront_stock_level_on_hand")),
        sa.ForeignKeyConstraint(
            ["variant_id"],
            ["storefront_variant.id"],
            name=op.f("fk_storefront_stock_level_variant_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("variant_id", name=op.f("pk_storefront_stock_level")),
    )
    op.create_table(
        "storefront_stock_move",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=12), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "reason IN ('received', 'counted', 'sold', 'damaged', 'returned')",
            name=op.f("ck_storefront_stock_move_reason"),
        ),
        sa.CheckConstraint("quantity <> 0", name=op.f("ck_storefront_stock_move_quantity")),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["storefront_order.id"],
            name=op.f("fk_storefront_stock_move_order_id"),
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"],
            ["storefront_variant.id"],
            name=op.f("fk_storefront_stock_move_variant_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_stock_move")),
    )
    with op.batch_alter_table("storefront_stock_move", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_storefront_stock_move_order_id"), ["order_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_storefront_stock_move_variant_id"), ["variant_id"], unique=False
        )

    op.create_table(
        "storefront_variant_component",
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("component_slug", sa.String(length=80), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "quantity > 0", name=op.f("ck_storefront_variant_component_quantity")
        ),
        sa.ForeignKeyConstraint(
            ["component_slug"],
            ["storefront_component.slug"],
            name=op.f("fk_storefront_variant_component_component_slug"),
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"],
            ["storefront_variant.id"],
            name=op.f("fk_storefront_variant_component_variant_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "variant_id", "component_slug", name=op.f("pk_storefront_variant_component")
        ),
    )
    with op.batch_alter_table("storefront_variant_component", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_storefront_variant_component_component_slug"),
            ["component_slug"],
            unique=False,
        )

    op.execute("INSERT INTO storefront_content_revision (id, number) VALUES (1, 1)")
    search_index.create(op.get_bind())


def downgrade():
    search_index.drop(op.get_bind())
    with op.batch_alter_table("storefront_variant_component", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_storefront_variant_component_component_slug"))

    op.drop_table("storefront_variant_component")
    with op.batch_alter_table("storefront_stock_move", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_storefront_stock_move_variant_id"))
        batch_op.drop_index(batch_op.f("ix_storefront_stock_move_order_id"))

    op.drop_table("storefront_stock_move")
    op.drop_table("storefront_stock_level")
    with op.batch_alter_table("storefront_stock_hold", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_storefront_stock_hold_variant_id"))
        batch_op.drop_index("ix_storefront_stock_hold_state_expires_at")

    op.drop_table("storefront_stock_hold")
    with op.batch_alter_table("storefront_payment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_storefront_payment_order_id"))

    op.drop_table("storefront_payment")
    with op.batch_alter_table("storefront_order_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_storefront_order_line_variant_id"))
        batch_op.drop_index(batch_op.f("ix_storefront_order_line_sku"))
        batch_op.drop_index(batch_op.f("ix_storefront_order_line_order_id"))

    op.drop_table("storefront_order_line")
    with op.batch_alter_table("storefront_kit_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_storefront_kit_item_item_id"))

    op.drop_table("storefront_kit_item")
    with op.batch_alter_table("storefront_cart_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_storefront_cart_line_variant_id"))

    op.drop_table("storefront_cart_line")
    with op.batch_alter_table("storefront_variant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_storefront_variant_product_id"))

    op.drop_table("storefront_variant")
    with op.batch_alter_table("storefront_product_collection", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_storefront_product_collection_collection_id"))

    op.drop_table("storefront_product_collection")
    with op.batch_alter_table("storefront_payment_attempt", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_storefront_payment_attempt_open",
            sqlite_where=sa.text("state IN ('created', 'pending_async', 'prepared')"),
            postgresql_where=sa.text("state IN ('created', 'pending_async', 'prepared')"),
        )
        batch_op.drop_index(batch_op.f("ix_storefront_payment_attempt_order_id"))

    op.drop_table("storefront_payment_attempt")
    op.drop_table("storefront_fulfilment")
    with op.batch_alter_table("routines_video", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_routines_video_entry_id"))

    op.drop_table("routines_video")
    op.drop_table("routines_revision")
    with op.batch_alter_table("routines_need", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_routines_need_component"))

    op.drop_table("routines_need")
    with op.batch_alter_table("routines_facet", schema=None) as batch_op:
        batch_op.drop_index("ix_routines_facet_name_value")

    op.drop_table("routines_facet")
    op.drop_table("storefront_verified_address")
    op.drop_table("storefront_subscriber")
    with op.batch_alter_table("storefront_stripe_event", schema=None) as batch_op:
        batch_op.drop_index("ix_storefront_stripe_event_done_at")

    op.drop_table("storefront_stripe_event")
    with op.batch_alter_table("storefront_signup_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_storefront_signup_request_email"))
        batch_op.drop_index(batch_op.f("ix_storefront_signup_request_created_at"))

    op.drop_table("storefront_signup_request")
    op.drop_table("storefront_search_entry")
    op.drop_table("storefront_product")
    with op.batch_alter_table("storefront_outbox", schema=None) as batch_op:
        batch_op.drop_index("ix_storefront_outbox_state_run_at")

    op.drop_table("storefront_outbox")
    with op.batch_alter_table("storefront_order", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_storefront_order_email"))

    op.drop_table("storefront_order")
    op.drop_table("storefront_info_page")
    op.drop_table("storefront_content_revision")
    with op.batch_alter_table("storefront_consent_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_storefront_consent_event_email"))

    op.drop_table("storefront_consent_event")
    op.drop_table("storefront_component")
    op.drop_table("storefront_collection")
    op.drop_table("storefront_cart")
    op.drop_table("storefront_api_request")
    op.drop_table("routines_entry")
    op.drop_table("routines_body_part")
