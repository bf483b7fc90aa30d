"""pictures that initiatives choose as their logo"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import kit.models
from kit.policies import protect

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "logo",
        sa.Column("initiative_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("media_type", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("drawing", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("created_at", kit.models.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["initiative_id"], ["initiative.id"], name=op.f("fk_logo_initiative_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_logo")),
        sa.UniqueConstraint("initiative_id", name=op.f("uq_logo_initiative_id")),
    )
    if op.get_bind().dialect.name == "postgresql":
        for statement in protect("logo"):
            op.execute(statement)


def downgrade() -> None:
    # Without pictures the drawings stand there again.
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SELECT set_config('app.scope', 'migration', true)")
    op.execute(
        "UPDATE initiative SET logo = (SELECT drawing FROM logo WHERE logo.initiative_id = initiative.id)"
        " WHERE id IN (SELECT initiative_id FROM logo)"
    )
    op.drop_table("logo")
