"""when and where a helper at the door is needed"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

DUTY = (("duty_start", 16), ("duty_end", 16), ("duty_place", 200))


def upgrade() -> None:
    with op.batch_alter_table("door_link", schema=None) as batch_op:
        for name, length in DUTY:
            batch_op.add_column(
                sa.Column(name, sqlmodel.sql.sqltypes.AutoString(length=length), nullable=False, server_default="")
            )
    with op.batch_alter_table("door_link", schema=None) as batch_op:
        for name, _length in DUTY:
            batch_op.alter_column(name, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("door_link", schema=None) as batch_op:
        for name, _length in reversed(DUTY):
            batch_op.drop_column(name)
