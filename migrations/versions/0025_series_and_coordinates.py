"""series and coordinates of dialogues; several answers of one mail to single dates"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from kit.models import BYTE_ORDER
from kit.policies import protect

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

ANSWER = "uq_calendar_answer_invitation_id_inbound_id"
ANSWERS = "uq_calendar_answer_invitation_id_inbound_id_recurrence_id"
ANSWERED = ("invitation_id", "inbound_id")


def upgrade() -> None:
    op.create_table(
        "dialogue_series",
        sa.Column("initiative_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("slug", sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
        sa.Column("title", sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
        sa.Column("sort_key", BYTE_ORDER, nullable=False),
        sa.ForeignKeyConstraint(["initiative_id"], ["initiative.id"], name=op.f("fk_dialogue_series_initiative_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dialogue_series")),
        sa.UniqueConstraint("initiative_id", "id", name=op.f("uq_dialogue_series_initiative_id_id")),
        sa.UniqueConstraint("initiative_id", "slug", name=op.f("uq_dialogue_series_initiative_id_slug")),
    )
    if op.get_bind().dialect.name == "postgresql":
        for statement in protect("dialogue_series"):
            op.execute(statement)
    with op.batch_alter_table("dialogue", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("coordinates", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("series_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_dialogue_initiative_id_series_id"),
            "dialogue_series",
            ["initiative_id", "series_id"],
            ["initiative_id", "id"],
        )
        batch_op.create_index(op.f("ix_dialogue_series_id"), ["series_id"], unique=False)
        batch_op.create_index(op.f("ix_dialogue_visibility_repetition"), ["visibility", "repetition"], unique=False)
    with op.batch_alter_table("dialogue", schema=None) as batch_op:
        batch_op.alter_column("coordinates", server_default=None)
    with op.batch_alter_table("calendar_answer", schema=None) as batch_op:
        batch_op.drop_constraint(ANSWER, type_="unique")
        batch_op.create_unique_constraint(op.f(ANSWERS), [*ANSWERED, "recurrence_id"])


def downgrade() -> None:
    # Of a mail that answers several dates one answer stays.
    op.execute(
        "DELETE FROM calendar_answer WHERE id NOT IN"
        " (SELECT min(id) FROM calendar_answer GROUP BY invitation_id, inbound_id)"
    )
    with op.batch_alter_table("calendar_answer", schema=None) as batch_op:
        batch_op.drop_constraint(ANSWERS, type_="unique")
        batch_op.create_unique_constraint(op.f(ANSWER), list(ANSWERED))
    with op.batch_alter_table("dialogue", schema=None) as batch_op:
        batch_op.drop_index(op.f("ix_dialogue_visibility_repetition"))
        batch_op.drop_index(op.f("ix_dialogue_series_id"))
        batch_op.drop_constraint(op.f("fk_dialogue_initiative_id_series_id"), type_="foreignkey")
        batch_op.drop_column("series_id")
        batch_op.drop_column("coordinates")
    op.drop_table("dialogue_series")
