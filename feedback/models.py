"""Surveys. Who has answered and what was answered are kept apart: no key, time or order leads from one to the other.

On SQLite both tables are WITHOUT ROWID, so there is no number that grows with each row; both are rewritten in random
order every night and at closing (`feedback.operations.shuffle`).
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint

from kit.ids import new_id
from kit.models import Tenant, document, moment, parent, plain, tenant_key


class Survey(Tenant, table=True):
    """The questions to those who came to one dialogue.

    `invited` and `answer_count` are set at closing; before, they are counted.
    """

    __tablename__ = "survey"
    __table_args__ = (
        tenant_key(),
        parent("dialogue_id", "dialogue"),
        UniqueConstraint("dialogue_id"),
        Index(None, "state", "closes_at"),
    )

    id: str = plain(new_id, primary_key=True, max_length=16)
    dialogue_id: str = plain(max_length=16)
    instrument: int = plain(1)
    state: str = plain("open", max_length=8)
    opens_at: datetime = moment()
    closes_at: datetime = moment()
    closed_at: datetime | None = moment(None, nullable=True)
    invited: int = plain(0)
    answer_count: int = plain(0)


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


class AnswerSheet(Tenant, table=True):
    """One anonymous set of answers under a random key. Nothing of a person, no time."""

    __tablename__ = "answer_sheet"
    __table_args__ = (
        parent("survey_id", "survey"),
        Index(None, "survey_id"),
        {"sqlite_with_rowid": False},
    )

    key: str = plain(new_id, primary_key=True, max_length=16)
    survey_id: str = plain(max_length=16)
    answers: dict[str, Any] = document()


class SurveyResult(Tenant, table=True):
    """What may be shown, written once at closing and never again. What is below a threshold is not in it."""

    __tablename__ = "survey_result"
    __table_args__ = (
        tenant_key(),
        parent("survey_id", "survey"),
        UniqueConstraint("survey_id"),
    )

    id: str = plain(new_id, primary_key=True, max_length=16)
    survey_id: str = plain(max_length=16)
    figures: dict[str, Any] = document(dict)
    texts: list[str] = document(list)
