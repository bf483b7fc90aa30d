"""Sentences about a change: what the figure shows, with "worse" and "no change" as plain as "better", and what it cannot."""

from typing import Literal

from feedback.statistics import Change, NotEnough
from feedback.suppression import figures_may
from kit.i18n import _, format_number, ngettext

Direction = Literal["higher", "lower", "unclear", "same", "few"]


def direction(found: Change | NotEnough) -> Direction:
    """What the range says: all of it above zero, all below, or neither. Below five pairs nothing; `same` has no range."""
    number = found.number if isinstance(found, NotEnough) else found.difference.number
    if not figures_may(number):
        return "few"
    if isinstance(found, NotEnough):
        return "same"
    if found.difference.low > 0:
        return "higher"
    return "lower" if found.difference.high < 0 else "unclear"


def change_words(facet: str, found: Change | NotEnough) -> str:
    """One sentence about one facet, whose name is translated already. The scale is from 1 to 5."""
    way = direction(found)
    if way == "few":
        return _("%(facet)s: Zu wenige Menschen haben beide Male geantwortet.") % {"facet": facet}
    if isinstance(found, NotEnough):
        return _same(facet, found)
    difference = found.difference
    ends = (difference.low, difference.high)
    told = {
        "facet": facet,
        "pairs": ngettext("%(num)d Paar", "%(num)d Paare", difference.number) % {"num": difference.number},
    }
    if way == "unclear":
        low, high = map(signed, ends)
        told |= {"mean": signed(difference.value), "low": low, "high": high}
        return (
            _("%(facet)s: keine klare Änderung. Im Mittel %(mean)s Punkte, Bereich %(low)s bis %(high)s, %(pairs)s.")
            % told
        )
    near, far = sorted(map(abs, ends))
    told |= {"mean": _size(difference.value), "low": _size(near), "high": _size(far)}
    if way == "higher":
        return (
            _(
                "%(facet)s: nach dem Dialog höher, im Mittel um %(mean)s Punkte, Bereich %(low)s bis %(high)s, %(pairs)s."
            )
            % told
        )
    return (
        _(
            "%(facet)s: nach dem Dialog niedriger, im Mittel um %(mean)s Punkte, Bereich %(low)s bis %(high)s, %(pairs)s."
        )
        % told
    )


def limits(*, others_asked: bool = False) -> tuple[str, ...]:
    """What no such figure can show; they stand beside every change. `others_asked`: those without a place were, too."""
    return (
        _("Wer kam, wollte kommen. Die Zahlen gelten nicht für alle Menschen in der Region."),
        _(
            "Wer keinen Platz bekam, wurde auch gefragt. Beide Gruppen unterscheiden sich auch sonst: Dass die Änderung vom Dialog kommt, beweist das nicht."
        )
        if others_asked
        else _("Es gab keine Vergleichsgruppe. Ob die Änderung vom Dialog kommt, zeigen die Zahlen nicht."),
        _(
            "Die Punkte reichen von 1 bis 5. Ein Bereich sagt, wie genau eine Zahl ist (95 Prozent, t-Verteilung; bei d_z die nichtzentrale)."
        ),
    )


def _same(facet: str, found: NotEnough) -> str:
    told = {"facet": facet, "number": format_number(found.number)}
    if not found.value:
        return _("%(facet)s: keine Änderung. Alle %(number)s haben beide Male gleich geantwortet.") % told
    told["mean"] = signed(found.value)
    return _("%(facet)s: bei allen %(number)s dieselbe Änderung, %(mean)s Punkte. Ein Bereich fehlt deshalb.") % told


def _size(value: float) -> str:
    return format_number(abs(value), 1)


def signed(value: float) -> str:
    """+0,3, −0,3 and 0,0: what is rounded to nothing has no sign."""
    rounded = round(value, 1)
    sign = "+" if rounded > 0 else "\N{MINUS SIGN}" if rounded < 0 else ""
    return f"{sign}{_size(rounded)}"
