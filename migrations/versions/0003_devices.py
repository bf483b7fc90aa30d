"""devices of sessions"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("login_session", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("device", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False, server_default="")
        )
    with op.batch_alter_table("login_session", schema=None) as batch_op:
        batch_op.alter_column("device", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("login_session", schema=None) as batch_op:
        batch_op.drop_column("device")
