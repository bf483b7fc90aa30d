"""What a person reads of a letter's row."""

from kit.i18n import _
from mail.models import Letter
from mail.rules import Bounce, Reason


def state_reason(letter: Letter) -> str:
    """Why a letter is where it is; what a mail server reported afterwards comes first."""
    if letter.bounce == Bounce.HARD:
        return _("Die E-Mail kam zurück. Der Mailserver meldet: %(words)s") % {"words": letter.bounce_words}
    if letter.bounce == Bounce.SOFT:
        return _("Die E-Mail kam noch nicht an. Der Mailserver meldet: %(words)s") % {"words": letter.bounce_words}
    return reason_words(letter.reason)


def reason_words(reason: str) -> str:
    """Why a letter is where it is; empty for one that simply went its way. A mail server's own sentence stays as it is."""
    words = {
        Reason.LIMIT: _("An eine unbestätigte Adresse schreiben wir am Tag nur wenige Male."),
        Reason.NO_ANSWER: _("Mehrere Versuche endeten ohne Antwort des Mailservers."),
        Reason.IN_DOUBT: _("Die Verbindung brach nach dem Senden ab; vielleicht ist die E-Mail angekommen."),
        Reason.TAKEN_BACK: _("Was darin steht, gilt nicht mehr: Es wurde zurückgenommen oder neu geschickt."),
        Reason.CANNOT_BE_MADE: _("Eine Datei dieser E-Mail ließ sich nicht erstellen."),
        Reason.RETURNED: _("Die E-Mail kam zurück."),
        Reason.FAULTY_CALENDAR: _("Der Termin in dieser E-Mail ist fehlerhaft. Deshalb ging sie nicht hinaus."),
    }
    kind, _colon, faults = reason.partition(": ")
    if kind == Reason.FAULTY_CALENDAR and faults:
        return f"{words[Reason.FAULTY_CALENDAR]} ({faults})"
    if reason in words:
        return words[Reason(reason)]
    return _("Der Mailserver antwortete: %(words)s") % {"words": reason} if reason else ""
