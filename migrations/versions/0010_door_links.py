"""links to the door"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import kit.models
from kit.policies import protect

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "door_link",
        sa.Column("initiative_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("dialogue_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("created_at", kit.models.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", kit.models.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["initiative_id", "dialogue_id"],
            ["dialogue.initiative_id", "dialogue.id"],
            name=op.f("fk_door_link_initiative_id_dialogue_id"),
        ),
        sa.ForeignKeyConstraint(["initiative_id"], ["initiative.id"], name=op.f("fk_door_link_initiative_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_door_link")),
    )
    op.create_index(op.f("ix_door_link_dialogue_id"), "door_link", ["dialogue_id"])
    op.create_index(op.f("ix_arrival_registration_id"), "arrival", ["registration_id"])
    if op.get_bind().dialect.name == "postgresql":
        for statement in protect("door_link"):
            op.execute(statement)


def downgrade() -> None:
    op.drop_index(op.f("ix_arrival_registration_id"), table_name="arrival")
    op.drop_table("door_link")
