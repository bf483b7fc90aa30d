"""of the answers of a closed survey, how many came by invitation"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("survey", schema=None) as batch_op:
        batch_op.add_column(sa.Column("by_invitation", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.execute(
        "UPDATE survey SET by_invitation = (SELECT count(*) FROM survey_invitation AS mark "
        "WHERE mark.survey_id = survey.id AND mark.answered) WHERE state = 'closed'"
    )


def downgrade() -> None:
    with op.batch_alter_table("survey", schema=None) as batch_op:
        batch_op.drop_column("by_invitation")
