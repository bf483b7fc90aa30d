"""what people need to take part, sealed and apart; what subscriptions have not heard of consents"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import kit.models
from kit.policies import protect
from kit.sealed import seal, unseal

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

# registration.access_needs.USE
USE = "access-need"


def upgrade() -> None:
    op.create_table(
        "access_need",
        sa.Column("initiative_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("registration_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("sealed", sqlmodel.sql.sqltypes.AutoString(length=6000), nullable=False),
        sa.Column("written_at", kit.models.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["initiative_id", "registration_id"],
            ["registration.initiative_id", "registration.id"],
            name=op.f("fk_access_need_initiative_id_registration_id"),
        ),
        sa.ForeignKeyConstraint(["initiative_id"], ["initiative.id"], name=op.f("fk_access_need_initiative_id")),
        sa.PrimaryKeyConstraint("registration_id", name=op.f("pk_access_need")),
    )
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        for statement in protect("access_need"):
            op.execute(statement)
    written = sa.text("SELECT initiative_id, id, note, created_at FROM registration WHERE note <> ''")
    for initiative_id, registration_id, note, created_at in connection.execute(written).all():
        connection.execute(
            sa.text(
                "INSERT INTO access_need (initiative_id, registration_id, sealed, written_at)"
                " VALUES (:initiative, :registration, :sealed, :at)"
            ),
            {"initiative": initiative_id, "registration": registration_id, "sealed": seal(USE, note), "at": created_at},
        )
    with op.batch_alter_table("registration", schema=None) as batch_op:
        batch_op.drop_column("note")
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.add_column(sa.Column("news_at", kit.models.UtcDateTime(timezone=True), nullable=True))
        batch_op.create_index(op.f("ix_consent_news_at"), ["news_at"], unique=False)
    op.execute("UPDATE consent SET news_at = given_at WHERE purpose = 'newsletter_opt_in' AND withdrawn_at IS NULL")


def downgrade() -> None:
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.drop_index(op.f("ix_consent_news_at"))
        batch_op.drop_column("news_at")
    with op.batch_alter_table("registration", schema=None) as batch_op:
        batch_op.add_column(sa.Column("note", sqlmodel.sql.sqltypes.AutoString(length=1000), nullable=True))
    connection = op.get_bind()
    for registration_id, sealed in connection.execute(sa.text("SELECT registration_id, sealed FROM access_need")).all():
        connection.execute(
            sa.text("UPDATE registration SET note = :note WHERE id = :id"),
            {"note": unseal(USE, sealed), "id": registration_id},
        )
    op.drop_table("access_need")
