"""When a dialogue asks whom, in words, and until when a survey that somebody opens takes answers."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from feedback.rules import AFTER, ANYBODY, BEFORE, CAME, CONFIRMED, LATER, LIVE, OPEN_TO_ALL, WAITING
from kit.i18n import _
from kit.zones import first_existing, to_utc

# What can be chosen beforehand, in the order of a dialogue's life.
PLANNED = (
    (BEFORE, CONFIRMED),
    (BEFORE, WAITING),
    (AFTER, CAME),
    (AFTER, WAITING),
    (LATER, CAME),
    (LATER, WAITING),
)
# An open survey ends within a year.
LONGEST = timedelta(days=366)


def label(moment: str, audience: str) -> str:
    """Who is asked when."""
    words = {
        (BEFORE, CONFIRMED): _("Vorher: wer einen Platz hat"),
        (BEFORE, WAITING): _("Vorher: wer auf der Warteliste steht"),
        (AFTER, CAME): _("Nachher: wer da war"),
        (AFTER, WAITING): _("Nachher: wer keinen Platz bekam"),
        (LATER, CAME): _("Sieben Wochen danach: wer da war"),
        (LATER, WAITING): _("Sieben Wochen danach: wer keinen Platz bekam"),
        (LIVE, ANYBODY): _("Im Raum: wer den Link hat"),
        (AFTER, ANYBODY): _("Rückmeldung: wer den Link hat"),
        (OPEN_TO_ALL, ANYBODY): _("Offen: wer den Link hat"),
    }
    return words.get((moment, audience), "")


def hint(moment: str, audience: str) -> str:
    """What happens once something is chosen."""
    words = {
        (BEFORE, CONFIRMED): _(
            "Die E-Mails gehen hinaus, sobald Sie speichern, und an alle, die später einen Platz bekommen. Für den Raum gibt es außerdem einen Link."
        ),
        (BEFORE, WAITING): _("Zum Vergleich: dieselben Fragen an Menschen, die kommen wollten."),
        (AFTER, CAME): _("Gleich nach dem Ende. Ob gefragt wird und wie lange, steht bei den Angaben des Dialogs."),
        (AFTER, WAITING): _(
            "Zum Vergleich: Was sie über die Industrie denken, fragen wir mit denselben Worten. Zum Dialog selbst fragen wir sie nichts."
        ),
        (LATER, CAME): _("Zeigt, was bleibt."),
        (LATER, WAITING): _("Zum Vergleich mit denen, die da waren. Zum Dialog selbst fragen wir sie nichts."),
    }
    return words[(moment, audience)]


@dataclass(frozen=True)
class Until:
    """The last day of a survey as somebody typed it: the moment it ends, or the sentence that says what is wrong."""

    ends: datetime | None
    error: str = ""


def until(typed: str, *, zone: str, now: datetime) -> Until:
    """The end of a day that lies ahead, at most a year away."""
    wrong = _("Bitte nennen Sie einen Tag, der noch kommt, höchstens ein Jahr entfernt.")
    try:
        day = date.fromisoformat(typed)
        ends = to_utc(first_existing(datetime.combine(day, time(23, 59)), zone), zone)
    except (ValueError, OverflowError):
        return Until(None, wrong)
    return Until(ends) if now < ends <= now + LONGEST else Until(None, wrong)
