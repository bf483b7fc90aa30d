"""What organisers read of answers from calendars. Times are local to the dialogue."""

from collections.abc import Iterable, Mapping

from events.rules import wall
from kit.i18n import _, format_date_only, format_moment, format_time
from kit.zones import local
from registration.answer_letters import is_counter, proposed_time
from registration.desk_pages import AnswerCount, AnswerRow, Sign
from registration.models import CalendarAnswer
from registration.rules import Partstat, Verdict


def answer_labels() -> dict[str, str]:
    """Answer → its word, for signs, counts and the table."""
    return {
        Partstat.ACCEPTED: _("zugesagt"),
        Partstat.TENTATIVE: _("vielleicht"),
        Partstat.DECLINED: _("abgesagt"),
        Partstat.DELEGATED: _("jemand anderes kommt"),
        "": _("keine Antwort"),
    }


_SIGNS: dict[str, tuple[str, str]] = {
    Partstat.ACCEPTED: ("free", "event_available"),
    Partstat.TENTATIVE: ("task", "help"),
    Partstat.DECLINED: ("off", "block"),
    Partstat.DELEGATED: ("invited", "group"),
    "": ("closed", "radio_button_unchecked"),
}


def answer_sign(answer: str) -> Sign | None:
    """What a calendar answered, as a sign beside the state; None where it did not."""
    if not answer:
        return None
    kind, symbol = _SIGNS[answer]
    return Sign(kind, _("Kalender: %(answer)s") % {"answer": answer_labels()[answer]}, symbol)


def answer_counts(counts: Mapping[str, int]) -> tuple[AnswerCount, ...]:
    """The answers of a dialogue in order, with the ones that nobody gave; "somebody else" only where it was said."""
    labels = answer_labels()
    shown = [answer for answer in labels if answer != Partstat.DELEGATED or counts.get(answer)]
    return tuple(AnswerCount(Sign(_SIGNS[one][0], labels[one], _SIGNS[one][1]), counts.get(one, 0)) for one in shown)


def answer_rows(rows: Iterable[CalendarAnswer], zone: str) -> tuple[AnswerRow, ...]:
    """The answers of a registration; what was said twice is shown once."""
    return tuple(
        AnswerRow(local(row.received_at, zone), _said(row), _became(row, zone), row.comment)
        for row in rows
        if row.verdict != Verdict.DOUBLE
    )


def _said(row: CalendarAnswer) -> Sign:
    if is_counter(row):
        return Sign("task", _("anderer Termin vorgeschlagen"), "schedule")
    if row.partstat in frozenset(Partstat):
        kind, symbol = _SIGNS[row.partstat]
        return Sign(kind, answer_labels()[row.partstat], symbol)
    return Sign("closed", _("ohne Ja oder Nein"), "help")


def _became(row: CalendarAnswer, zone: str) -> str:
    verdict = Verdict(row.verdict)
    if verdict == Verdict.GRACE and row.act_at is not None:
        at = local(row.act_at, zone)
        values = {"day": format_date_only(at), "time": format_time(at)}
        return _("Der Platz wird am %(day)s um %(time)s frei, wenn niemand es zurücknimmt.") % values
    if verdict == Verdict.OTHER_ADDRESS:
        return _("Von einer anderen Adresse: %(address)s. Es ändert nichts.") % {"address": row.sender}
    if verdict == Verdict.ONE_DATE and row.recurrence_id:
        day = format_moment(wall(row.recurrence_id))
        return _("Nur zum Termin am %(day)s. Der Platz bleibt für alle Termine.") % {"day": day}
    if verdict == Verdict.PASSED_ON:
        proposed = proposed_time(row, zone)
        return (
            _("Vorschlag: %(proposed)s. Ihr Termin bleibt, bis Sie ihn ändern.") % {"proposed": proposed}
            if proposed
            else _("Ihr Termin bleibt, bis Sie ihn ändern.")
        )
    if verdict == Verdict.ASKED and row.partstat == Partstat.DELEGATED:
        return (
            _("Genannt ist %(address)s. Wir haben die angemeldete Person nach dem Namen gefragt.")
            % {"address": row.delegated_to}
            if row.delegated_to
            else _("Wir haben die angemeldete Person nach dem Namen gefragt.")
        )
    return {
        Verdict.OTHER_UID: _("Zu einem Eintrag, der nicht von dieser Anmeldung ist. Es ändert nichts."),
        Verdict.ONE_DATE: _("Nur zu einem einzelnen Termin. Es ändert nichts."),
        Verdict.OVER: _("Es gab keinen Platz mehr, für den sie gelten konnte."),
        Verdict.OLDER: _("Überholt von einer späteren Antwort oder einem neuen Termin."),
        Verdict.TOO_MANY: _("Zu viele Absagen in einer Stunde. Der Platz bleibt."),
        Verdict.ASKED: _("Es sind mehrere Personen. Wir haben gefragt, wer nicht kommt; alle Plätze bleiben."),
        Verdict.FREED: _("Der Platz ist frei geworden."),
        Verdict.KEPT: _("Zurückgenommen. Der Platz bleibt."),
        Verdict.VOID: _("Es kam etwas dazwischen, der Platz bleibt davon unberührt."),
    }.get(verdict, "")
