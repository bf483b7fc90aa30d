"""team invitations"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import kit.models
from kit.policies import protect

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "team_invitation",
        sa.Column("initiative_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("email", sqlmodel.sql.sqltypes.AutoString(length=254), nullable=False),
        sa.Column("normalised_email", sqlmodel.sql.sqltypes.AutoString(length=254), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("role", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("language", sqlmodel.sql.sqltypes.AutoString(length=5), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sent_at", kit.models.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", kit.models.UtcDateTime(timezone=True), nullable=False),
        sa.Column("created_at", kit.models.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["initiative_id"], ["initiative.id"], name=op.f("fk_team_invitation_initiative_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_invitation")),
        sa.UniqueConstraint(
            "initiative_id", "normalised_email", name=op.f("uq_team_invitation_initiative_id_normalised_email")
        ),
    )
    if op.get_bind().dialect.name == "postgresql":
        for statement in protect("team_invitation"):
            op.execute(statement)


def downgrade() -> None:
    op.drop_table("team_invitation")
