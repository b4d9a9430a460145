"""Keep what a proven address owns."""

revision = "0016_toolbox"
down_revision = "0015_studio"
branch_labels = None
depends_on = None


def upgrade():
    pass


def downgrade():
    pass
