"""Let a film wait until somebody says that it may replace another."""

from alembic import op

revision = "0029_held_films"
down_revision = "0028_membership_spared"
branch_labels = None
depends_on = None

STATES = ("new", "probing", "deriving", "ready", "failed")


def upgrade():
    _states(("held", *STATES))


def downgrade():
    op.execute(
        "UPDATE routines_upload SET state = 'failed', message = 'It was never let in.' WHERE state = 'held'"
    )
    _states(STATES)


def _states(names):
    listed = ", ".join(f"'{name}'" for name in names)
    with op.batch_alter_table("routines_upload") as upload:
        upload.drop_constraint(op.f("ck_routines_upload_state"), type_="check")
        upload.create_check_constraint(op.f("ck_routines_upload_state"), f"state IN ({listed})")
