"""dialogues with several dates"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import kit.models
from kit.policies import protect

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

RULE = (("repetition", 60), ("regular_start", 16), ("regular_end", 16))


def upgrade() -> None:
    with op.batch_alter_table("dialogue", schema=None) as batch_op:
        for name, length in RULE:
            batch_op.add_column(
                sa.Column(name, sqlmodel.sql.sqltypes.AutoString(length=length), nullable=False, server_default="")
            )
    with op.batch_alter_table("dialogue", schema=None) as batch_op:
        for name, _length in RULE:
            batch_op.alter_column(name, server_default=None)
    op.create_table(
        "dialogue_date",
        sa.Column("initiative_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("dialogue_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("recurrence_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("start", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("end", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("starts_at", kit.models.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ends_at", kit.models.UtcDateTime(timezone=True), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(length=10), nullable=False),
        sa.Column("changed_sequence", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["initiative_id", "dialogue_id"],
            ["dialogue.initiative_id", "dialogue.id"],
            name=op.f("fk_dialogue_date_initiative_id_dialogue_id"),
        ),
        sa.ForeignKeyConstraint(["initiative_id"], ["initiative.id"], name=op.f("fk_dialogue_date_initiative_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dialogue_date")),
        sa.UniqueConstraint("dialogue_id", "recurrence_id", name=op.f("uq_dialogue_date_dialogue_id_recurrence_id")),
    )
    with op.batch_alter_table("dialogue_date", schema=None) as batch_op:
        batch_op.create_index(op.f("ix_dialogue_date_start"), ["start"], unique=False)
        batch_op.create_index(op.f("ix_dialogue_date_starts_at"), ["starts_at"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        for statement in protect("dialogue_date"):
            op.execute(statement)


def downgrade() -> None:
    op.drop_table("dialogue_date")
    with op.batch_alter_table("dialogue", schema=None) as batch_op:
        for name, _length in reversed(RULE):
            batch_op.drop_column(name)
