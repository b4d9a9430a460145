"""Make the tables of the staff: members, sign-in, passkeys, the audit log, signs of life."""

import sqlalchemy as sa
from alembic import op

revision = "0010_staff"
down_revision = "0009_carts"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
AUDIT = "storefront_audit_entry"
REFUSE = "the audit log is only written, never changed"


def upgrade():
    _members()
    _sign_in()
    _passkeys()
    _audit()
    op.create_table(
        "storefront_heartbeat",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_storefront_heartbeat")),
    )


def downgrade():
    for name in (
        "storefront_heartbeat",
        AUDIT,
        "storefront_recovery_code",
        "storefront_passkey_challenge",
        "storefront_passkey",
        "storefront_staff_session",
        "storefront_sign_in_code",
        "storefront_staff_member",
    ):
        op.drop_table(name)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION storefront_audit_stays()")


def _members():
    op.create_table(
        "storefront_staff_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("role", sa.String(10), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("invited_by", sa.String(254), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "role IN ('owner', 'keeper', 'author', 'packer')",
            name=op.f("ck_storefront_staff_member_role"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_staff_member")),
        sa.UniqueConstraint("email", name=op.f("uq_storefront_staff_member_email")),
    )


def _sign_in():
    op.create_table(
        "storefront_sign_in_code",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("purpose", sa.String(10), nullable=False),
        sa.Column("code_fingerprint", sa.String(64), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_url", sa.String(300), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("proven_at", MOMENT, nullable=True),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "purpose IN ('sign_in', 'fresh')", name=op.f("ck_storefront_sign_in_code_purpose")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_sign_in_code")),
    )
    for column in ("email", "created_at"):
        op.create_index(
            f"ix_storefront_sign_in_code_{column}", "storefront_sign_in_code", [column]
        )
    op.create_table(
        "storefront_staff_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key_fingerprint", sa.String(64), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(10), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("proven_at", MOMENT, nullable=True),
        sa.Column("last_seen_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("agent", sa.String(120), nullable=False),
        sa.Column("client", sa.String(60), nullable=False),
        sa.CheckConstraint(
            "way IN ('code', 'link', 'passkey', 'recovery', 'host')",
            name=op.f("ck_storefront_staff_session_way"),
        ),
        _belongs_to_member("storefront_staff_session"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_staff_session")),
        sa.UniqueConstraint(
            "key_fingerprint", name=op.f("uq_storefront_staff_session_key_fingerprint")
        ),
    )
    op.create_index(
        "ix_storefront_staff_session_member_id", "storefront_staff_session", ["member_id"]
    )


def _passkeys():
    op.create_table(
        "storefront_passkey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("credential_id", sa.String(1400), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        _belongs_to_member("storefront_passkey"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_storefront_passkey_credential_id")),
    )
    op.create_index("ix_storefront_passkey_member_id", "storefront_passkey", ["member_id"])
    op.create_table(
        "storefront_passkey_challenge",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("purpose", sa.String(10), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("challenge", sa.String(120), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        _belongs_to_member("storefront_passkey_challenge"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_passkey_challenge")),
    )
    op.create_index(
        "ix_storefront_passkey_challenge_expires_at",
        "storefront_passkey_challenge",
        ["expires_at"],
    )
    op.create_table(
        "storefront_recovery_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        _belongs_to_member("storefront_recovery_code"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_recovery_code")),
        sa.UniqueConstraint(
            "member_id",
            "fingerprint",
            name=op.f("uq_storefront_recovery_code_member_id_fingerprint"),
        ),
    )


def _audit():
    op.create_table(
        AUDIT,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("who", sa.String(254), nullable=False),
        sa.Column("action", sa.String(60), nullable=False),
        sa.Column("about", sa.String(200), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("client", sa.String(60), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{AUDIT}")),
    )
    op.create_index(f"ix_{AUDIT}_at", AUDIT, ["at", "id"])
    for column in ("who", "action"):
        op.create_index(f"ix_{AUDIT}_{column}", AUDIT, [column])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION storefront_audit_stays() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{REFUSE}'; END $$"
        )
        op.execute(
            f"CREATE TRIGGER storefront_audit_stays BEFORE UPDATE OR DELETE ON {AUDIT} "
            "FOR EACH ROW EXECUTE FUNCTION storefront_audit_stays()"
        )
        return
    for event in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER storefront_audit_no_{event.lower()} BEFORE {event} ON {AUDIT} "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSE}'); END"
        )


def _belongs_to_member(table):
    return sa.ForeignKeyConstraint(
        ["member_id"],
        ["storefront_staff_member.id"],
        ondelete="CASCADE",
        name=op.f(f"fk_{table}_member_id"),
    )
