"""files made in the background"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import kit.models
from kit.policies import protect

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "download",
        sa.Column("initiative_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("object_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("choice", sa.JSON(), nullable=False),
        sa.Column("title", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("file_name", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
        sa.Column("language", sqlmodel.sql.sqltypes.AutoString(length=5), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("ordered_at", kit.models.UtcDateTime(timezone=True), nullable=False),
        sa.Column("changed_at", kit.models.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", kit.models.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["initiative_id"], ["initiative.id"], name=op.f("fk_download_initiative_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_download")),
        sa.UniqueConstraint("initiative_id", "id", name=op.f("uq_download_initiative_id_id")),
    )
    with op.batch_alter_table("download", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_download_object_id"), ["object_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_download_expires_at"), ["expires_at"], unique=False)
    op.create_table(
        "download_part",
        sa.Column("initiative_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("download_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("people", sa.JSON(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["initiative_id", "download_id"],
            ["download.initiative_id", "download.id"],
            name=op.f("fk_download_part_initiative_id_download_id"),
        ),
        sa.ForeignKeyConstraint(["initiative_id"], ["initiative.id"], name=op.f("fk_download_part_initiative_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_download_part")),
        sa.UniqueConstraint("initiative_id", "id", name=op.f("uq_download_part_initiative_id_id")),
        sa.UniqueConstraint("download_id", "number", name=op.f("uq_download_part_download_id_number")),
    )
    if op.get_bind().dialect.name == "postgresql":
        for table in ("download", "download_part"):
            for statement in protect(table):
                op.execute(statement)


def downgrade() -> None:
    op.drop_table("download_part")
    with op.batch_alter_table("download", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_download_expires_at"))
        batch_op.drop_index(batch_op.f("ix_download_object_id"))
    op.drop_table("download")
