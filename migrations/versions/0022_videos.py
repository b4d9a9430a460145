"""Make the tables of uploaded films and of live grants; let routines say more of a film."""

import sqlalchemy as sa
from alembic import op

revision = "0022_videos"
down_revision = "0021_dispatch"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NEW = (
    ("language", sa.String(length=20), "en"),
    ("renditions", sa.JSON(), "[]"),
    ("tracks", sa.JSON(), "[]"),
    ("hls", sa.String(length=80), ""),
    ("chapters", sa.String(length=120), ""),
    ("preview", sa.String(length=120), ""),
    ("embed", sa.String(length=300), ""),
)


def upgrade():
    with op.batch_alter_table("routines_video", schema=None) as batch_op:
        for name, kind, default in NEW:
            batch_op.add_column(sa.Column(name, kind, server_default=default, nullable=False))
    op.create_table(
        "routines_upload",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("message", sa.String(length=400), nullable=False),
        sa.Column("original", sa.String(length=160), nullable=False),
        sa.Column("master", sa.String(length=40), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("checksum", sa.String(length=64), nullable=False),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("codec", sa.String(length=40), nullable=False),
        sa.Column("has_sound", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("by", sa.String(length=254), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("ready_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "state IN ('new', 'probing', 'deriving', 'ready', 'failed')",
            name=op.f("ck_routines_upload_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routines_upload")),
        sa.UniqueConstraint("slug", "revision", name=op.f("uq_routines_upload_slug_revision")),
    )
    op.create_index(op.f("ix_routines_upload_slug"), "routines_upload", ["slug"], unique=False)
    op.create_table(
        "routines_upload_part",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("upload_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.CheckConstraint(
            "kind IN ('poster', 'preview', 'mp4', 'hls', 'store')",
            name=op.f("ck_routines_upload_part_kind"),
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'working', 'done', 'failed')",
            name=op.f("ck_routines_upload_part_state"),
        ),
        sa.ForeignKeyConstraint(
            ["upload_id"],
            ["routines_upload.id"],
            name=op.f("fk_routines_upload_part_upload_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routines_upload_part")),
        sa.UniqueConstraint(
            "upload_id", "name", name=op.f("uq_routines_upload_part_upload_id_name")
        ),
    )
    op.create_index(
        op.f("ix_routines_upload_part_upload_id"),
        "routines_upload_part",
        ["upload_id"],
        unique=False,
    )
    op.create_table(
        "routines_upload_track",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("upload_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.CheckConstraint(
            "kind IN ('captions', 'subtitles', 'descriptions', 'chapters')",
            name=op.f("ck_routines_upload_track_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["upload_id"],
            ["routines_upload.id"],
            name=op.f("fk_routines_upload_track_upload_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routines_upload_track")),
        sa.UniqueConstraint(
            "upload_id", "name", name=op.f("uq_routines_upload_track_upload_id_name")
        ),
    )
    op.create_index(
        op.f("ix_routines_upload_track_upload_id"),
        "routines_upload_track",
        ["upload_id"],
        unique=False,
    )
    op.create_table(
        "routines_live_grant",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("viewer", sa.String(length=20), nullable=False),
        sa.Column("device", sa.String(length=20), nullable=False),
        sa.Column("video", sa.String(length=80), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_routines_live_grant")),
    )
    for name in ("expires_at", "viewer"):
        op.create_index(
            op.f(f"ix_routines_live_grant_{name}"), "routines_live_grant", [name], unique=False
        )


def downgrade():
    for name in ("expires_at", "viewer"):
        op.drop_index(op.f(f"ix_routines_live_grant_{name}"), table_name="routines_live_grant")
    op.drop_table("routines_live_grant")
    for table, column in (
        ("routines_upload_track", "upload_id"),
        ("routines_upload_part", "upload_id"),
        ("routines_upload", "slug"),
    ):
        op.drop_index(op.f(f"ix_{table}_{column}"), table_name=table)
        op.drop_table(table)
    with op.batch_alter_table("routines_video", schema=None) as batch_op:
        for name, _, _ in reversed(NEW):
            batch_op.drop_column(name)
