"""Make the tables of owned components and of the codes in the boxes."""

import sqlalchemy as sa
from alembic import op

revision = "0017_ownership"
down_revision = "0016_accounts"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade():
    op.create_table(
        "storefront_claim_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("sku", sa.String(length=60), nullable=False),
        sa.Column("components", sa.JSON(), nullable=False),
        sa.Column("batch", sa.String(length=60), nullable=False),
        sa.Column("order_line_id", sa.Integer(), nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("claimed_by", sa.String(length=254), nullable=True),
        sa.Column("claimed_at", MOMENT, nullable=True),
        sa.Column("transfers", sa.Integer(), nullable=False),
        sa.Column("transfer_fingerprint", sa.String(length=64), nullable=True),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.Column("revoked_because", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_claim_code")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_storefront_claim_code_fingerprint")),
        sa.UniqueConstraint(
            "transfer_fingerprint", name=op.f("uq_storefront_claim_code_transfer_fingerprint")
        ),
    )
    op.create_index(
        op.f("ix_storefront_claim_code_batch"), "storefront_claim_code", ["batch"], unique=False
    )
    op.create_index(
        op.f("ix_storefront_claim_code_claimed_by"),
        "storefront_claim_code",
        ["claimed_by"],
        unique=False,
    )
    op.create_index(
        op.f("ix_storefront_claim_code_order_line_id"),
        "storefront_claim_code",
        ["order_line_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_storefront_claim_code_sku"), "storefront_claim_code", ["sku"], unique=False
    )
    op.create_table(
        "storefront_owned",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("component", sa.String(length=80), nullable=False),
        sa.Column("source", sa.String(length=8), nullable=False),
        sa.Column("reference", sa.Integer(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=True),
        sa.Column("told_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "source IN ('order', 'claim')", name=op.f("ck_storefront_owned_source")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_owned")),
        sa.UniqueConstraint(
            "source",
            "reference",
            "component",
            "email",
            name=op.f("uq_storefront_owned_source_reference_component_email"),
        ),
    )
    op.create_index(
        "ix_storefront_owned_component_email",
        "storefront_owned",
        ["component", "email"],
        unique=False,
    )
    op.create_index(
        "ix_storefront_owned_email_component",
        "storefront_owned",
        ["email", "component"],
        unique=False,
    )
    op.create_index(
        "uq_storefront_owned_claim",
        "storefront_owned",
        ["reference", "component"],
        unique=True,
        sqlite_where=sa.text("source = 'claim'"),
        postgresql_where=sa.text("source = 'claim'"),
    )
    _fill()


ORDERS = """
SELECT o.id, o.email, o.claimed_by, coalesce(o.paid_at, o.placed_at) AS since,
       l.id AS line_id, l.quantity, l.refunded_quantity, l.stands_for_id, l.components
FROM storefront_order o JOIN storefront_order_line l ON l.order_id = o.id
WHERE o.state IN ('paid', 'fulfilled')
  AND (o.refunded_minor + o.gift_back_minor + o.lost_minor = 0
       OR o.refunded_minor + o.gift_back_minor + o.lost_minor < o.paid_minor + o.gift_minor)
ORDER BY o.id, l.id
"""


def _fill():
    """Write down what the orders that are paid by now give, as the shop counted it before."""
    bind = op.get_bind()
    found = sa.text(ORDERS).columns(since=MOMENT, components=sa.JSON())
    owned = sa.table(
        "storefront_owned",
        *(sa.column(name) for name in ("email", "component", "source", "reference")),
        sa.column("since", MOMENT),
    )
    order_id, lines = None, []
    for row in bind.execute(found).all():
        if row.id != order_id:
            _write(bind, owned, lines)
            order_id, lines = row.id, []
        lines.append(row)
    _write(bind, owned, lines)


def _write(bind, owned, lines):
    """Write what the lines of one order give: what is paid, and neither back nor exchanged."""
    by_id = {line.line_id: line for line in lines}
    swapped = {}
    for line in lines:
        if line.stands_for_id is not None:
            before = swapped.get(line.stands_for_id, 0)
            swapped[line.stands_for_id] = before + line.quantity
    rows = [
        {
            "email": email,
            "component": component,
            "source": "order",
            "reference": line.line_id,
            "since": line.since,
        }
        for line in lines
        if _is_kept(by_id.get(line.stands_for_id, line))
        and swapped.get(line.line_id, 0) < line.quantity
        for component in sorted(set(line.components or ()))
        for email in sorted({line.email, line.claimed_by or line.email})
    ]
    if rows:
        bind.execute(owned.insert(), rows)


def _is_kept(line):
    return line.refunded_quantity < line.quantity


def downgrade():
    op.drop_table("storefront_claim_code")
    op.drop_table("storefront_owned")
