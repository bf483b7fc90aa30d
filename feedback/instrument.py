"""The short instrument: what is asked before, after and six to eight weeks later. Source: domain.md 5.2.

Words are German message ids; whoever shows them translates them. „weiß nicht“ and no answer are missing, never a middle.
There is no sum over all facets: reasons, feelings and a plant next door are different things.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import Literal

from events.rules.words import N_

Moment = Literal["before", "after", "later"]
BOTH: tuple[Moment, ...] = ("before", "after")
ALL: tuple[Moment, ...] = ("before", "after", "later")
AFTER: tuple[Moment, ...] = ("after",)
LATER: tuple[Moment, ...] = ("later",)

# The labels of each scale, from its first step on; on the scale from 0 to 10 only the ends have one.
SCALES: Mapping[str, tuple[str, ...]] = {
    "agreement": (
        N_("stimme gar nicht zu"),
        N_("stimme eher nicht zu"),
        N_("teils, teils"),
        N_("stimme eher zu"),
        N_("stimme voll und ganz zu"),
    ),
    "smileys": (N_("Stimmt nicht"), N_("Stimmt zum Teil"), N_("Stimmt")),
    "satisfaction": (
        N_("sehr unzufrieden"),
        N_("eher unzufrieden"),
        N_("teils, teils"),
        N_("eher zufrieden"),
        N_("sehr zufrieden"),
    ),
    "knowledge": (N_("sehr wenig"), N_("eher wenig"), N_("mittel"), N_("eher viel"), N_("sehr viel")),
    "recommendation": (N_("auf keinen Fall"), N_("auf jeden Fall")),
    "yes": (N_("ja"), N_("nein")),
    "text": (),
}
AGREEMENT_STEPS = 5


@dataclass(frozen=True)
class Item:
    """One question. `plain` is its twin in plain language, which is answered by smileys and never pooled with it."""

    code: str
    text: str
    scale: str = "agreement"
    moments: tuple[Moment, ...] = BOTH
    plain: str = ""
    reverse: bool = False


@dataclass(frozen=True)
class Facet:
    """What some items ask about together. `side`: rational, emotional, critical, project."""

    code: str
    name: str
    items: tuple[str, ...]
    side: str = "rational"


ITEMS = (
    Item("N1", N_("Die Industrie ist wichtig für den Wohlstand in Deutschland.")),
    Item(
        "N2",
        N_("Industriebetriebe in meiner Umgebung sind gut für unsere Region."),
        moments=ALL,
        plain=N_("Die Industrie-Betriebe hier sind gut für unsere Region."),
    ),
    Item(
        "U1",
        N_("Die Industriebetriebe hier gehen verantwortungsvoll mit der Umwelt um."),
        plain=N_("Die Industrie-Betriebe hier achten auf die Umwelt."),
    ),
    Item(
        "S1",
        N_("Ich fühle mich in der Nähe von Industriebetrieben sicher."),
        plain=N_("Ein Industrie-Betrieb ist in der Nähe. Ich fühle mich sicher."),
    ),
    Item(
        "T1",
        N_("Industriebetriebe informieren offen und ehrlich, auch über Probleme."),
        moments=ALL,
        plain=N_("Die Industrie-Betriebe sagen ehrlich: Das ist gut. Und das ist schlecht."),
    ),
    Item("A1", N_("In der Industrie gibt es gute Arbeitsplätze.")),
    Item("E1", N_("Ich interessiere mich für das, was in den Betrieben hier gemacht wird."), moments=ALL),
    Item(
        "E2",
        N_("Ich bin froh, dass es Industrie in meiner Region gibt."),
        plain=N_("Hier gibt es Industrie. Darüber bin ich froh."),
    ),
    Item("K1", N_("Die Nachteile der Industrie werden in der Öffentlichkeit zu wenig beachtet."), reverse=True),
    Item("P1", N_("Ein neuer Industriebetrieb in meiner Nähe wäre für mich in Ordnung.")),
    Item("D1", N_("Meine Fragen wurden ernst genommen."), moments=AFTER),
    Item("D2", N_("Auch kritische Punkte kamen zur Sprache."), moments=AFTER),
    Item("Z1", N_("Wie zufrieden sind Sie insgesamt mit dem Dialog?"), "satisfaction", AFTER),
    Item("W1", N_("Würden Sie den Dialog anderen empfehlen?"), "recommendation", AFTER),
    Item("V1", N_("Wie viel wissen Sie jetzt über das Thema?"), "knowledge", AFTER),
    Item("V0", N_("Wie viel wussten Sie vor dem Dialog darüber?"), "knowledge", AFTER),
    Item("F1", N_("Was sollen wir wissen?"), "text", AFTER),
    Item("H1", N_("Ich habe mit anderen über den Dialog gesprochen."), "yes", LATER),
    Item("H2", N_("Ich habe seither einen weiteren Termin besucht."), "yes", LATER),
    Item("H3", N_("Ich habe über ein Praktikum oder eine Ausbildung in der Industrie nachgedacht."), "yes", LATER),
)

FACETS = (
    Facet("benefit", N_("Nutzen für das Land"), ("N1",)),
    Facet("benefit_here", N_("Nutzen vor Ort"), ("N2",)),
    Facet("environment", N_("Umgang mit der Umwelt"), ("U1",)),
    Facet("safety", N_("Gefühl von Sicherheit"), ("S1",)),
    Facet("openness", N_("Offenheit der Betriebe"), ("T1",)),
    Facet("work", N_("Gute Arbeitsplätze"), ("A1",)),
    Facet("interest", N_("Interesse und Gefühl"), ("E1", "E2"), "emotional"),
    Facet("critique", N_("Nachteile werden genug beachtet"), ("K1",), "critical"),
    Facet("project", N_("Neuer Betrieb in der Nähe"), ("P1",), "project"),
)


def asked(moment: Moment, *, plain: bool = False, there: bool = True) -> tuple[Item, ...]:
    """The items of one moment, in plain language only those that have a twin.

    Who was not `there` is asked for attitudes alone, in the same words: of the dialogue they know nothing.
    """
    attitudes = {code for facet in FACETS for code in facet.items}
    found = (item for item in ITEMS if moment in item.moments and (item.plain or not plain))
    return tuple(item for item in found if there or item.code in attitudes)


def score(facet: Facet, answers: Mapping[str, int | None]) -> float | None:
    """Where somebody stands in a facet, 1 to 5: the mean of all its items; None when one of them is missing."""
    items = [item for item in ITEMS if item.code in facet.items]
    given = [(item, answers.get(item.code)) for item in items]
    steps = [AGREEMENT_STEPS + 1 - step if item.reverse else step for item, step in given if step is not None]
    return sum(steps) / len(items) if len(steps) == len(items) else None


def version(english: Callable[[str], str], items: Sequence[Item] = ITEMS) -> str:
    """Twelve signs that change with any word, in either language, any scale and any order of the items."""
    words = [
        [
            astuple(item),
            english(item.text),
            english(item.plain),
            [(label, english(label)) for label in SCALES[item.scale]],
        ]
        for item in items
    ]
    smileys = [(label, english(label)) for label in SCALES["smileys"]]
    content = json.dumps([words, smileys, [astuple(facet) for facet in FACETS]], ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()[:12]


def unchanged(first: Sequence[Item], second: Sequence[Item]) -> tuple[str, ...]:
    """The codes of items that are the same in two versions; only these make pairs, the others are told apart."""
    return tuple(item.code for item in first if item in second)
