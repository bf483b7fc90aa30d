"""answers of calendars to one date of several"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("calendar_answer", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("recurrence_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False, server_default="")
        )
    with op.batch_alter_table("calendar_answer", schema=None) as batch_op:
        batch_op.alter_column("recurrence_id", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("calendar_answer", schema=None) as batch_op:
        batch_op.drop_column("recurrence_id")
