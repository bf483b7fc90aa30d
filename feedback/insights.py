"""What was learned at a dialogue: minutes and a text of the team, a draft until it is ready for the service point."""

from datetime import UTC, datetime

from sqlalchemy import and_, or_
from sqlmodel import Session, col, select

from events.models import Dialogue
from feedback import queries
from feedback.models import Insight
from kit.errors import Refused
from kit.i18n import _
from kit.journal import audit
from registration.operations.retention import FIRST_DAY, told_days
from registration.operations.sweeps import CHUNK

DRAFT, READY = "draft", "ready"


class TooEarly(Refused):
    """Nothing was learned yet."""

    def default(self) -> str:
        return _("Der Dialog ist noch nicht vorbei. Danach können Sie aufschreiben, was Sie daraus lernen.")


class NothingLearned(Refused):
    """There is no text to be ready."""

    def default(self) -> str:
        return _("Hier steht noch kein Text. Bitte schreiben Sie zuerst einen Entwurf.")


def save_insight(
    session: Session, *, dialogue: Dialogue, minutes: str, text: str, actor: str, now: datetime
) -> Insight:
    """Keeps minutes and text; what is ready stays ready. Raises TooEarly."""
    if dialogue.ends_at > now:
        raise TooEarly
    insight = queries.insight_of(session, dialogue.id)
    if insight is None:
        insight = Insight(initiative_id=dialogue.initiative_id, dialogue_id=dialogue.id, changed_at=now)
    insight.minutes, insight.text, insight.changed_at = minutes, text, now
    if not text:
        insight.state = DRAFT
    session.add(insight)
    session.flush()
    _told(session, insight, "insight.save", actor=actor, now=now)
    return insight


def finish_insight(session: Session, *, dialogue: Dialogue, actor: str, now: datetime) -> None:
    """Says that the text is ready for the service point. Raises NothingLearned."""
    _turn(session, dialogue, READY, "insight.finish", actor=actor, now=now)


def reopen_insight(session: Session, *, dialogue: Dialogue, actor: str, now: datetime) -> None:
    """Makes the text a draft again. Raises NothingLearned."""
    _turn(session, dialogue, DRAFT, "insight.reopen", actor=actor, now=now)


def _turn(session: Session, dialogue: Dialogue, state: str, action: str, *, actor: str, now: datetime) -> None:
    insight = queries.insight_of(session, dialogue.id)
    if insight is None or not insight.text:
        raise NothingLearned
    if insight.state != state:
        insight.state = state
        session.add(insight)
        _told(session, insight, action, actor=actor, now=now)


def _told(session: Session, insight: Insight, action: str, *, actor: str, now: datetime) -> None:
    audit(
        session,
        initiative_id=insight.initiative_id,
        actor=actor,
        action=action,
        object_kind="dialogue",
        object_id=insight.dialogue_id,
        now=now,
    )


def forget_minutes(session: Session, *, now: datetime) -> int:
    """Empties one chunk of minutes, and of texts that never were ready, with the last guests. Returns how many."""
    today = now.astimezone(UTC).date()
    unready = and_(col(Insight.state) == DRAFT, col(Insight.text) != "")
    ended = (
        select(Insight, Dialogue.ends_at)
        .join(
            Dialogue,
            and_(col(Dialogue.initiative_id) == Insight.initiative_id, col(Dialogue.id) == Insight.dialogue_id),
        )
        .where(
            col(Dialogue.ends_at) <= now - FIRST_DAY,
            Dialogue.state != "postponed",
            or_(col(Insight.minutes) != "", unready),
        )
        .order_by(col(Dialogue.ends_at))
        .limit(CHUNK)
    )
    due = [insight for insight, ends_at in session.exec(ended).all() if told_days(ends_at)["attendee"] <= today]
    for insight in due:
        insight.minutes = ""
        if insight.state != READY:
            insight.text = ""
        session.add(insight)
    session.flush()
    return len(due)
