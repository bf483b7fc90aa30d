"""subscriptions to the dialogues of a Kreis"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

OLD = "uq_subscription_normalised_email_land_format_code_inviter_id"
NEW = "uq_subscription_wanted"
WANTED = ("normalised_email", "land", "format_code", "inviter_id")


def upgrade() -> None:
    kreis = sa.Column("kreis", sqlmodel.sql.sqltypes.AutoString(length=5), nullable=False, server_default=sa.text("''"))
    with op.batch_alter_table("subscription", schema=None) as batch_op:
        batch_op.add_column(kreis)
        batch_op.drop_constraint(OLD, type_="unique")
        batch_op.create_unique_constraint(op.f(NEW), [*WANTED, "kreis"])
    with op.batch_alter_table("subscription", schema=None) as batch_op:
        batch_op.alter_column("kreis", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("subscription", schema=None) as batch_op:
        batch_op.drop_constraint(NEW, type_="unique")
        batch_op.drop_column("kreis")
        batch_op.create_unique_constraint(op.f(OLD), list(WANTED))
