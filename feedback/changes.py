"""What pairs of sheets say about before and after, and what of it may be shown beside the figures of both surveys."""

from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass
from typing import Any, Literal

from feedback import instrument, library
from feedback.instrument import Facet
from feedback.pairing import match_codes
from feedback.questions import Question, item, unchanged
from feedback.results import Sheet
from feedback.statistics import Change, Estimate, Mean, NotEnough, change, gap, mean
from feedback.suppression import FIGURES_FROM, figures_may

State = Literal["shown", "few", "derivable"]
Pairs = Sequence[tuple[int, int]]


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
    """One measure as it is shown. `before` and `after` are the unpaired groups, `apart` the gap between them."""

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
    """What both surveys ask in the same words: the facets that are whole, and other sentences one by one."""
    same = set(unchanged(before, after))
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


def measured(
    measure: Measure, before: Sequence[Sheet], after: Sequence[Sheet], found: Pairs, *, earlier: "Earlier | None" = None
) -> Measured:
    """The change in one measure, unless it or a group beside it would give fewer than five people away."""
    scored = [
        (one, two, first, second)
        for one, two in found
        if (first := measure.score(before[one])) is not None and (second := measure.score(after[two])) is not None
    ]
    if not figures_may(len(scored)):
        return Measured(measure.code, "few")
    ones, twos = {one for one, *_rest in scored}, {two for _one, two, *_rest in scored}
    rest = [
        [sheet for place, sheet in enumerate(side) if place not in paired and measure.touched(sheet)]
        for side, paired in ((before, ones), (after, twos))
    ]
    if isolates(len(rest[0]), len(rest[1])) or (
        earlier is not None and earlier.gives_away(measure, ones, len(rest[1]))
    ):
        return Measured(measure.code, "derivable")
    told = change([first for *_places, first, _second in scored], [second for *_rest, second in scored])
    groups = [[score for sheet in side if (score := measure.score(sheet)) is not None] for side in rest]
    partly = sum(map(len, rest)) - sum(map(len, groups))
    if not all(figures_may(len(group)) for group in groups) or 0 < partly < FIGURES_FROM:
        return Measured(measure.code, "shown", told)
    means = [mean(group) for group in groups]
    apart = gap(*groups)
    return Measured(
        measure.code, "shown", told, *(each if isinstance(each, Mean) else None for each in (*means, apart))
    )


def isolates(before: int, after: int) -> bool:
    """Whether so few people stand outside of the pairs that their answers could be computed.

    The figures of both surveys are shown, and the change of the pairs. What is left of them is the difference between
    those who answered afterwards alone and those who answered before alone: it must be about nobody, or about five.
    """
    return 0 < before + after < FIGURES_FROM


@dataclass(frozen=True)
class Earlier:
    """The pairs of an earlier survey with the same one before: both changes together give more away than each alone."""

    before: Sequence[Sheet]
    after: Sequence[Sheet]
    found: Pairs

    def gives_away(self, measure: Measure, ones: AbstractSet[int], alone: int) -> bool:
        """`ones`: places of the sheets before that are paired now; `alone`: sheets that are not paired now."""
        paired = [
            (one, two)
            for one, two in self.found
            if measure.score(self.before[one]) is not None and measure.score(self.after[two]) is not None
        ]
        others = {two for _one, two in paired}
        unpaired = sum(place not in others and measure.touched(sheet) for place, sheet in enumerate(self.after))
        return figures_may(len(paired)) and isolates(len({one for one, _two in paired} ^ ones), unpaired + alone)


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
