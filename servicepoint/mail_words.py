"""Why inbound mail waits for somebody, in words."""

from kit.i18n import _
from mail.incoming import Kind


def why(kind: str, reason: str) -> str:
    words = {
        (Kind.ANSWER, "unknown"): _("Eine Antwort aus einem Kalender, die zu keiner Einladung gehört."),
        (Kind.ANSWER, "other_uid"): _("Eine Antwort aus einem Kalender, die einen anderen Termin meint."),
        (Kind.AUTO_REPLY, "with_answer"): _(
            "Eine automatische Antwort, in der eine Zusage oder Absage steht. Sie zählt nicht."
        ),
        (Kind.AUTO_REPLY, "unclear"): _("Eine Nachricht ohne Absender: eine Abwesenheit, oder eine E-Mail kam zurück."),
        (Kind.BOUNCE, "unknown_letter"): _("Eine E-Mail kam zurück. Welche, ist nicht zu erkennen."),
        (Kind.UNREADABLE, "calendar"): _("Eine Antwort aus einem Kalender, die sich nicht lesen lässt."),
        (Kind.UNREADABLE, "winmail"): _("Eine Nachricht in einer Datei winmail.dat, die nur Outlook lesen kann."),
        (Kind.UNREADABLE, "too_large"): _("Eine Nachricht, die zu groß zum Lesen ist."),
        (Kind.OTHER, ""): _("Eine Nachricht, die keine Antwort aus einem Kalender ist."),
    }
    return words.get((Kind(kind), reason), _("Eine Nachricht, bei der das Lesen abbrach."))
