"""Make the table of plans that practitioners hand out."""

revision = "0014_plans"
down_revision = "0013_programmes"
branch_labels = None
depends_on = None


def upgrade():
    pass


def downgrade():
    pass
