"""What was heard and what follows: the organiser's words, with the figures they chose, for everybody."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col

from events import queries as events
from events.models import Dialogue, HeardReport
from feedback import queries
from feedback.queries import Rated
from kit.errors import Refused
from kit.i18n import _
from kit.journal import audit


class NotOver(Refused):
    """What was heard is told afterwards."""

    def default(self) -> str:
        return _("Der Dialog ist noch nicht vorbei. Danach können Sie erzählen, was Sie gehört haben.")


class NothingWritten(Refused):
    """There is no report to publish or to withdraw."""

    def default(self) -> str:
        return _("Hier steht noch kein Text. Bitte schreiben Sie ihn zuerst.")


class FigureHidden(Refused):
    """This question had too few answers, or its survey still runs."""

    def default(self) -> str:
        return _("Diese Zahl darf niemand sehen, weil es zu wenige Antworten gibt oder die Umfrage noch läuft.")


def save_report(
    session: Session, *, rated: Rated, text: str, follows: str = "", figures: Sequence[str], actor: str, now: datetime
) -> HeardReport:
    """Keeps what was heard at a dialogue and what follows; what is published already changes at once.

    Raises NotOver, and FigureHidden for a question that may not be shown.
    """
    dialogue = rated.dialogue
    if dialogue.ends_at > now:
        raise NotOver
    if not set(figures) <= queries.figures_of(session, rated).keys():
        raise FigureHidden
    report = events.heard_report(session, dialogue.id)
    if report is None:
        report = HeardReport(initiative_id=dialogue.initiative_id, dialogue_id=dialogue.id, text=text, changed_at=now)
    report.text, report.follows = text, follows
    report.figures, report.changed_at = list(figures), now
    session.add(report)
    session.flush()
    _told(session, rated, report, "heard.save", actor=actor, now=now)
    return report


def publish_report(session: Session, *, rated: Rated, actor: str, now: datetime) -> None:
    """Shows the report on the dialogue's page. Raises NothingWritten."""
    report = _written(session, rated)
    if report.published_at is None:
        report.published_at = now
        _told(session, rated, report, "heard.publish", actor=actor, now=now)


def withdraw_report(session: Session, *, rated: Rated, actor: str, now: datetime) -> None:
    """Takes the report off the dialogue's page; it stays as a draft. Raises NothingWritten."""
    report = _written(session, rated)
    if report.published_at is not None:
        report.published_at = None
        _told(session, rated, report, "heard.withdraw", actor=actor, now=now)


def _written(session: Session, rated: Rated) -> HeardReport:
    report = events.heard_report(session, rated.dialogue.id)
    if report is None:
        raise NothingWritten
    return report


def _told(session: Session, rated: Rated, report: HeardReport, action: str, *, actor: str, now: datetime) -> None:
    """Kept copies of the public page end with the dialogue's activity."""
    session.execute(
        update(Dialogue).where(col(Dialogue.id) == rated.dialogue.id).values(activity=Dialogue.activity + 1)
    )
    audit(
        session,
        initiative_id=report.initiative_id,
        actor=actor,
        action=action,
        object_kind="dialogue",
        object_id=report.dialogue_id,
        now=now,
    )
