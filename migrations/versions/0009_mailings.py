"""letters to many at once"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import kit.models
from kit.policies import protect

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mailing",
        sa.Column("initiative_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("dialogue_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("circle", sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
        sa.Column("subject", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(length=8000), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("created_at", kit.models.UtcDateTime(timezone=True), nullable=False),
        sa.Column("finished_at", kit.models.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["initiative_id"], ["initiative.id"], name=op.f("fk_mailing_initiative_id")),
        sa.ForeignKeyConstraint(
            ["initiative_id", "dialogue_id"],
            ["dialogue.initiative_id", "dialogue.id"],
            name=op.f("fk_mailing_initiative_id_dialogue_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailing")),
        sa.UniqueConstraint("dialogue_id", "kind", "key", name=op.f("uq_mailing_dialogue_id_kind_key")),
        sa.UniqueConstraint("initiative_id", "id", name=op.f("uq_mailing_initiative_id_id")),
    )
    with op.batch_alter_table("mailing", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mailing_finished_at"), ["finished_at"], unique=False)
    op.create_table(
        "mailing_recipient",
        sa.Column("initiative_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("mailing_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("registration_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(length=8), nullable=False),
        sa.ForeignKeyConstraint(["initiative_id"], ["initiative.id"], name=op.f("fk_mailing_recipient_initiative_id")),
        sa.ForeignKeyConstraint(
            ["initiative_id", "mailing_id"],
            ["mailing.initiative_id", "mailing.id"],
            name=op.f("fk_mailing_recipient_initiative_id_mailing_id"),
        ),
        sa.ForeignKeyConstraint(
            ["initiative_id", "registration_id"],
            ["registration.initiative_id", "registration.id"],
            name=op.f("fk_mailing_recipient_initiative_id_registration_id"),
        ),
        sa.PrimaryKeyConstraint("mailing_id", "registration_id", name=op.f("pk_mailing_recipient")),
    )
    with op.batch_alter_table("mailing_recipient", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mailing_recipient_mailing_id_state"), ["mailing_id", "state"])
        batch_op.create_index(batch_op.f("ix_mailing_recipient_registration_id"), ["registration_id"])
    if op.get_bind().dialect.name == "postgresql":
        for table in ("mailing", "mailing_recipient"):
            for statement in protect(table):
                op.execute(statement)

    op.add_column("letter", sa.Column("mass", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("letter", sa.Column("enqueued_at", kit.models.UtcDateTime(timezone=True), nullable=True))
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SELECT set_config('app.scope', 'migration', true)")
    op.execute("UPDATE letter SET enqueued_at = created_at")
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.alter_column("mass", server_default=None)
        batch_op.alter_column("enqueued_at", nullable=False)
        batch_op.create_index(batch_op.f("ix_letter_dialogue_id_created_at"), ["dialogue_id", "created_at"])


def downgrade() -> None:
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_letter_dialogue_id_created_at"))
        batch_op.drop_column("enqueued_at")
        batch_op.drop_column("mass")
    op.drop_table("mailing_recipient")
    op.drop_table("mailing")
