"""new dialogues by e-mail"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import kit.models
from kit.policies import keep_whole

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "subscription",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("email", sqlmodel.sql.sqltypes.AutoString(length=254), nullable=False),
        sa.Column("normalised_email", sqlmodel.sql.sqltypes.AutoString(length=254), nullable=True),
        sa.Column("land", sqlmodel.sql.sqltypes.AutoString(length=2), nullable=False),
        sa.Column("format_code", sqlmodel.sql.sqltypes.AutoString(length=3), nullable=False),
        sa.Column("inviter_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("language", sqlmodel.sql.sqltypes.AutoString(length=5), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
        sa.Column("token_version", sa.Integer(), nullable=False),
        sa.Column("consent_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("text_hash", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("token_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("asked_at", kit.models.UtcDateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", kit.models.UtcDateTime(timezone=True), nullable=True),
        sa.Column("ended_at", kit.models.UtcDateTime(timezone=True), nullable=True),
        sa.Column("since", kit.models.UtcDateTime(timezone=True), nullable=False),
        sa.Column("next_at", kit.models.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["text_hash"], ["consent_text.text_hash"], name=op.f("fk_subscription_text_hash")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription")),
        sa.UniqueConstraint("consent_id", name=op.f("uq_subscription_consent_id")),
        sa.UniqueConstraint(
            "normalised_email",
            "land",
            "format_code",
            "inviter_id",
            name=op.f("uq_subscription_normalised_email_land_format_code_inviter_id"),
        ),
    )
    op.create_index(op.f("ix_subscription_next_at"), "subscription", ["next_at"])
    op.create_table(
        "mention",
        sa.Column("subscription_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("dialogue_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("at", kit.models.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["subscription_id"], ["subscription.id"], name=op.f("fk_mention_subscription_id")),
        sa.PrimaryKeyConstraint("subscription_id", "dialogue_id", name=op.f("pk_mention")),
    )
    op.create_index(op.f("ix_mention_dialogue_id"), "mention", ["dialogue_id"])
    op.add_column(
        "letter",
        sa.Column(
            "unsubscribe", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False, server_default=sa.text("''")
        ),
    )
    # Rows that were there have their value; from now on the application sets it.
    with op.batch_alter_table("letter") as batch_op:
        batch_op.alter_column("unsubscribe", server_default=None)
    if op.get_bind().dialect.name == "postgresql":
        for statement in (*keep_whole("subscription"), *keep_whole("mention")):
            op.execute(statement)


def downgrade() -> None:
    with op.batch_alter_table("letter") as batch_op:
        batch_op.drop_column("unsubscribe")
    op.drop_table("mention")
    op.drop_table("subscription")
