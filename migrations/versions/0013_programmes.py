"""Make the tables of enrolments: who follows which programme, and when phases open."""

revision = "0013_programmes"
down_revision = "0012_vocabulary"
branch_labels = None
depends_on = None


def upgrade():
    pass


def downgrade():
    pass
