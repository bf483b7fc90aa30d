"""private addresses of calendars"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("registration", "membership"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column("calendar_version", sa.Integer(), nullable=False, server_default="1"))
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column("calendar_version", server_default=None)


def downgrade() -> None:
    for table in ("membership", "registration"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column("calendar_version")
