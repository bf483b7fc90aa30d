"""which passkey opened a session; dialogues in plain language are found as such"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

WORDS = "einfache sprache plain language"


def upgrade() -> None:
    with op.batch_alter_table("login_session", schema=None) as batch_op:
        batch_op.add_column(sa.Column("passkey_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=True))
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SELECT set_config('app.scope', 'migration', true)")
    # Rows saved before their search column took these words; one without room for them waits for its next save.
    statement = sa.text(
        "UPDATE dialogue SET search_text = search_text || :words"
        " WHERE plain_text <> '' AND search_text NOT LIKE :known AND length(search_text) < 3900"
    )
    op.get_bind().execute(statement, {"words": f"\n{WORDS}", "known": f"%{WORDS}%"})


def downgrade() -> None:
    with op.batch_alter_table("login_session", schema=None) as batch_op:
        batch_op.drop_column("passkey_id")
