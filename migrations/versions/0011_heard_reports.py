"""what was heard at a dialogue"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import kit.models
from kit.policies import protect

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "heard_report",
        sa.Column("initiative_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("dialogue_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(length=4000), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("published_at", kit.models.UtcDateTime(timezone=True), nullable=True),
        sa.Column("changed_at", kit.models.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["initiative_id", "dialogue_id"],
            ["dialogue.initiative_id", "dialogue.id"],
            name=op.f("fk_heard_report_initiative_id_dialogue_id"),
        ),
        sa.ForeignKeyConstraint(["initiative_id"], ["initiative.id"], name=op.f("fk_heard_report_initiative_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_heard_report")),
        sa.UniqueConstraint("dialogue_id", name=op.f("uq_heard_report_dialogue_id")),
    )
    if op.get_bind().dialect.name == "postgresql":
        for statement in protect("heard_report"):
            op.execute(statement)


def downgrade() -> None:
    op.drop_table("heard_report")
