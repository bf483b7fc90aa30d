"""what was learned at a dialogue"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import kit.models
from kit.policies import protect

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "insight",
        sa.Column("initiative_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("dialogue_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("minutes", sqlmodel.sql.sqltypes.AutoString(length=20000), nullable=False),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(length=30000), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(length=8), nullable=False),
        sa.Column("changed_at", kit.models.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["initiative_id", "dialogue_id"],
            ["dialogue.initiative_id", "dialogue.id"],
            name=op.f("fk_insight_initiative_id_dialogue_id"),
        ),
        sa.ForeignKeyConstraint(["initiative_id"], ["initiative.id"], name=op.f("fk_insight_initiative_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_insight")),
        sa.UniqueConstraint("dialogue_id", name=op.f("uq_insight_dialogue_id")),
        sa.UniqueConstraint("initiative_id", "id", name=op.f("uq_insight_initiative_id_id")),
    )
    if op.get_bind().dialect.name == "postgresql":
        for statement in protect("insight"):
            op.execute(statement)


def downgrade() -> None:
    op.drop_table("insight")
