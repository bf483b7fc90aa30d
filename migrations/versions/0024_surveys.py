"""surveys at several moments, questions of one's own, pairs, and figures to compare with"""

import hashlib
import json

import sqlalchemy as sa
import sqlmodel
from alembic import op

import kit.models
from kit.policies import protect

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

NEW_TABLES = ("questionnaire", "survey_plan", "survey_mark", "survey_figure")
# What every survey asked until now.
RATING = [
    {
        "code": "stars",
        "kind": "stars",
        "text": {
            "de": "Wie hat Ihnen der Dialog insgesamt gefallen?",
            "en": "How did you like the dialogue overall?",
        },
        "required": True,
    },
    {
        "code": "heard",
        "kind": "agreement",
        "text": {"de": "Meine Fragen wurden ernst genommen.", "en": "My questions were taken seriously."},
    },
    {
        "code": "critical",
        "kind": "agreement",
        "text": {"de": "Auch kritische Punkte kamen zur Sprache.", "en": "Critical points were raised as well."},
    },
    {"code": "text", "kind": "text", "text": {"de": "Was sollen wir wissen?", "en": "What should we know?"}},
]
VERSION = hashlib.sha256(json.dumps(RATING, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:12]


def _text(name: str, length: int, default: str | None = None, *, nullable: bool = False) -> sa.Column:
    server_default = None if default is None else sa.text(f"'{default}'")
    kind = sqlmodel.sql.sqltypes.AutoString(length=length)
    return sa.Column(name, kind, nullable=nullable, server_default=server_default)


def _json(name: str, default: str) -> sa.Column:
    return sa.Column(name, sa.JSON(), nullable=False, server_default=sa.text(f"'{default}'"))


def _of_initiative(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["initiative_id"], ["initiative.id"], name=op.f(f"fk_{table}_initiative_id"))


def _of_parent(table: str, column: str, parent: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["initiative_id", column],
        [f"{parent}.initiative_id", f"{parent}.id"],
        name=op.f(f"fk_{table}_initiative_id_{column}"),
    )


def upgrade() -> None:
    _surveys()
    with op.batch_alter_table("survey_invitation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reminded", sa.Boolean(), nullable=False, server_default=sa.text("false")))
    with op.batch_alter_table("answer_sheet", schema=None) as batch_op:
        batch_op.add_column(_text("traces", 240, ""))
    with op.batch_alter_table("survey_result", schema=None) as batch_op:
        batch_op.add_column(sa.Column("released", sa.JSON(), nullable=True))
        batch_op.add_column(_json("breakdowns", "{}"))
        batch_op.add_column(_json("changes", "{}"))
    with op.batch_alter_table("survey_result", schema=None) as batch_op:
        batch_op.alter_column("breakdowns", server_default=None)
        batch_op.alter_column("changes", server_default=None)
    # Texts that stood open for readers until now stay so.
    op.execute(sa.text("UPDATE survey_result SET released = texts, texts = '[]'"))
    _tables()
    if op.get_bind().dialect.name == "postgresql":
        for table in NEW_TABLES:
            for statement in protect(table):
                op.execute(statement)


def _surveys() -> None:
    with op.batch_alter_table("survey", schema=None) as batch_op:
        for column in (
            _text("moment", 8, "after"),
            _text("audience", 10, "came"),
            _text("subject", 16, ""),
            _text("title", 200, ""),
            _text("questionnaire", 16, "rating"),
            _text("version", 12, VERSION),
            _json("questions", "[]"),
            sa.Column("shown_at", kit.models.UtcDateTime(timezone=True), nullable=True),
            sa.Column("link_version", sa.Integer(), nullable=False, server_default=sa.text("0")),
        ):
            batch_op.add_column(column)
        batch_op.drop_constraint(op.f("uq_survey_dialogue_id"), type_="unique")
        batch_op.create_unique_constraint("uq_survey_moment", ["dialogue_id", "moment", "audience", "subject"])
        batch_op.create_index(op.f("ix_survey_initiative_id_dialogue_id"), ["initiative_id", "dialogue_id"])
        batch_op.alter_column("dialogue_id", existing_type=sqlmodel.sql.sqltypes.AutoString(length=16), nullable=True)
        batch_op.drop_column("instrument")
    survey = sa.table("survey", sa.column("questions", sa.JSON()))
    op.execute(survey.update().values(questions=RATING))
    with op.batch_alter_table("survey", schema=None) as batch_op:
        for name in ("moment", "audience", "subject", "title", "questionnaire", "version", "questions", "link_version"):
            batch_op.alter_column(name, server_default=None)


def _tables() -> None:
    op.create_table(
        "questionnaire",
        _text("initiative_id", 16),
        _text("id", 16),
        _text("name", 120),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("changed_at", kit.models.UtcDateTime(timezone=True), nullable=False),
        _of_initiative("questionnaire"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questionnaire")),
        sa.UniqueConstraint("initiative_id", "id", name=op.f("uq_questionnaire_initiative_id_id")),
    )
    op.create_index(op.f("ix_questionnaire_initiative_id_name"), "questionnaire", ["initiative_id", "name"])
    op.create_table(
        "survey_plan",
        _text("initiative_id", 16),
        _text("id", 16),
        _text("dialogue_id", 16),
        _text("moment", 8),
        _text("audience", 10),
        _text("subject", 16),
        _text("questionnaire", 16),
        _of_initiative("survey_plan"),
        _of_parent("survey_plan", "dialogue_id", "dialogue"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_plan")),
        sa.UniqueConstraint("initiative_id", "id", name=op.f("uq_survey_plan_initiative_id_id")),
        sa.UniqueConstraint(
            "dialogue_id",
            "moment",
            "audience",
            "subject",
            name=op.f("uq_survey_plan_dialogue_id_moment_audience_subject"),
        ),
    )
    op.create_table(
        "survey_mark",
        _text("initiative_id", 16),
        _text("survey_id", 16),
        _text("mark", 32),
        _of_initiative("survey_mark"),
        _of_parent("survey_mark", "survey_id", "survey"),
        sa.PrimaryKeyConstraint("survey_id", "mark", name=op.f("pk_survey_mark")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "survey_figure",
        _text("initiative_id", 16),
        _text("id", 16),
        _text("survey_id", 16),
        _text("item", 12),
        _text("code", 24),
        _text("moment", 8),
        _text("audience", 10),
        _text("format_code", 8),
        _text("land", 2),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("mean", sa.Float(), nullable=False),
        sa.Column("variance", sa.Float(), nullable=False),
        _of_initiative("survey_figure"),
        _of_parent("survey_figure", "survey_id", "survey"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_figure")),
        sa.UniqueConstraint("survey_id", "code", name=op.f("uq_survey_figure_survey_id_code")),
    )
    op.create_index(op.f("ix_survey_figure_item_moment_audience"), "survey_figure", ["item", "moment", "audience"])


def downgrade() -> None:
    for table in reversed(NEW_TABLES):
        op.drop_table(table)
    with op.batch_alter_table("survey_result", schema=None) as batch_op:
        for name in ("changes", "breakdowns", "released"):
            batch_op.drop_column(name)
    with op.batch_alter_table("answer_sheet", schema=None) as batch_op:
        batch_op.drop_column("traces")
    with op.batch_alter_table("survey_invitation", schema=None) as batch_op:
        batch_op.drop_column("reminded")
    # What the older version cannot hold goes: it asks those who came once, afterwards.
    for table in ("survey_result", "survey_invitation", "answer_sheet"):
        op.execute(sa.text(f"DELETE FROM {table} WHERE survey_id IN ({OTHERS})"))  # noqa: S608 - our own names
    op.execute(sa.text(f"DELETE FROM survey WHERE id IN ({OTHERS})"))  # noqa: S608 - our own names
    with op.batch_alter_table("survey", schema=None) as batch_op:
        batch_op.add_column(sa.Column("instrument", sa.Integer(), nullable=False, server_default=sa.text("1")))
        batch_op.drop_constraint("uq_survey_moment", type_="unique")
        batch_op.drop_index(op.f("ix_survey_initiative_id_dialogue_id"))
        batch_op.create_unique_constraint(op.f("uq_survey_dialogue_id"), ["dialogue_id"])
        batch_op.alter_column("dialogue_id", existing_type=sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False)
        for name in (
            "link_version",
            "shown_at",
            "questions",
            "version",
            "questionnaire",
            "title",
            "subject",
            "audience",
            "moment",
        ):
            batch_op.drop_column(name)


OTHERS = (
    "SELECT id FROM survey WHERE moment <> 'after' OR audience <> 'came' OR subject <> '' OR questionnaire <> 'rating'"
)
