"""The attacker: reads every figure of the result pages, and holds it against the truth and against all others.

What a figure is about is taken from its words on the page; who that is, and what they said, from the truth that the
house made up. Sums are solved by exact fractions.
"""

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from html import unescape
from itertools import combinations, permutations

from tests.conftest import LONG
from tests.feedback.house import ASKED, BY_CODE, CELLS, FIRST, House, Sheets

# (survey, place) of a sheet → how often its answer is added.
Sum = Mapping[tuple[str, int], int]
TEXTS = {question.text.de: question.code for question in ASKED}
OPTIONS = {option.text.de: option.code for question in ASKED for option in question.options}
PAIRS = r"Im Mittel [^.]*? \d+ Paare"
WITHOUT_PAIR = r"Ohne Paar: vorher \S+ \((\d+) Antwort\w*\), nachher \S+ \((\d+) Antwort"


@dataclass(frozen=True)
class Shown:
    """One figure with its number, and what it is about."""

    survey: str
    code: str
    number: int
    row: str = ""
    by: str = ""
    option: str = ""


def words(html: str) -> str:
    """What stands on a page, without its marks and without what differs at each look."""
    main = html[html.index("<main") :] if "<main" in html else html
    plain = re.sub(r"<script.*?</script>|<svg.*?</svg>|<[^>]+>", "\n", main, flags=re.DOTALL)
    return re.sub(r"\s*\n\s*", "\n", unescape(plain)).strip()


def path(sheets: Sheets, end: str = "") -> str:
    base = f"/arbeitsplatz/{sheets.initiative.slug}"
    if sheets.dialogue is None:
        return f"{base}/umfragen/{sheets.survey.id}/ergebnis{end}"
    survey = sheets.survey
    part = "" if (survey.moment, survey.audience) == ("after", "came") else f"/{survey.id}"
    return f"{base}/dialoge/{sheets.dialogue.slug}/ergebnis{part}{end}"


def figures_on(page: str, survey: str) -> Iterator[Shown]:
    """Every figure of a result page, by the words beside it."""
    for section in re.findall(r'<section class="result">(.*?)</section>', page, re.DOTALL):
        text, number = re.findall(r'heading-s">([^<]*?)(?: <small>(\d+) Antwort|<)', section)[0]
        code = TEXTS.get(unescape(text), "q_einfach" if text == "Einfach q?" else "")
        assert code, text
        if number:
            yield Shown(survey, code, int(number))
        for row, count in re.findall(r'"matrix-row"><p[^>]*>([^<]*) <small class="quiet">(\d+) Antwort', section):
            yield Shown(survey, code, int(count), row=OPTIONS[row])
    cells = len(re.findall(r"\(\d+ Antwort\w*\)", page)) - 2 * page.count("Ohne Paar: ")
    for by, parts in re.findall(r"Aufgeteilt nach: ([^<]*)</summary>(.*?)</details>", page, re.DOTALL):
        for text, groups in re.findall(r"<h3[^>]*>([^<]*)</h3>\s*<dl[^>]*>(.*?)</dl>", parts, re.DOTALL):
            for label, told in re.findall(r"<dt>([^<]*)</dt><dd>(.*?)</dd>", groups, re.DOTALL):
                for number in re.findall(r"\((\d+) Antwort\w*\)", told):
                    cells -= 1
                    yield Shown(survey, TEXTS[text], int(number), by=TEXTS[by], option=OPTIONS[label])
    assert cells == 0, "a figure of a group that this test does not know"


def who(shown: Shown, sheets: Sheets) -> frozenset[int]:
    return sheets.given(shown.code, row=shown.row, by=shown.by, option=shown.option)


def asked(shown: Shown, sheets: Sheets) -> frozenset[int]:
    """Of whom a figure says whether they gave an answer: all who were asked, or were not because of an earlier answer."""
    people = sheets.asked(FIRST.get(shown.code, shown.code))
    return people & sheets.given(shown.by, by=shown.by, option=shown.option) if shown.by else people


def faults_of(shown: Iterable[Shown], truth: Mapping[str, Sheets]) -> Iterator[str]:
    """Figures about too few, wrong ones, and pairs of them that differ by one to four people."""
    alike: dict[Hashable, list[tuple[Shown, frozenset[int]]]] = defaultdict(list)
    for each in shown:
        people = who(each, truth[each.survey])
        least = 10 if each.by or each.code in CELLS else 5
        if len(people) != each.number:
            yield f"wrong: {each} is about {len(people)}"
        if len(people) < least:
            yield f"few: {each}"
        if each.code in CELLS and each.by == "does":
            yield f"company and role: {each}"
        alike[each.survey, each.code, each.row].append((each, people))
        if not each.row:
            first = FIRST.get(each.code, each.code)
            alike[each.survey, first, "asked"].append((each, asked(each, truth[each.survey])))
    for found in alike.values():
        for (one, first), (other, second) in permutations(found, 2):
            if 0 < len(first - second) < 5:
                yield f"differ: {one} and {other} by {len(first - second)}"
            if {one.by, other.by} == {"works", "does"} and first == second:
                yield f"company and role: {one} and {other}"


def paired(before: Sheets, after: Sheets, code: str) -> tuple[list[tuple[int, int]], frozenset[int], frozenset[int]]:
    """Who answered this both times and kept their words, and who stands outside on each side."""
    places = {word: place for place, word in enumerate(after.words) if word}
    one, two = before.given(code), after.given(code)
    pairs = [
        (place, places[word]) for place, word in enumerate(before.words)
        if word and word in places and place in one and places[word] in two
    ]  # fmt: skip
    return pairs, one - {first for first, _second in pairs}, two - {second for _first, second in pairs}


def sums_of_changes(page: str, code: str, before: Sheets, after: Sheets) -> Iterator[Sum | str]:
    """What a change on a page is a sum of, and the groups beside it; a sentence where their numbers are wrong."""
    rows = re.findall(
        r'<div class="change"><h3 class="heading-s">([^<]*?)(?: <span class="way|<)(.*?)</div>', page, re.DOTALL
    )
    for text, rest in rows:
        if text != BY_CODE[code].text.de or ("Mittel" not in rest and "mean-range" not in rest):
            continue
        pairs, alone_before, alone_after = paired(before, after, code)
        if len(pairs) < 5:
            yield f"few: a change of {len(pairs)} pairs"
        first, second = before.survey.id, after.survey.id
        yield {(first, one): -1 for one, _two in pairs} | {(second, two): 1 for _one, two in pairs}
        groups = re.findall(WITHOUT_PAIR, rest)
        for numbers in groups:
            told = [(int(number), name, people) for number, name, people in zip(
                numbers, (first, second), (alone_before, alone_after), strict=True)]  # fmt: skip
            for number, name, people in told:
                if number != len(people) or number < 5:
                    yield f"wrong: {number} without a pair, in truth {len(people)}"
                yield {(name, place): 1 for place in people}


def solved(sums: Iterable[Sum], most: int = 4) -> Iterator[tuple[tuple[int, ...], ...]]:
    """Groups of one to four sheets of which something follows from these sums, by exact fractions.

    Sheets that count alike in every sum are one part. A group can be computed when some vector that is zero elsewhere
    is a sum of the sums: when what all sums leave open does not keep the parts of the group apart.
    """
    rows_of = list(sums)
    sizes: dict[tuple[int, ...], int] = defaultdict(int)
    for sheet in {sheet for each in rows_of for sheet in each}:
        sizes[tuple(each.get(sheet, 0) for each in rows_of)] += 1
    parts = sorted(sizes)
    rows: dict[int, list[Fraction]] = {}
    for number in range(len(rows_of)):
        row = [Fraction(part[number]) for part in parts]
        for lead, other in rows.items():
            if row[lead]:
                row = [value - row[lead] * minus for value, minus in zip(row, other, strict=True)]
        lead = next((place for place, value in enumerate(row) if value), -1)
        if lead < 0:
            continue
        row = [value / row[lead] for value in row]
        for place, other in rows.items():
            rows[place] = [value - other[lead] * minus for value, minus in zip(other, row, strict=True)]
        rows[lead] = row
    free = [place for place in range(len(parts)) if place not in rows]
    open_to = [
        [-rows[place][other] if place in rows else Fraction(place == other) for other in free]
        for place in range(len(parts))
    ]
    small = [place for place, part in enumerate(parts) if sizes[part] < 5]
    for many in range(1, most + 1):
        for chosen in combinations(small, many):
            if sum(sizes[parts[place]] for place in chosen) < 5 and rank([open_to[place] for place in chosen]) < many:
                yield tuple(parts[place] for place in chosen)


def rank(vectors: list[list[Fraction]]) -> int:
    found: list[list[Fraction]] = []
    for vector in vectors:
        row = list(vector)
        for other in found:
            lead = next(place for place, value in enumerate(other) if value)
            row = [value - row[lead] / other[lead] * minus for value, minus in zip(row, other, strict=True)]
        if any(row):
            found.append(row)
    return len(found)


class Attack:
    """Somebody with an account of a role in the attacked initiative, and one who sees all pages at once."""

    def __init__(self, house: House) -> None:
        self.house, self.scene = house, house.scene
        self.truth = {each.survey.id: each for each in house.surveys}
        self.ours = [each for each in house.surveys if each.initiative.id == self.scene.initiative.id]
        self.main = {
            each.survey.moment: each
            for each in self.ours
            if each.dialogue and each.dialogue.id == house.main.id and each.survey.audience in ("confirmed", "came")
        }

    def get(self, address: str, role: str = "reader") -> str:
        answer = self.scene.reader(role).get(address)
        return answer.text if answer.status_code == 200 else f"<main>{answer.status_code}"

    def pages(self, role: str = "reader", *, of: Iterable[Sheets] | None = None) -> dict[str, str]:
        return {each.survey.id: self.get(path(each), role) for each in of or self.ours}

    def faults(self) -> Iterator[str]:
        pages = self.pages()
        shown = {each for survey, page in pages.items() for each in figures_on(page, survey)}
        assert len(shown) > 30
        yield from faults_of(shown, self.truth)
        most = 4 if LONG else 2
        for code in ("q", "why"):
            sums: list[Sum] = [
                {(each.survey, place): 1 for place in who(each, self.truth[each.survey])}
                for each in shown
                if each.code == code and self.truth[each.survey] in self.main.values()
            ]
            for moment in ("after", "later"):
                told = sums_of_changes(pages[self.main[moment].survey.id], code, self.main["before"], self.main[moment])
                for each in told:
                    if isinstance(each, str):
                        yield each
                    else:
                        sums.append(each)
            yield from self._groups(sums)
            yield from (f"solved: {code} {group}" for group in solved(sums, most))
        for sheets in self.main.values():
            groups = {
                asked(each, sheets)
                for each in shown
                if each.survey == sheets.survey.id and not each.row and FIRST.get(each.code, each.code) == "said"
            }
            among = [{(sheets.survey.id, place): 1 for place in group} for group in groups]
            yield from (f"solved: asked {group}" for group in solved(among, most))

    def _groups(self, sums: list[Sum]) -> Iterator[str]:
        """The groups that stand by themselves, also those without a pair."""
        groups = [frozenset(each) for each in sums if set(each.values()) == {1}]
        for one, other in permutations(groups, 2):
            if {survey for survey, _place in one} == {survey for survey, _place in other} and 0 < len(one - other) < 5:
                yield f"differ: groups of {len(one)} and {len(other)}"
