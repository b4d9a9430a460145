"""Make the tables of the studio: drafts, their revisions and reviews."""

revision = "0015_studio"
down_revision = "0014_plans"
branch_labels = None
depends_on = None


def upgrade():
    pass


def downgrade():
    pass
