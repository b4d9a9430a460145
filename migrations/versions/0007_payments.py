"""Make the tables of refunds and disputes."""

import sqlalchemy as sa
from alembic import op

revision = "0007_payments"
down_revision = "0006_orders"
branch_labels = None
depends_on = None

STATES = "'prepared', 'pending', 'succeeded', 'failed', 'cancelled'"
REASONS = (
    "'withdrawal', 'damaged', 'wrong_item', 'not_delivered', 'cancelled', 'goodwill', "
    "'late_payment', 'recall', 'other'"
)
REFUNDED = "refunded_minor >= 0 AND refunded_minor <= paid_minor"
REFUNDED_AND_LOST = (
    "refunded_minor >= 0 AND lost_minor >= 0 AND refunded_minor + lost_minor <= paid_minor"
)


def upgrade():
    with op.batch_alter_table("storefront_order") as order:
        order.add_column(number("lost_minor"))
        order.add_column(number("gift_back_minor"))
        check(order, "storefront_order", "refunded", REFUNDED_AND_LOST)
        order.create_check_constraint(
            op.f("ck_storefront_order_gift_back"),
            "gift_back_minor >= 0 AND gift_back_minor <= gift_minor",
        )
    with op.batch_alter_table("storefront_order_line") as line:
        line.add_column(number("refunded_quantity"))
        line.create_check_constraint(
            op.f("ck_storefront_order_line_refunded"),
            "refunded_quantity >= 0 AND refunded_quantity <= quantity",
        )
    with op.batch_alter_table("storefront_payment") as payment:
        payment.add_column(
            sa.Column("is_surplus", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        payment.add_column(moment("looked_at"))
    with op.batch_alter_table("storefront_stripe_event") as event:
        event.add_column(moment("next_at"))
    make_refunds()
    make_disputes()
    op.create_table(
        "storefront_payment_cursor",
        sa.Column("name", sa.String(40), nullable=False),
        moment("moment"),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_storefront_payment_cursor")),
    )


def make_refunds():
    op.create_table(
        "storefront_refund",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(40), nullable=False),
        sa.Column("idempotency_key", sa.String(60), nullable=False),
        sa.Column("stripe_id", sa.String(120), nullable=True),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("payment_id", sa.Integer(), nullable=True),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.Column("gift_minor", sa.Integer(), nullable=False),
        sa.Column("shipping_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("note", sa.String(400), nullable=False),
        sa.Column("request", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("failure", sa.String(400), nullable=False),
        sa.Column("by", sa.String(254), nullable=False),
        moment("created_at", nullable=False),
        moment("sent_at"),
        moment("done_at"),
        moment("gift_at"),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_storefront_refund_state")),
        sa.CheckConstraint(f"reason IN ({REASONS})", name=op.f("ck_storefront_refund_reason")),
        sa.CheckConstraint(
            "amount_minor >= 0 AND gift_minor >= 0 AND amount_minor + gift_minor > 0",
            name=op.f("ck_storefront_refund_amount"),
        ),
        sa.CheckConstraint(
            "shipping_minor >= 0 AND shipping_minor <= amount_minor + gift_minor",
            name=op.f("ck_storefront_refund_shipping"),
        ),
        sa.CheckConstraint(
            "amount_minor = 0 OR payment_id IS NOT NULL",
            name=op.f("ck_storefront_refund_payment"),
        ),
        foreign("storefront_refund", "order_id", "storefront_order"),
        foreign("storefront_refund", "payment_id", "storefront_payment"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_refund")),
        sa.UniqueConstraint("reference", name=op.f("uq_storefront_refund_reference")),
        sa.UniqueConstraint(
            "idempotency_key", name=op.f("uq_storefront_refund_idempotency_key")
        ),
        sa.UniqueConstraint("stripe_id", name=op.f("uq_storefront_refund_stripe_id")),
        sa.UniqueConstraint(
            "order_id", "turn", name=op.f("uq_storefront_refund_order_id_turn")
        ),
    )
    index("storefront_refund", "order_id", "payment_id")
    op.create_table(
        "storefront_refund_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("refund_id", sa.Integer(), nullable=False),
        sa.Column("order_line_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "quantity > 0 AND amount_minor >= 0", name=op.f("ck_storefront_refund_line_amount")
        ),
        foreign("storefront_refund_line", "refund_id", "storefront_refund", ondelete="CASCADE"),
        foreign("storefront_refund_line", "order_line_id", "storefront_order_line"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_refund_line")),
        sa.UniqueConstraint(
            "refund_id",
            "order_line_id",
            name=op.f("uq_storefront_refund_line_refund_id_order_line_id"),
        ),
    )
    index("storefront_refund_line", "order_line_id")


def make_disputes():
    op.create_table(
        "storefront_dispute",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("stripe_id", sa.String(120), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("payment_id", sa.Integer(), nullable=False),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("reason", sa.String(80), nullable=False),
        moment("due_at"),
        moment("created_at", nullable=False),
        moment("looked_at"),
        sa.CheckConstraint("amount_minor >= 0", name=op.f("ck_storefront_dispute_amount")),
        foreign("storefront_dispute", "order_id", "storefront_order"),
        foreign("storefront_dispute", "payment_id", "storefront_payment"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_dispute")),
        sa.UniqueConstraint("stripe_id", name=op.f("uq_storefront_dispute_stripe_id")),
    )
    index("storefront_dispute", "order_id", "payment_id")


def downgrade():
    for name in (
        "storefront_payment_cursor",
        "storefront_dispute",
        "storefront_refund_line",
        "storefront_refund",
    ):
        op.drop_table(name)
    with op.batch_alter_table("storefront_stripe_event") as event:
        event.drop_column("next_at")
    with op.batch_alter_table("storefront_payment") as payment:
        payment.drop_column("looked_at")
        payment.drop_column("is_surplus")
    with op.batch_alter_table("storefront_order_line") as line:
        line.drop_constraint(op.f("ck_storefront_order_line_refunded"), type_="check")
        line.drop_column("refunded_quantity")
    with op.batch_alter_table("storefront_order") as order:
        order.drop_constraint(op.f("ck_storefront_order_gift_back"), type_="check")
        check(order, "storefront_order", "refunded", REFUNDED)
        order.drop_column("gift_back_minor")
        order.drop_column("lost_minor")


def number(name):
    return sa.Column(name, sa.Integer(), nullable=False, server_default="0")


def moment(name, *, nullable=True):
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def foreign(table, column, other, **options):
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, **options)


def index(table, *columns):
    for column in columns:
        op.create_index(f"ix_{table}_{column}", table, [column])


def check(table, table_name, name, condition):
    """Put a check in the place of the one of that name."""
    whole = op.f(f"ck_{table_name}_{name}")
    table.drop_constraint(whole, type_="check")
    table.create_check_constraint(whole, condition)
