"""indexes of the public list"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index(op.f("ix_dialogue_state_visibility_starts_at"), table_name="dialogue")
    op.create_index(
        op.f("ix_dialogue_visibility_start_ends_at_state"), "dialogue", ["visibility", "start", "ends_at", "state"]
    )
    op.create_index(
        op.f("ix_dialogue_state_visibility_ends_at_land"), "dialogue", ["state", "visibility", "ends_at", "land"]
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_dialogue_state_visibility_ends_at_land"), table_name="dialogue")
    op.drop_index(op.f("ix_dialogue_visibility_start_ends_at_state"), table_name="dialogue")
    op.create_index(op.f("ix_dialogue_state_visibility_starts_at"), "dialogue", ["state", "visibility", "starts_at"])
