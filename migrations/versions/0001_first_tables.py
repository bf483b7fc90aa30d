"""first tables"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import kit.models
from kit.policies import protect

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


TENANT_TABLES = (
    "answer_sheet",
    "arrival",
    "audit",
    "consent",
    "dialogue",
    "form_answer",
    "invitation",
    "letter",
    "membership",
    "offer",
    "participant",
    "place",
    "programme_item",
    "registration",
    "survey",
    "survey_invitation",
    "survey_result",
    "wish",
)


def upgrade() -> None:
    op.create_table(
        "accessibility_note",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("at", kit.models.UtcDateTime(timezone=True), nullable=False),
        sa.Column("path", sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(length=4000), nullable=False),
        sa.Column("email", sqlmodel.sql.sqltypes.AutoString(length=254), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accessibility_note")),
    )
    op.create_table(
        "consent_text",
        sa.Column("text_hash", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("purpose", sqlmodel.sql.sqltypes.AutoString(length=30), nullable=False),
        sa.Column("version", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("language", sqlmodel.sql.sqltypes.AutoString(length=5), nullable=False),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(length=2000), nullable=False),
        sa.Column("first_used_at", kit.models.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("text_hash", name=op.f("pk_consent_text")),
    )
    op.create_table(
        "inbound_mail",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("received_at", kit.models.UtcDateTime(timezone=True), nullable=False),
        sa.Column("digest", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound_mail")),
        sa.UniqueConstraint("digest", name=op.f("uq_inbound_mail_digest")),
    )
    op.create_table(
        "initiative",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("slug", sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column(
            "sort_key",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("about", sqlmodel.sql.sqltypes.AutoString(length=2000), nullable=False),
        sa.Column("land", sqlmodel.sql.sqltypes.AutoString(length=2), nullable=False),
        sa.Column("kreis", sqlmodel.sql.sqltypes.AutoString(length=5), nullable=False),
        sa.Column("nuts", sqlmodel.sql.sqltypes.AutoString(length=5), nullable=False),
        sa.Column("accent", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("logo", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("funding_line", sqlmodel.sql.sqltypes.AutoString(length=400), nullable=False),
        sa.Column("street", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("place", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("email", sqlmodel.sql.sqltypes.AutoString(length=254), nullable=False),
        sa.Column("phone", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("represented_by", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("register_entry", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("privacy_contact", sqlmodel.sql.sqltypes.AutoString(length=254), nullable=False),
        sa.Column("privacy_extra", sqlmodel.sql.sqltypes.AutoString(length=4000), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", kit.models.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_initiative")),
        sa.UniqueConstraint("slug", name=op.f("uq_initiative_slug")),
    )
    with op.batch_alter_table("initiative", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_initiative_sort_key"), ["sort_key"], unique=False)

    op.create_table(
        "person",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("email", sqlmodel.sql.sqltypes.AutoString(length=254), nullable=False),
        sa.Column("normalised_email", sqlmodel.sql.sqltypes.AutoString(length=254), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("language", sqlmodel.sql.sqltypes.AutoString(length=5), nullable=False),
        sa.Column("desk", sa.Boolean(), nullable=False),
        sa.Column("created_at", kit.models.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("normalised_email", name=op.f("uq_person_normalised_email")),
    )
    op.create_table(
        "rate_counter",
        sa.Column("bucket", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("key_hash", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("window", kit.models.UtcDateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("bucket", "key_hash", "window", name=op.f("pk_rate_counter")),
    )
    op.create_table(
        "worker",
        sa.Column("executor_id", sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
        sa.Column("seen_at", kit.models.UtcDateTime(timezone=True), nullable=False),
        sa.Column("started_at", kit.models.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("executor_id", name=op.f("pk_worker")),
    )
    op.create_table(
        "audit",
        sa.Column("initiative_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("at", kit.models.UtcDateTime(timezone=True), nullable=False),
        sa.Column("actor", sqlmodel.sql.sqltypes.AutoString(length=48), nullable=False),
        sa.Column("action", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("object_kind", sqlmodel.sql.sqltypes.AutoString(length=30), nullable=False),
        sa.Column("object_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("detail", sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
        sa.ForeignKeyConstraint(["initiative_id"], ["initiative.id"], name=op.f("fk_audit_initiative_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_initiative_id_at"), ["initiative_id", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_object_id"), ["object_id"], unique=False)

    op.create_table(
        "dialogue",
        sa.Column("initiative_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("slug", sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
        sa.Column("title", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("lead", sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
        sa.Column("description", sqlmodel.sql.sqltypes.AutoString(length=8000), nullable=False),
        sa.Column("plain_text", sqlmodel.sql.sqltypes.AutoString(length=8000), nullable=False),
        sa.Column("format_code", sqlmodel.sql.sqltypes.AutoString(length=3), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
        sa.Column("visibility", sqlmodel.sql.sqltypes.AutoString(length=10), nullable=False),
        sa.Column("sign_up", sqlmodel.sql.sqltypes.AutoString(length=10), nullable=False),
        sa.Column("sign_up_address", sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
        sa.Column("zone", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("start", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("end", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("starts_at", kit.models.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ends_at", kit.models.UtcDateTime(timezone=True), nullable=False),
        sa.Column("admission", sqlmodel.sql.sqltypes.AutoString(length=5), nullable=False),
        sa.Column("latest_entry", sqlmodel.sql.sqltypes.AutoString(length=5), nullable=False),
        sa.Column("place", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("street", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("postcode", sqlmodel.sql.sqltypes.AutoString(length=10), nullable=False),
        sa.Column("city", sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
        sa.Column("land", sqlmodel.sql.sqltypes.AutoString(length=2), nullable=False),
        sa.Column("kreis", sqlmodel.sql.sqltypes.AutoString(length=5), nullable=False),
        sa.Column("online_link", sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
        sa.Column("online", sa.Boolean(), nullable=False),
        sa.Column("host", sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
        sa.Column("audience", sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
        sa.Column("cost", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("bring", sqlmodel.sql.sqltypes.AutoString(length=2000), nullable=False),
        sa.Column("step_free", sqlmodel.sql.sqltypes.AutoString(length=10), nullable=False),
        sa.Column("access", sa.JSON(), nullable=False),
        sa.Column("notices", sa.JSON(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("recipients", sqlmodel.sql.sqltypes.AutoString(length=1000), nullable=False),
        sa.Column("contact_name", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("contact_email", sqlmodel.sql.sqltypes.AutoString(length=254), nullable=False),
        sa.Column("contact_phone", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("picture", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("registration_opens_at", kit.models.UtcDateTime(timezone=True), nullable=True),
        sa.Column("registration_closes_at", kit.models.UtcDateTime(timezone=True), nullable=True),
        sa.Column("list_deadline_at", kit.models.UtcDateTime(timezone=True), nullable=True),
        sa.Column("hold_minutes", sa.Integer(), nullable=False),
        sa.Column("offer_hours", sa.Integer(), nullable=False),
        sa.Column("fill_gaps", sa.Boolean(), nullable=False),
        sa.Column("party_limit", sa.Integer(), nullable=False),
        sa.Column("survey_days", sa.Integer(), nullable=False),
        sa.Column("cancel_reason", sqlmodel.sql.sqltypes.AutoString(length=1000), nullable=False),
        sa.Column("format_version_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("activity", sa.Integer(), nullable=False),
        sa.Column("calendar_sequence", sa.Integer(), nullable=False),
        sa.Column("announced_sequence", sa.Integer(), nullable=False),
        sa.Column("search_text", sqlmodel.sql.sqltypes.AutoString(length=4000), nullable=False),
        sa.Column(
            "sort_key",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("created_at", kit.models.UtcDateTime(timezone=True), nullable=False),
        sa.Column("published_at", kit.models.UtcDateTime(timezone=True), nullable=True),
        sa.Column("changed_at", kit.models.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["initiative_id"], ["initiative.id"], name=op.f("fk_dialogue_initiative_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dialogue")),
        sa.UniqueConstraint("initiative_id", "id", name=op.f("uq_dialogue_initiative_id_id")),
        sa.UniqueConstraint("slug", name=op.f("uq_dialogue_slug")),
    )
    with op.batch_alter_table("dialogue", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_dialogue_initiative_id_starts_at"), ["initiative_id", "starts_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_dialogue_state_visibility_starts_at"), ["state", "visibility", "starts_at"], unique=False
        )

    op.create_table(
        "form_answer",
        sa.Column("key_hash", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("initiative_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("flow", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("object_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("at", kit.models.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["initiative_id"], ["initiative.id"], name=op.f("fk_form_answer_initiative_id")),
        sa.PrimaryKeyConstraint("key_hash", "initiative_id", name=op.f("pk_form_answer")),
    )
    with op.batch_alter_table("form_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_form_answer_at"), ["at"], unique=False)

    op.create_table(
        "letter",
        sa.Column("initiative_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("dedupe_key", sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(length=30), nullable=False),
        sa.Column("registration_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=True),
        sa.Column("dialogue_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=True),
        sa.Column("recipient", sqlmodel.sql.sqltypes.AutoString(length=254), nullable=False),
        sa.Column("recipient_name", sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
        sa.Column("language", sqlmodel.sql.sqltypes.AutoString(length=5), nullable=False),
        sa.Column("subject", sqlmodel.sql.sqltypes.AutoString(length=400), nullable=False),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("html", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("attachments", sa.JSON(), nullable=False),
        sa.Column("message_id", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("in_doubt", sqlmodel.sql.sqltypes.AutoString(length=10), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", kit.models.UtcDateTime(timezone=True), nullable=True),
        sa.Column("claimed_by", sqlmodel.sql.sqltypes.AutoString(length=120), nullable=True),
        sa.Column("claimed_at", kit.models.UtcDateTime(timezone=True), nullable=True),
        sa.Column("sent_at", kit.models.UtcDateTime(timezone=True), nullable=True),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
        sa.Column("enqueued", sa.Integer(), nullable=False),
        sa.Column("created_at", kit.models.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["initiative_id"], ["initiative.id"], name=op.f("fk_letter_initiative_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_letter_dedupe_key")),
        sa.UniqueConstraint("initiative_id", "id", name=op.f("uq_letter_initiative_id_id")),
        sa.UniqueConstraint("message_id", name=op.f("uq_letter_message_id")),
    )
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_letter_initiative_id_created_at"), ["initiative_id", "created_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_letter_recipient_created_at"), ["recipient", "created_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_letter_registration_id"), ["registration_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_letter_state_next_attempt_at"), ["state", "next_attempt_at"], unique=False)

    op.create_table(
        "login_session",
        sa.Column("token_hash", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("person_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("created_at", kit.models.UtcDateTime(timezone=True), nullable=False),
        sa.Column("seen_at", kit.models.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", kit.models.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_login_session_person_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_login_session")),
        sa.UniqueConstraint("id", name=op.f("uq_login_session_id")),
    )
    with op.batch_alter_table("login_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_login_session_person_id"), ["person_id"], unique=False)

    op.create_table(
        "membership",
        sa.Column("initiative_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("person_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("role", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("created_at", kit.models.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["initiative_id"], ["initiative.id"], name=op.f("fk_membership_initiative_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_membership_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint("initiative_id", "id", name=op.f("uq_membership_initiative_id_id")),
        sa.UniqueConstraint("initiative_id", "person_id", name=op.f("uq_membership_initiative_id_person_id")),
    )
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_membership_person_id"), ["person_id"], unique=False)

    op.create_table(
        "sign_in_link",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("person_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("next_path", sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
        sa.Column("created_at", kit.models.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", kit.models.UtcDateTime(timezone=True), nullable=False),
        sa.Column("used_at", kit.models.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sign_in_link_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_link")),
    )
    with op.batch_alter_table("sign_in_link", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sign_in_link_person_id_created_at"), ["person_id", "created_at"], unique=False
        )

    op.create_table(
        "offer",
        sa.Column("initiative_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("dialogue_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("description", sqlmodel.sql.sqltypes.AutoString(length=1000), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("start", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("end", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("starts_at", kit.models.UtcDateTime(timezone=True), nullable=True),
        sa.Column("ends_at", kit.models.UtcDateTime(timezone=True), nullable=True),
        sa.Column("place", sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
        sa.Column("online_link", sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
        sa.Column("allocation", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("price_cents", sa.Integer(), nullable=False),
        sa.Column("opens_at", kit.models.UtcDateTime(timezone=True), nullable=True),
        sa.Column("closes_at", kit.models.UtcDateTime(timezone=True), nullable=True),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.CheckConstraint("capacity IS NULL OR capacity >= 0", name=op.f("ck_offer_capacity_not_negative")),
        sa.CheckConstraint("capacity IS NULL OR taken <= capacity", name=op.f("ck_offer_taken_within_capacity")),
        sa.CheckConstraint("taken >= 0", name=op.f("ck_offer_taken_not_negative")),
        sa.ForeignKeyConstraint(
            ["initiative_id", "dialogue_id"],
            ["dialogue.initiative_id", "dialogue.id"],
            name=op.f("fk_offer_initiative_id_dialogue_id"),
        ),
        sa.ForeignKeyConstraint(["initiative_id"], ["initiative.id"], name=op.f("fk_offer_initiative_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
        sa.UniqueConstraint("dialogue_id", "key", name=op.f("uq_offer_dialogue_id_key")),
        sa.UniqueConstraint("initiative_id", "id", name=op.f("uq_offer_initiative_id_id")),
    )
    op.create_table(
        "programme_item",
        sa.Column("initiative_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("dialogue_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("time", sqlmodel.sql.sqltypes.AutoString(length=5), nullable=False),
        sa.Column("title", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(length=1000), nullable=False),
        sa.ForeignKeyConstraint(
            ["initiative_id", "dialogue_id"],
            ["dialogue.initiative_id", "dialogue.id"],
            name=op.f("fk_programme_item_initiative_id_dialogue_id"),
        ),
        sa.ForeignKeyConstraint(["initiative_id"], ["initiative.id"], name=op.f("fk_programme_item_initiative_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme_item")),
        sa.UniqueConstraint("initiative_id", "id", name=op.f("uq_programme_item_initiative_id_id")),
    )
    with op.batch_alter_table("programme_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_programme_item_dialogue_id"), ["dialogue_id"], unique=False)

    op.create_table(
        "registration",
        sa.Column("initiative_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("dialogue_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("reference", sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(length=24), nullable=False),
        sa.Column("email", sqlmodel.sql.sqltypes.AutoString(length=254), nullable=True),
        sa.Column("normalised_email", sqlmodel.sql.sqltypes.AutoString(length=254), nullable=True),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=300), nullable=True),
        sa.Column("organisation", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=True),
        sa.Column("note", sqlmodel.sql.sqltypes.AutoString(length=1000), nullable=True),
        sa.Column("language", sqlmodel.sql.sqltypes.AutoString(length=5), nullable=False),
        sa.Column("source", sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
        sa.Column("email_verified_at", kit.models.UtcDateTime(timezone=True), nullable=True),
        sa.Column("hold_until", kit.models.UtcDateTime(timezone=True), nullable=True),
        sa.Column("hold_started_at", kit.models.UtcDateTime(timezone=True), nullable=True),
        sa.Column("hold_step_minutes", sa.Integer(), nullable=False),
        sa.Column("waiting_since", kit.models.UtcDateTime(timezone=True), nullable=True),
        sa.Column("offered_until", kit.models.UtcDateTime(timezone=True), nullable=True),
        sa.Column("take_at_once", sa.Boolean(), nullable=False),
        sa.Column("told_sequence", sa.Integer(), nullable=False),
        sa.Column("token_version", sa.Integer(), nullable=False),
        sa.Column("letter_number", sa.Integer(), nullable=False),
        sa.Column("cancel_reason", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("confirmed_at", kit.models.UtcDateTime(timezone=True), nullable=True),
        sa.Column("ended_at", kit.models.UtcDateTime(timezone=True), nullable=True),
        sa.Column("erased_at", kit.models.UtcDateTime(timezone=True), nullable=True),
        sa.Column("created_at", kit.models.UtcDateTime(timezone=True), nullable=False),
        sa.Column("search_text", sqlmodel.sql.sqltypes.AutoString(length=2000), nullable=False),
        sa.Column(
            "sort_key",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["initiative_id", "dialogue_id"],
            ["dialogue.initiative_id", "dialogue.id"],
            name=op.f("fk_registration_initiative_id_dialogue_id"),
        ),
        sa.ForeignKeyConstraint(["initiative_id"], ["initiative.id"], name=op.f("fk_registration_initiative_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration")),
        sa.UniqueConstraint("initiative_id", "id", name=op.f("uq_registration_initiative_id_id")),
        sa.UniqueConstraint("reference", name=op.f("uq_registration_reference")),
    )
    with op.batch_alter_table("registration", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_registration_dialogue_id_normalised_email"),
            ["dialogue_id", "normalised_email"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_registration_dialogue_id_sort_key"), ["dialogue_id", "sort_key"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_registration_dialogue_id_state_waiting_since"),
            ["dialogue_id", "state", "waiting_since"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_registration_state_hold_until"), ["state", "hold_until"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_registration_state_offered_until"), ["state", "offered_until"], unique=False
        )

    op.create_table(
        "survey",
        sa.Column("initiative_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("dialogue_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("instrument", sa.Integer(), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(length=8), nullable=False),
        sa.Column("opens_at", kit.models.UtcDateTime(timezone=True), nullable=False),
        sa.Column("closes_at", kit.models.UtcDateTime(timezone=True), nullable=False),
        sa.Column("closed_at", kit.models.UtcDateTime(timezone=True), nullable=True),
        sa.Column("invited", sa.Integer(), nullable=False),
        sa.Column("answer_count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["initiative_id", "dialogue_id"],
            ["dialogue.initiative_id", "dialogue.id"],
            name=op.f("fk_survey_initiative_id_dialogue_id"),
        ),
        sa.ForeignKeyConstraint(["initiative_id"], ["initiative.id"], name=op.f("fk_survey_initiative_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey")),
        sa.UniqueConstraint("dialogue_id", name=op.f("uq_survey_dialogue_id")),
        sa.UniqueConstraint("initiative_id", "id", name=op.f("uq_survey_initiative_id_id")),
    )
    with op.batch_alter_table("survey", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_survey_state_closes_at"), ["state", "closes_at"], unique=False)

    op.create_table(
        "answer_sheet",
        sa.Column("initiative_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("survey_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["initiative_id", "survey_id"],
            ["survey.initiative_id", "survey.id"],
            name=op.f("fk_answer_sheet_initiative_id_survey_id"),
        ),
        sa.ForeignKeyConstraint(["initiative_id"], ["initiative.id"], name=op.f("fk_answer_sheet_initiative_id")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_answer_sheet")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("answer_sheet", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_answer_sheet_survey_id"), ["survey_id"], unique=False)

    op.create_table(
        "consent",
        sa.Column("initiative_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("registration_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("purpose", sqlmodel.sql.sqltypes.AutoString(length=30), nullable=False),
        sa.Column("version", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("text_hash", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("given_at", kit.models.UtcDateTime(timezone=True), nullable=False),
        sa.Column("channel", sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
        sa.Column("token_id", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("withdrawn_at", kit.models.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["initiative_id", "registration_id"],
            ["registration.initiative_id", "registration.id"],
            name=op.f("fk_consent_initiative_id_registration_id"),
        ),
        sa.ForeignKeyConstraint(["initiative_id"], ["initiative.id"], name=op.f("fk_consent_initiative_id")),
        sa.ForeignKeyConstraint(["text_hash"], ["consent_text.text_hash"], name=op.f("fk_consent_text_hash")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
        sa.UniqueConstraint("initiative_id", "id", name=op.f("uq_consent_initiative_id_id")),
    )
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consent_registration_id"), ["registration_id"], unique=False)

    op.create_table(
        "invitation",
        sa.Column("initiative_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("registration_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("recipient", sqlmodel.sql.sqltypes.AutoString(length=254), nullable=False),
        sa.Column("attended", sqlmodel.sql.sqltypes.AutoString(length=24), nullable=False),
        sa.Column("uid", sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("dtstamp", kit.models.UtcDateTime(timezone=True), nullable=False),
        sa.Column("method", sqlmodel.sql.sqltypes.AutoString(length=10), nullable=False),
        sa.Column("answer", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("answered_at", kit.models.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["initiative_id", "registration_id"],
            ["registration.initiative_id", "registration.id"],
            name=op.f("fk_invitation_initiative_id_registration_id"),
        ),
        sa.ForeignKeyConstraint(["initiative_id"], ["initiative.id"], name=op.f("fk_invitation_initiative_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("initiative_id", "id", name=op.f("uq_invitation_initiative_id_id")),
        sa.UniqueConstraint(
            "registration_id", "recipient", "attended", name=op.f("uq_invitation_registration_id_recipient_attended")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_invitation_uid")),
    )
    op.create_table(
        "participant",
        sa.Column("initiative_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("registration_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=300), nullable=True),
        sa.Column("email", sqlmodel.sql.sqltypes.AutoString(length=254), nullable=True),
        sa.Column("organisation", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=True),
        sa.Column("role", sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
        sa.Column("no_photo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["initiative_id", "registration_id"],
            ["registration.initiative_id", "registration.id"],
            name=op.f("fk_participant_initiative_id_registration_id"),
        ),
        sa.ForeignKeyConstraint(["initiative_id"], ["initiative.id"], name=op.f("fk_participant_initiative_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participant")),
        sa.UniqueConstraint("initiative_id", "id", name=op.f("uq_participant_initiative_id_id")),
        sa.UniqueConstraint("registration_id", "position", name=op.f("uq_participant_registration_id_position")),
    )
    op.create_table(
        "survey_invitation",
        sa.Column("initiative_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("survey_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("registration_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("token_version", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["initiative_id", "registration_id"],
            ["registration.initiative_id", "registration.id"],
            name=op.f("fk_survey_invitation_initiative_id_registration_id"),
        ),
        sa.ForeignKeyConstraint(
            ["initiative_id", "survey_id"],
            ["survey.initiative_id", "survey.id"],
            name=op.f("fk_survey_invitation_initiative_id_survey_id"),
        ),
        sa.ForeignKeyConstraint(["initiative_id"], ["initiative.id"], name=op.f("fk_survey_invitation_initiative_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_invitation")),
        sa.UniqueConstraint("initiative_id", "id", name=op.f("uq_survey_invitation_initiative_id_id")),
        sa.UniqueConstraint(
            "survey_id", "registration_id", name=op.f("uq_survey_invitation_survey_id_registration_id")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "survey_result",
        sa.Column("initiative_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("survey_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["initiative_id", "survey_id"],
            ["survey.initiative_id", "survey.id"],
            name=op.f("fk_survey_result_initiative_id_survey_id"),
        ),
        sa.ForeignKeyConstraint(["initiative_id"], ["initiative.id"], name=op.f("fk_survey_result_initiative_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_result")),
        sa.UniqueConstraint("initiative_id", "id", name=op.f("uq_survey_result_initiative_id_id")),
        sa.UniqueConstraint("survey_id", name=op.f("uq_survey_result_survey_id")),
    )
    op.create_table(
        "wish",
        sa.Column("initiative_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("registration_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("offer_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["initiative_id", "offer_id"],
            ["offer.initiative_id", "offer.id"],
            name=op.f("fk_wish_initiative_id_offer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["initiative_id", "registration_id"],
            ["registration.initiative_id", "registration.id"],
            name=op.f("fk_wish_initiative_id_registration_id"),
        ),
        sa.ForeignKeyConstraint(["initiative_id"], ["initiative.id"], name=op.f("fk_wish_initiative_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wish")),
        sa.UniqueConstraint("initiative_id", "id", name=op.f("uq_wish_initiative_id_id")),
        sa.UniqueConstraint("registration_id", "offer_id", name=op.f("uq_wish_registration_id_offer_id")),
    )
    with op.batch_alter_table("wish", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_wish_offer_id"), ["offer_id"], unique=False)

    op.create_table(
        "arrival",
        sa.Column("initiative_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("dialogue_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("registration_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("participant_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("offer_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=True),
        sa.Column("at", kit.models.UtcDateTime(timezone=True), nullable=False),
        sa.Column("device", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("undone_at", kit.models.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["initiative_id", "dialogue_id"],
            ["dialogue.initiative_id", "dialogue.id"],
            name=op.f("fk_arrival_initiative_id_dialogue_id"),
        ),
        sa.ForeignKeyConstraint(
            ["initiative_id", "participant_id"],
            ["participant.initiative_id", "participant.id"],
            name=op.f("fk_arrival_initiative_id_participant_id"),
        ),
        sa.ForeignKeyConstraint(
            ["initiative_id", "registration_id"],
            ["registration.initiative_id", "registration.id"],
            name=op.f("fk_arrival_initiative_id_registration_id"),
        ),
        sa.ForeignKeyConstraint(["initiative_id"], ["initiative.id"], name=op.f("fk_arrival_initiative_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arrival")),
        sa.UniqueConstraint("initiative_id", "id", name=op.f("uq_arrival_initiative_id_id")),
    )
    with op.batch_alter_table("arrival", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_arrival_dialogue_id"), ["dialogue_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_arrival_participant_id"), ["participant_id"], unique=False)

    op.create_table(
        "place",
        sa.Column("initiative_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("registration_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("participant_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("offer_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
        sa.Column("created_at", kit.models.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["initiative_id", "offer_id"],
            ["offer.initiative_id", "offer.id"],
            name=op.f("fk_place_initiative_id_offer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["initiative_id", "participant_id"],
            ["participant.initiative_id", "participant.id"],
            name=op.f("fk_place_initiative_id_participant_id"),
        ),
        sa.ForeignKeyConstraint(
            ["initiative_id", "registration_id"],
            ["registration.initiative_id", "registration.id"],
            name=op.f("fk_place_initiative_id_registration_id"),
        ),
        sa.ForeignKeyConstraint(["initiative_id"], ["initiative.id"], name=op.f("fk_place_initiative_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place")),
        sa.UniqueConstraint("initiative_id", "id", name=op.f("uq_place_initiative_id_id")),
        sa.UniqueConstraint("participant_id", "offer_id", name=op.f("uq_place_participant_id_offer_id")),
    )
    with op.batch_alter_table("place", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_place_offer_id"), ["offer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_place_registration_id"), ["registration_id"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        for table in TENANT_TABLES:
            for statement in protect(table):
                op.execute(statement)


def downgrade() -> None:
    with op.batch_alter_table("place", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_place_registration_id"))
        batch_op.drop_index(batch_op.f("ix_place_offer_id"))

    op.drop_table("place")
    with op.batch_alter_table("arrival", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_arrival_participant_id"))
        batch_op.drop_index(batch_op.f("ix_arrival_dialogue_id"))

    op.drop_table("arrival")
    with op.batch_alter_table("wish", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_wish_offer_id"))

    op.drop_table("wish")
    op.drop_table("survey_result")
    op.drop_table("survey_invitation")
    op.drop_table("participant")
    op.drop_table("invitation")
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_consent_registration_id"))

    op.drop_table("consent")
    with op.batch_alter_table("answer_sheet", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_answer_sheet_survey_id"))

    op.drop_table("answer_sheet")
    with op.batch_alter_table("survey", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_survey_state_closes_at"))

    op.drop_table("survey")
    with op.batch_alter_table("registration", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_registration_state_offered_until"))
        batch_op.drop_index(batch_op.f("ix_registration_state_hold_until"))
        batch_op.drop_index(batch_op.f("ix_registration_dialogue_id_state_waiting_since"))
        batch_op.drop_index(batch_op.f("ix_registration_dialogue_id_sort_key"))
        batch_op.drop_index(batch_op.f("ix_registration_dialogue_id_normalised_email"))

    op.drop_table("registration")
    with op.batch_alter_table("programme_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_programme_item_dialogue_id"))

    op.drop_table("programme_item")
    op.drop_table("offer")
    with op.batch_alter_table("sign_in_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_link_person_id_created_at"))

    op.drop_table("sign_in_link")
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_membership_person_id"))

    op.drop_table("membership")
    with op.batch_alter_table("login_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_login_session_person_id"))

    op.drop_table("login_session")
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_letter_state_next_attempt_at"))
        batch_op.drop_index(batch_op.f("ix_letter_registration_id"))
        batch_op.drop_index(batch_op.f("ix_letter_recipient_created_at"))
        batch_op.drop_index(batch_op.f("ix_letter_initiative_id_created_at"))

    op.drop_table("letter")
    with op.batch_alter_table("form_answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_form_answer_at"))

    op.drop_table("form_answer")
    with op.batch_alter_table("dialogue", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_dialogue_state_visibility_starts_at"))
        batch_op.drop_index(batch_op.f("ix_dialogue_initiative_id_starts_at"))

    op.drop_table("dialogue")
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_object_id"))
        batch_op.drop_index(batch_op.f("ix_audit_initiative_id_at"))

    op.drop_table("audit")
    op.drop_table("worker")
    op.drop_table("rate_counter")
    op.drop_table("person")
    with op.batch_alter_table("initiative", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_initiative_sort_key"))

    op.drop_table("initiative")
    op.drop_table("inbound_mail")
    op.drop_table("consent_text")
    op.drop_table("accessibility_note")
