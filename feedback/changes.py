"""What pairs of sheets say about before and after, and what of it may be shown beside the figures of both surveys."""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from feedback import instrument, library
from feedback.instrument import Facet
from feedback.pairing import match_codes
from feedback.questions import Question, item, of_groups, unchanged
from feedback.results import Sheet
from feedback.statistics import Change, Estimate, Mean, NotEnough, change, gap, mean
from feedback.suppression import Sum, differ_by_few, figures_may, gives_away

State = Literal["shown", "few", "derivable", "running"]
Pairs = Sequence[tuple[int, int]]
Group = frozenset[int]


@dataclass(frozen=True)
class Measure:
    """What is compared: a facet of the instrument, or one sentence by itself."""

    code: str
    codes: tuple[str, ...]
    facet: Facet | None = None
    reverse: bool = False

    def score(self, sheet: Sheet) -> float | None:
        """Where somebody stands, 1 to 5; None when an answer is missing."""
        if self.facet is not None:
            return instrument.score(self.facet, sheet)
        step = sheet.get(self.code)
        if step is None:
            return None
        return instrument.AGREEMENT_STEPS + 1 - step if self.reverse else step

    def touched(self, sheet: Sheet) -> bool:
        """Whether any answer of this sheet is in a figure of these questions."""
        return any(sheet.get(code) is not None for code in self.codes)


@dataclass(frozen=True)
class Measured:
    """One measure as it is shown. `before` and `after` are the unpaired groups, `apart` the gap between them.

    `running`: nothing was compared, because the survey before had not ended.
    """

    code: str
    state: State
    found: Change | NotEnough | None = None
    before: Mean | None = None
    after: Mean | None = None
    apart: Mean | None = None


def pairs(before: Sequence[str], after: Sequence[str]) -> list[tuple[int, int]]:
    """Which sheets belong together by their traces, as places in both. What stands twice on one side makes no pair."""
    sides = [[traces.split() for traces in side] for side in (before, after)]
    phrases = [{traces[0]: place for place, traces in enumerate(side) if len(traces) == 1} for side in sides]
    often = [Counter(traces[0] for traces in side if len(traces) == 1) for side in sides]
    found = [
        (place, phrases[1][trace]) for trace, place in phrases[0].items() if often[0][trace] == often[1][trace] == 1
    ]
    codes = [[(place, tuple(traces)) for place, traces in enumerate(side) if len(traces) > 1] for side in sides]
    matched = match_codes(*([traces for _place, traces in side] for side in codes))
    return sorted([*found, *((codes[0][one][0], codes[1][two][0]) for one, two in matched)])


def measures(before: Sequence[Question], after: Sequence[Question]) -> list[Measure]:
    """What both surveys ask everybody in the same words: the facets that are whole, and other sentences one by one."""
    same = set(unchanged(before, after)) - of_groups(before) - of_groups(after)
    ours = {question.code: item(question) for question in library.questions_of(library.INSTRUMENT, "before") or ()}
    known = {question.code for question in after if question.code in same and ours.get(question.code) == item(question)}
    facets = [Measure(facet.code, facet.items, facet) for facet in instrument.FACETS if known.issuperset(facet.items)]
    told = {code for each in facets for code in each.codes}
    single = [
        Measure(question.code, (question.code,), reverse=question.reverse)
        for question in after
        if question.kind == "agreement" and question.code in same and question.code not in told
    ]
    return [*facets, *single]


def altered(before: Sequence[Question], after: Sequence[Question]) -> list[str]:
    """The codes of questions that both ask in different words: their answers are told apart."""
    same = unchanged(before, after)
    codes = {question.code for question in before}
    return [question.code for question in after if question.code in codes and question.code not in same]


@dataclass(frozen=True)
class Side:
    """The sheets of one survey, and what of its groups is shown beside them (`feedback.breakdowns`)."""

    sheets: Sequence[Sheet]
    breakdowns: Mapping[str, Any] = field(default_factory=dict)

    def groups(self, measure: Measure) -> list[Group]:
        """The places of all sheets that are in a figure of these questions, and of each group whose figure is shown."""
        touched = [place for place, sheet in enumerate(self.sheets) if measure.touched(sheet)]
        shown = {
            (by, option)
            for by, parts in self.breakdowns.items()
            for code in measure.codes
            for option, cell in parts.get(code, {}).items()
            if cell["figure"] is not None
        }
        cells = [
            frozenset(place for place in touched if self.sheets[place].get(by) == option)
            for by, option in sorted(shown)
        ]
        return [frozenset(touched), *filter(None, cells)]


@dataclass(frozen=True)
class Scored:
    """Who is in the pairs of a measure, and who of each survey stands outside of them; as places."""

    pairs: Pairs
    before: Group
    after: Group

    def change(self, name: str) -> Sum:
        """What the change of the pairs is a sum of; `name` tells the survey afterwards from another one."""
        first: dict[Hashable, int] = {("before", one): -1 for one, _two in self.pairs}
        return {**first, **{(name, two): 1 for _one, two in self.pairs}}


def scored(measure: Measure, before: Sequence[Sheet], after: Sequence[Sheet], found: Pairs) -> Scored:
    """Those whose answers give a score, paired or not."""
    ones, twos = (
        frozenset(place for place, sheet in enumerate(side) if measure.score(sheet) is not None)
        for side in (before, after)
    )
    pairs = [(one, two) for one, two in found if one in ones and two in twos]
    return Scored(pairs, ones - {one for one, _two in pairs}, twos - {two for _one, two in pairs})


@dataclass(frozen=True)
class Earlier:
    """What another survey after the same one before has shown: both together give more away than each alone."""

    side: Side
    found: Pairs
    shown: Mapping[str, Measured]


def measured(measure: Measure, before: Side, after: Side, found: Pairs, *, earlier: Earlier | None = None) -> Measured:
    """The change in one measure, unless it or a group beside it would give fewer than five people away.

    The figures of both surveys and of their groups are shown anyway, and what an earlier change has shown.
    """
    here = scored(measure, before.sheets, after.sheets, found)
    if not figures_may(len(here.pairs)):
        return Measured(measure.code, "few")
    groups = {"before": before.groups(measure), "after": after.groups(measure)}
    known: list[Sum] = []
    if earlier is not None:
        known += _told_earlier(measure, before, earlier, groups)
    known += [_all_of(name, each) for name, several in groups.items() for each in several]
    if gives_away(known, [here.change("after")]):
        return Measured(measure.code, "derivable")
    told = change(
        *(
            [score for place in places if (score := measure.score(side.sheets[place])) is not None]
            for side, places in (
                (before, [one for one, _two in here.pairs]),
                (after, [two for _one, two in here.pairs]),
            )
        )
    )
    rest = {"before": here.before, "after": here.after}
    if (
        not all(figures_may(len(each)) for each in rest.values())
        or any(differ_by_few(rest[name], each) for name in rest for each in groups[name])
        or gives_away(known, [here.change("after"), *(_all_of(name, each) for name, each in rest.items())])
    ):
        return Measured(measure.code, "shown", told)
    values = [
        [score for place in sorted(places) if (score := measure.score(side.sheets[place])) is not None]
        for side, places in ((before, here.before), (after, here.after))
    ]
    shown = (mean(values[0]), mean(values[1]), gap(*values))
    return Measured(measure.code, "shown", told, *(each if isinstance(each, Mean) else None for each in shown))


def _told_earlier(measure: Measure, before: Side, earlier: Earlier, groups: dict[str, list[Group]]) -> list[Sum]:
    """What is known of the other survey; a group of the survey before that it showed joins `groups`."""
    known = [_all_of("earlier", each) for each in earlier.side.groups(measure)]
    told = earlier.shown.get(measure.code)
    if told is None or told.found is None:
        return known
    there = scored(measure, before.sheets, earlier.side.sheets, earlier.found)
    known.append(there.change("earlier"))
    if told.before is not None:
        groups["before"].append(there.before)
        known.append(_all_of("earlier", there.after))
    return known


def _all_of(name: str, places: Group) -> Sum:
    return {(name, place): 1 for place in places}


def as_json(found: Measured) -> dict[str, Any]:
    """One measure as it is kept."""
    return {
        "code": found.code,
        "state": found.state,
        "same": asdict(found.found) if isinstance(found.found, NotEnough) else None,
        "change": asdict(found.found) if isinstance(found.found, Change) else None,
        **{name: asdict(each) if each else None for name, each in (("before", found.before), ("after", found.after))},
        "apart": asdict(found.apart) if found.apart else None,
    }


def from_json(stored: Mapping[str, Any]) -> Measured:
    """One measure as `as_json` wrote it."""
    found: Change | NotEnough | None = NotEnough(**stored["same"]) if stored["same"] else None
    if stored["change"]:
        told = stored["change"]
        found = Change(Mean(**told["difference"]), Estimate(**told["effect"]))
    groups = (Mean(**stored[name]) if stored[name] else None for name in ("before", "after", "apart"))
    return Measured(stored["code"], stored["state"], found, *groups)
