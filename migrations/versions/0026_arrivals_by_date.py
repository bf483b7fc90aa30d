"""arrivals belong to one of several dates"""

from datetime import datetime

import sqlalchemy as sa
import sqlmodel
from alembic import op

from kit.models import UtcDateTime

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

ARRIVAL = sa.table(
    "arrival", sa.column("id"), sa.column("dialogue_id"), sa.column("recurrence_id"), sa.column("at", UtcDateTime())
)
DATE = sa.table(
    "dialogue_date", sa.column("dialogue_id"), sa.column("recurrence_id"), sa.column("starts_at", UtcDateTime())
)


def upgrade() -> None:
    with op.batch_alter_table("arrival", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("recurrence_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False, server_default="")
        )
    with op.batch_alter_table("arrival", schema=None) as batch_op:
        batch_op.alter_column("recurrence_id", server_default=None)
    _give_dates()


def _give_dates() -> None:
    """Who came before now came to the date that was nearest."""
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        op.execute("SELECT set_config('app.scope', 'migration', true)")
    dates: dict[str, list[tuple[datetime, str]]] = {}
    for row in connection.execute(sa.select(DATE)):
        dates.setdefault(row.dialogue_id, []).append((row.starts_at, row.recurrence_id))
    for row in connection.execute(sa.select(ARRIVAL).where(ARRIVAL.c.dialogue_id.in_(dates))).all():
        nearest = min(dates[row.dialogue_id], key=lambda date: abs(date[0] - row.at))
        connection.execute(sa.update(ARRIVAL).where(ARRIVAL.c.id == row.id).values(recurrence_id=nearest[1]))


def downgrade() -> None:
    with op.batch_alter_table("arrival", schema=None) as batch_op:
        batch_op.drop_column("recurrence_id")
