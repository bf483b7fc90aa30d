"""what follows from what was heard"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("heard_report", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "follows", sqlmodel.sql.sqltypes.AutoString(length=4000), nullable=False, server_default=sa.text("''")
            )
        )


def downgrade() -> None:
    with op.batch_alter_table("heard_report", schema=None) as batch_op:
        batch_op.drop_column("follows")
