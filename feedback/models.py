"""Surveys. Who has answered and what was answered are kept apart: no key, time or order leads from one to the other.

On SQLite marks and sheets are WITHOUT ROWID, so there is no number that grows with each row; both are rewritten in random
order every night and at closing (`feedback.operations.shuffle`).
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text

from kit.ids import new_id
from kit.models import Tenant, document, parent, personal, plain, tenant_key
from kit.models import moment as instant


class Questionnaire(Tenant, table=True):
    """Questions that an initiative wrote itself, to be used by several surveys."""

    __tablename__ = "questionnaire"
    __table_args__ = (tenant_key(), Index(None, "initiative_id", "name"))

    id: str = plain(new_id, primary_key=True, max_length=16)
    name: str = plain(max_length=120)
    questions: list[dict[str, Any]] = document(list)
    changed_at: datetime = instant()


class SurveyPlan(Tenant, table=True):
    """What a dialogue will ask at one moment, chosen before it is time. `questionnaire` empty: nothing is asked then."""

    __tablename__ = "survey_plan"
    __table_args__ = (
        tenant_key(),
        parent("dialogue_id", "dialogue"),
        UniqueConstraint("dialogue_id", "moment", "audience", "subject"),
    )

    id: str = plain(new_id, primary_key=True, max_length=16)
    dialogue_id: str = plain(max_length=16)
    moment: str = plain(max_length=8)
    audience: str = plain(max_length=10)
    subject: str = plain("", max_length=16)
    questionnaire: str = plain("", max_length=16)


class Survey(Tenant, table=True):
    """Questions asked at one moment: of those who came, of those who wait, of whoever has the link.

    `questions` are those of the opening and never change. `invited`, `answer_count` and how many of the answers came
    `by_invitation` are set at closing; before, they are counted. `link_version` is above zero where one link serves
    everybody, `kiosk_version` counts the links of tablets, of which the last one opens something. `dialogue_id` is empty
    for a survey of the initiative itself; `subject` tells several surveys of one moment apart: a mark of an offer and what is
    asked about it, or a random one.
    """

    __tablename__ = "survey"
    __table_args__ = (
        tenant_key(),
        parent("dialogue_id", "dialogue"),
        UniqueConstraint("dialogue_id", "moment", "audience", "subject", name="uq_survey_moment"),
        Index(None, "state", "closes_at"),
        Index(None, "initiative_id", "dialogue_id"),
    )

    id: str = plain(new_id, primary_key=True, max_length=16)
    dialogue_id: str | None = plain(None, max_length=16, nullable=True)
    moment: str = plain("after", max_length=8)
    audience: str = plain("came", max_length=10)
    subject: str = plain("", max_length=16)
    title: str = plain("", max_length=200)
    questionnaire: str = plain("rating", max_length=16)
    version: str = plain(max_length=12)
    questions: list[dict[str, Any]] = document(list)
    state: str = plain("open", max_length=8)
    opens_at: datetime = instant()
    closes_at: datetime = instant()
    closed_at: datetime | None = instant(None, nullable=True)
    shown_at: datetime | None = instant(None, nullable=True)
    link_version: int = plain(0)
    kiosk_version: int = plain(1, server_default=text("1"))
    invited: int = plain(0)
    answer_count: int = plain(0)
    by_invitation: int = plain(0, server_default=text("0"))


class SurveyInvitation(Tenant, table=True):
    """The mark: this registration was asked, and whether it has answered. It keeps no time."""

    __tablename__ = "survey_invitation"
    __table_args__ = (
        tenant_key(),
        parent("survey_id", "survey"),
        parent("registration_id", "registration"),
        UniqueConstraint("survey_id", "registration_id"),
        {"sqlite_with_rowid": False},
    )

    id: str = plain(new_id, primary_key=True, max_length=16)
    survey_id: str = plain(max_length=16)
    registration_id: str = plain(max_length=16)
    token_version: int = plain(1)
    answered: bool = plain(False)
    reminded: bool = plain(False, server_default=text("false"))


class SurveyMark(Tenant, table=True):
    """This device, or this sheet of paper, has answered: a keyed hash of a random word, without a time."""

    __tablename__ = "survey_mark"
    __table_args__ = (
        parent("survey_id", "survey"),
        {"sqlite_with_rowid": False},
    )

    survey_id: str = plain(primary_key=True, max_length=16)
    mark: str = plain(primary_key=True, max_length=32)


class AnswerSheet(Tenant, table=True):
    """One anonymous set of answers under a random key. Nothing of a person, no time.

    `traces` are keyed hashes, with spaces between, of the words or the code that somebody keeps, by which two sheets of one person find each
    other (`feedback.pairing`).
    """

    __tablename__ = "answer_sheet"
    __table_args__ = (
        parent("survey_id", "survey"),
        Index(None, "survey_id"),
        {"sqlite_with_rowid": False},
    )

    key: str = plain(new_id, primary_key=True, max_length=16)
    survey_id: str = plain(max_length=16)
    answers: dict[str, Any] = document()
    traces: str = plain("", max_length=240, server_default=text("''"))


class SurveyResult(Tenant, table=True):
    """What may be shown, written once at closing. What is below a threshold is not in it.

    `texts` are for those who take names out of them; `released` is what they let through, and then `texts` is empty.
    `breakdowns` and `changes` hold only what the thresholds allow, with the reason where something is left out.
    """

    __tablename__ = "survey_result"
    __table_args__ = (
        tenant_key(),
        parent("survey_id", "survey"),
        UniqueConstraint("survey_id"),
    )

    id: str = plain(new_id, primary_key=True, max_length=16)
    survey_id: str = plain(max_length=16)
    figures: dict[str, Any] = document(dict)
    texts: list[Any] = document(list)
    released: list[Any] | None = document(None, nullable=True)
    breakdowns: dict[str, Any] = document(dict)
    changes: dict[str, Any] = document(dict)


class SurveyFigure(Tenant, table=True):
    """The mean of one question of one closed survey with at least five answers: what comparisons are made of.

    `item` is a hash of the question's words and scale, so that only the same question is compared. `variance` is that of
    single answers.
    """

    __tablename__ = "survey_figure"
    __table_args__ = (
        parent("survey_id", "survey"),
        UniqueConstraint("survey_id", "code"),
        Index(None, "item", "moment", "audience"),
    )

    id: str = plain(new_id, primary_key=True, max_length=16)
    survey_id: str = plain(max_length=16)
    item: str = plain(max_length=12)
    code: str = plain(max_length=24)
    moment: str = plain(max_length=8)
    audience: str = plain(max_length=10)
    format_code: str = plain(max_length=8)
    land: str = plain(max_length=2)
    number: int = plain()
    mean: float = plain()
    variance: float = plain()


class Insight(Tenant, table=True):
    """What was learned at a dialogue, for the library of the service point. `state`: draft, ready.

    `minutes` is what the team wrote down; it goes with the dialogue's last guests, and a text that is not ready with it.
    """

    __tablename__ = "insight"
    __table_args__ = (tenant_key(), parent("dialogue_id", "dialogue"), UniqueConstraint("dialogue_id"))

    id: str = plain(new_id, primary_key=True, max_length=16)
    dialogue_id: str = plain(max_length=16)
    minutes: str = personal(
        "", max_length=20000, category="text", purpose="minutes of a dialogue", retention="attendee"
    )
    text: str = plain("", max_length=30000)
    state: str = plain("draft", max_length=8)
    changed_at: datetime = instant()
