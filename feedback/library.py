"""Questionnaires that everybody has: a short rating, the instrument for attitudes, for hosts, speakers, stops and children.

Their words are German message ids here and both languages in a survey, which keeps them from its opening on.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from events.rules.words import N_
from feedback import instrument
from feedback.instrument import Moment
from feedback.questions import Option, Question, Words
from feedback.rules import CAME, WAITING
from kit import i18n
from kit.i18n import gettext

RATING = "rating"
INSTRUMENT = "instrument"

# (code, kind, German, plain German) of a question; those that end with ! must be answered.
_Row = tuple[str, str, str, str]
_RATING: tuple[_Row, ...] = (
    ("stars!", "stars", N_("Wie hat Ihnen der Dialog insgesamt gefallen?"), N_("Der Termin war gut.")),
    ("heard", "agreement", N_("Meine Fragen wurden ernst genommen."), N_("Die anderen haben mir zugehört.")),
    (
        "critical",
        "agreement",
        N_("Auch kritische Punkte kamen zur Sprache."),
        N_("Wir haben auch über Probleme gesprochen."),
    ),
    ("text", "text", N_("Was sollen wir wissen?"), N_("Was möchten Sie uns noch sagen?")),
)
_HOST: tuple[_Row, ...] = (
    ("effort", "agreement", N_("Aufwand und Nutzen standen für uns in einem guten Verhältnis."), ""),
    ("prepared", "agreement", N_("Die Vorbereitung mit der Initiative war gut."), ""),
    ("guests", "agreement", N_("Die Gäste waren interessiert."), ""),
    ("critical_host", "agreement", N_("Kritische Fragen konnten wir offen beantworten."), ""),
    ("again", "agreement", N_("Wir würden wieder Gastgeber sein."), ""),
    ("text", "text", N_("Was sollen wir wissen?"), ""),
)
_SPEAKER: tuple[_Row, ...] = (
    ("clear", "agreement", N_("Der Beitrag war verständlich."), N_("Ich habe den Vortrag verstanden.")),
    ("open", "agreement", N_("Nachfragen wurden offen beantwortet."), N_("Auf Fragen gab es ehrliche Antworten.")),
    ("useful", "agreement", N_("Der Beitrag hat mir Neues gezeigt."), N_("Ich habe etwas Neues gelernt.")),
    ("text", "text", N_("Was sollen wir wissen?"), N_("Was möchten Sie uns noch sagen?")),
)
# What guests say of one host of several: each stop has a survey of its own, under its name.
_STOP: tuple[_Row, ...] = (
    ("welcome", "agreement", N_("An dieser Station waren wir willkommen."), N_("Ich war dort gern zu Gast.")),
    ("clear_stop", "agreement", N_("Die Führung war verständlich."), N_("Ich habe die Führung verstanden.")),
    ("open", "agreement", N_("Nachfragen wurden offen beantwortet."), N_("Auf Fragen gab es ehrliche Antworten.")),
    (
        "work",
        "agreement",
        N_("Ich weiß jetzt besser, was hier gearbeitet wird."),
        N_("Ich weiß jetzt mehr über die Arbeit dort."),
    ),
    ("text", "text", N_("Was sollen wir wissen?"), N_("Was möchten Sie uns noch sagen?")),
)
_CHILDREN: tuple[_Row, ...] = (
    ("fun", "smileys", N_("Der Besuch hat mir Spaß gemacht."), ""),
    ("understood", "smileys", N_("Ich habe alles verstanden."), ""),
    ("asked", "smileys", N_("Ich durfte alles fragen."), ""),
    ("job", "smileys", N_("So eine Arbeit kann ich mir später vorstellen."), ""),
    ("best", "line", N_("Was war am besten?"), ""),
)


@dataclass(frozen=True)
class Offered:
    """One questionnaire of the library: its code, its name as a message id, and the moments it is made for."""

    code: str
    name: str
    moments: tuple[str, ...]


LIBRARY = (
    Offered(RATING, N_("Kurze Bewertung: vier Fragen"), ("after",)),
    Offered(INSTRUMENT, N_("Einstellungen vorher und nachher: das kurze Instrument"), ("before", "after", "later")),
    Offered("host", N_("Rückmeldung der Gastgeber"), ("after", "open")),
    Offered("speaker", N_("Rückmeldung zu einem Beitrag"), ("live", "after", "open")),
    Offered("stop", N_("Rückmeldung zu einer Station"), ("live", "after", "open")),
    Offered("children", N_("Für Kinder: drei Gesichter"), ("live", "after", "open")),
)
_ROWS: Mapping[str, Sequence[_Row]] = {
    RATING: _RATING,
    "host": _HOST,
    "speaker": _SPEAKER,
    "stop": _STOP,
    "children": _CHILDREN,
}
_KINDS: Mapping[str, str] = {"yes": "choice"}


def offered(moments: Collection[str] = (), audience: str = CAME) -> tuple[Offered, ...]:
    """What is made for one of these moments, or for any; who was not there is asked for attitudes alone."""
    found = (each for each in LIBRARY if not moments or set(moments) & set(each.moments))
    return tuple(each for each in found if audience != WAITING or each.code == INSTRUMENT)


def questions_of(code: str, moment: str, audience: str = CAME) -> tuple[Question, ...] | None:
    """The questions of a questionnaire of the library at one moment; None when there is none of this code.

    Of the instrument who got no place is asked what makes the comparison: attitudes, and nothing about the dialogue.
    """
    if code == INSTRUMENT:
        times: Mapping[str, Moment] = {"before": "before", "later": "later"}
        asked = instrument.asked(times.get(moment, "after"), there=audience != WAITING)
        return tuple(_item(item) for item in asked)
    if code not in _ROWS:
        return None
    return tuple(
        Question(name.removesuffix("!"), kind, _words(text, plain), required=name.endswith("!"))
        for name, kind, text, plain in _ROWS[code]
    )


def _item(item: instrument.Item) -> Question:
    options = (Option("ja", _words(N_("ja"))), Option("nein", _words(N_("nein")))) if item.scale == "yes" else ()
    return Question(
        code=item.code,
        kind=_KINDS.get(item.scale, item.scale),
        text=_words(item.text, item.plain),
        options=options,
        reverse=item.reverse,
    )


def _words(message: str, plain: str = "") -> Words:
    return Words(_in("de", message), _in("en", message), _in("de", plain) if plain else "")


def _in(language: str, message: str, translate: Callable[[str], str] = gettext) -> str:
    with i18n.use(language):
        return translate(message)
