"""answers to invitations, letters that came back, what inbound mail was found to be"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import kit.models
from kit.policies import protect

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

INBOUND = (("sender", 320), ("recipient", 320), ("kind", 16), ("reason", 500))


def upgrade() -> None:
    with op.batch_alter_table("inbound_mail", schema=None) as batch_op:
        for name, length in INBOUND:
            batch_op.add_column(
                sa.Column(name, sqlmodel.sql.sqltypes.AutoString(length=length), nullable=False, server_default="")
            )
        batch_op.add_column(sa.Column("concerns", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=True))
        batch_op.add_column(sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"))
        batch_op.create_index(op.f("ix_inbound_mail_state_received_at"), ["state", "received_at"], unique=False)
    with op.batch_alter_table("inbound_mail", schema=None) as batch_op:
        for name in (*(name for name, _length in INBOUND), "attempts"):
            batch_op.alter_column(name, server_default=None)
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.add_column(sa.Column("bounced_at", kit.models.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column("bounce", sqlmodel.sql.sqltypes.AutoString(length=8), nullable=False, server_default="")
        )
        batch_op.add_column(
            sa.Column("bounce_words", sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False, server_default="")
        )
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.alter_column("bounce", server_default=None)
        batch_op.alter_column("bounce_words", server_default=None)
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("answer_sequence", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("answer_stamp", kit.models.UtcDateTime(timezone=True), nullable=True))
    op.create_table(
        "calendar_answer",
        sa.Column("initiative_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("registration_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("invitation_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("inbound_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("method", sqlmodel.sql.sqltypes.AutoString(length=10), nullable=False),
        sa.Column("partstat", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("stamp", kit.models.UtcDateTime(timezone=True), nullable=True),
        sa.Column("verdict", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("sender", sqlmodel.sql.sqltypes.AutoString(length=254), nullable=False),
        sa.Column("comment", sqlmodel.sql.sqltypes.AutoString(length=1000), nullable=False),
        sa.Column("proposed_start", kit.models.UtcDateTime(timezone=True), nullable=True),
        sa.Column("proposed_end", kit.models.UtcDateTime(timezone=True), nullable=True),
        sa.Column("delegated_to", sqlmodel.sql.sqltypes.AutoString(length=254), nullable=False),
        sa.Column("received_at", kit.models.UtcDateTime(timezone=True), nullable=False),
        sa.Column("act_at", kit.models.UtcDateTime(timezone=True), nullable=True),
        sa.Column("done_at", kit.models.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["initiative_id", "registration_id"],
            ["registration.initiative_id", "registration.id"],
            name=op.f("fk_calendar_answer_initiative_id_registration_id"),
        ),
        sa.ForeignKeyConstraint(["initiative_id"], ["initiative.id"], name=op.f("fk_calendar_answer_initiative_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_answer")),
        sa.UniqueConstraint("invitation_id", "inbound_id", name=op.f("uq_calendar_answer_invitation_id_inbound_id")),
    )
    with op.batch_alter_table("calendar_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_calendar_answer_act_at"), ["act_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_calendar_answer_registration_id"), ["registration_id"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        for statement in protect("calendar_answer"):
            op.execute(statement)


def downgrade() -> None:
    op.drop_table("calendar_answer")
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.drop_column("answer_stamp")
        batch_op.drop_column("answer_sequence")
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.drop_column("bounce_words")
        batch_op.drop_column("bounce")
        batch_op.drop_column("bounced_at")
    with op.batch_alter_table("inbound_mail", schema=None) as batch_op:
        batch_op.drop_index(op.f("ix_inbound_mail_state_received_at"))
        for name in ("attempts", "concerns", *(name for name, _length in INBOUND)):
            batch_op.drop_column(name)
