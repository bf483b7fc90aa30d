"""erasures and standstill"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import kit.models

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "erasure",
        sa.Column("object_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("at", kit.models.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("object_id", name=op.f("pk_erasure")),
    )
    op.create_table(
        "standstill",
        sa.Column("part", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("since", kit.models.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("part", name=op.f("pk_standstill")),
    )


def downgrade() -> None:
    op.drop_table("standstill")
    op.drop_table("erasure")
