"""Everything that leaves the house about closed surveys, attacked by somebody who collects it all.

What a figure is about is taken from its words on the page; who that is, and what they said, from the truth that the test
made up itself. Then every figure is held against it, and against each other: who is in one and not in another, and what
follows from all sums together, by exact fractions. A figure of everybody needs five, one of a group ten, a text ten who
were asked. A step of a distribution, "ohne Angabe" and the number of answers count and divide nobody further.
"""

import csv
import io
import random
import re
import subprocess
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from html import unescape
from itertools import combinations, permutations

import pytest
from sqlmodel import Session

from feedback import breakdowns, changes, operations, queries, results, sweeps
from feedback.models import Survey
from feedback.queries import Asked
from kit.db import Database, wide
from tests.conftest import LONG, NOW, World
from tests.feedback.house import ASKED, BY_CODE, CELLS, House, Sheets
from tests.web.scene import Scene

# (survey, place) of a sheet → how often its answer is added.
Sum = Mapping[tuple[str, int], int]
TEXTS = {question.text.de: question.code for question in ASKED}
OPTIONS = {option.text.de: option.code for question in ASKED for option in question.options}


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
        groups = re.findall(r"Ohne Paar: vorher \S+ \((\d+) Antwort\w*\), nachher \S+ \((\d+) Antwort", rest)
        for numbers in groups:
            told = [(int(number), name, people) for number, name, people in zip(
                numbers, (first, second), (alone_before, alone_after), strict=True)]  # fmt: skip
            for number, name, people in told:
                if number != len(people) or number < 5:
                    yield f"wrong: {number} without a pair, in truth {len(people)}"
                yield {(name, place): 1 for place in people}


def solved(sums: Iterable[Sum], most: int = 4) -> list[tuple[tuple[int, ...], ...]]:
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
    return [
        tuple(parts[place] for place in chosen)
        for many in range(1, most + 1)
        for chosen in combinations(small, many)
        if sum(sizes[parts[place]] for place in chosen) < 5 and rank([open_to[place] for place in chosen]) < many
    ]


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

    def pages(self, role: str = "reader") -> dict[str, str]:
        return {each.survey.id: self.get(path(each), role) for each in self.ours}

    def faults(self) -> list[str]:
        pages = self.pages()
        shown = {each for survey, page in pages.items() for each in figures_on(page, survey)}
        assert len(shown) > 30
        found = list(faults_of(shown, self.truth))
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
                        found.append(each)
                    else:
                        sums.append(each)
            found += [f"solved: {code} {group}" for group in solved(sums, 4 if LONG else 2)]
            found += self._groups(sums)
        return found

    def _groups(self, sums: list[Sum]) -> Iterator[str]:
        """The groups that stand by themselves, also those without a pair."""
        groups = [frozenset(each) for each in sums if set(each.values()) == {1}]
        for one, other in permutations(groups, 2):
            if {survey for survey, _place in one} == {survey for survey, _place in other} and 0 < len(one - other) < 5:
                yield f"differ: groups of {len(one)} and {len(other)}"


@pytest.fixture
def build(database: Database, world: World) -> Callable[[int], Attack]:
    scene = Scene(database, world)
    return lambda seed: Attack(House(scene, seed))


@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", range(40 if LONG else 2))
def test_no_figure_of_any_page_gives_anybody_away(build: Callable[[int], Attack], seed: int) -> None:
    assert build(seed).faults() == []


@pytest.mark.timeout(900)
def test_without_protection_the_attack_works(build: Callable[[int], Attack], monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the same attack on figures that are shown as they come finds people by each of its means."""
    monkeypatch.setattr(breakdowns, "verdicts", lambda _counts, filters, **_kinds: defaultdict(lambda: "shown"))
    monkeypatch.setattr(breakdowns, "CELLS_FROM", 3)
    monkeypatch.setattr(results, "CELLS_FROM", 3)
    monkeypatch.setattr(changes, "differ_by_few", lambda *_groups: False)
    monkeypatch.setattr(changes, "gives_away", lambda *_sums: False)
    kinds = {fault.partition(":")[0] for seed in range(3) for fault in build(seed).faults()}
    assert kinds >= {"few", "differ", "solved"}


def numbers(text: str) -> list[str]:
    """Every number of answers in its order."""
    return re.findall(r"(\d+) (?:Antwort|ohne Angabe)", text)


@pytest.mark.timeout(900)
def test_nobody_gets_more_by_another_way(build: Callable[[int], Attack], database: Database) -> None:
    """Other roles, other addresses, made-up filters, files, open data, the export; then late answers to all of it."""
    attack = build(11)
    before = attack.pages()
    assert all(page.count("Ergebnis") for page in before.values())
    texts = {survey: words(page) for survey, page in before.items()}

    # Whoever may write sees buttons more, and not one figure.
    for role in ("organiser", "owner"):
        for survey, page in attack.pages(role).items():
            assert list(figures_on(page, survey)) == list(figures_on(before[survey], survey))
            assert numbers(words(page)) == numbers(texts[survey])
    for role in ("nobody", "foreign", "helper", "desk"):
        for page in attack.pages(role).values():
            assert words(page) in ("303", "403", "404"), role

    # A filter that somebody makes up changes nothing.
    chance = random.Random(7)
    for address, query in made_up_addresses(attack, chance, 2000 if LONG else 24):
        survey = next(each.survey.id for each in attack.ours if path(each) == address)
        assert words(attack.get(f"{address}?{query}")) == texts[survey], query
    # A survey at another address than its own is not there.
    strangers = [each for each in attack.house.surveys if each.initiative.id != attack.scene.initiative.id]
    for each in strangers[: None if LONG else 4]:
        assert each.dialogue
        for wrong in (
            f"/arbeitsplatz/ems/dialoge/{each.dialogue.slug}/ergebnis",
            f"/arbeitsplatz/ems/dialoge/{attack.house.main.slug}/ergebnis/{each.survey.id}",
            f"/arbeitsplatz/ems/umfragen/{each.survey.id}/ergebnis",
            path(each),
            path(each, "/vergleich"),
        ):
            assert words(attack.get(wrong)) == "404"

    # No text of anybody is anywhere before somebody has taken names out of it.
    everything = "".join([*before.values(), *exported(database), *in_public(attack)])
    assert "Geheim" not in everything
    organiser = attack.get(path(attack.main["after"], "/texte"), "organiser")
    readable = set(re.findall(r"Geheim \w+ \d+(?: Rat)?", organiser))
    assert readable
    assert {text for text in readable if text.endswith("Rat")} == asked_of_ten(attack.main["after"])

    after = attack.main["after"]
    told = list(figures_on(before[after.survey.id], after.survey.id))
    everybody = {each.code: each.number for each in told if not (each.by or each.row)}
    # Open data and the public page: what stands on the result page of everybody, and no group.
    rows = list(csv.DictReader(io.StringIO(attack.get("/ergebnisse.csv", "nobody").lstrip("\ufeff")), delimiter=";"))
    shown = {(row["question"], row["row"], int(row["given"])) for row in rows}
    by_row = {(each.code, f"Wahl {each.row}", each.number) for each in told if each.row}
    scales = {(code, "", number) for code, number in everybody.items() if code not in ("rows", "order", "q_einfach")}
    ranked = {("order", f"Wahl {place}", everybody["order"]) for place in "abc" if "order" in everybody}
    assert shown == scales | by_row | ranked
    for step, number in counts_of(after, "q").items():
        (row,) = [each for each in rows if each["question"] == "q" and each["value"] == str(step)]
        assert int(row["count"]) == number
    public = attack.get(f"/dialoge/{attack.house.main.slug}/gehoert", "nobody")
    assert {(each.code, each.row, each.number) for each in figures_on(public, after.survey.id)} == {
        (each.code, each.row, each.number) for each in told if not each.by and each.code != "q_einfach"
    }
    # The file says what the page says.
    file = attack.scene.reader("reader").get(path(after, ".pdf")).content
    printed = subprocess.run(["pdftotext", "-layout", "-", "-"], input=file, capture_output=True, check=True)
    allowed = {each.number for each in told} | {len(after.answers)} | without_pair(before[after.survey.id])
    found = {int(number) for number in re.findall(r"(\d+) Antworten", printed.stdout.decode())}
    assert found <= allowed
    assert len(found) > 5

    # The report of the dialogue names no number of answers that no result names.
    report = attack.get(f"/arbeitsplatz/ems/dialoge/{attack.house.main.slug}/bericht")
    ours = {each for survey, page in before.items() for each in figures_on(page, survey) if not each.by}
    known = {each.number for each in ours} | {len(each.answers) for each in attack.ours}
    assert "Geheim" not in report
    assert {int(number) for number in re.findall(r"(\d+) Antwort", words(report))} <= known

    # Beside others: dialogues of few initiatives never, and two circles differ by five dialogues or by none.
    for each in attack.ours:
        page = attack.get(path(each, "/vergleich")) if each.dialogue else ""
        for row in re.findall(r'<section class="result">(.*?)</section>', page, re.DOTALL):
            lines = re.findall(r'<div class="beside"><p>([^<]*)</p>(.*?)</div></div>', row, re.DOTALL)
            dialogues = {label: int(n) for label, rest in lines for n in re.findall(r"(\d+) Dialoge?\b", rest)}
            own = dialogues.pop("Frühere Dialoge Ihrer Initiative", 3)
            assert own >= 3
            assert all(number >= 5 for number in dialogues.values())
            assert all(abs(one - other) in (0, *range(5, 99)) for one, other in combinations(dialogues.values(), 2))

    # Frozen: neither a late sheet nor a late guest changes anything.
    for each in attack.ours:
        with pytest.raises(operations.SurveyOver):
            attack.scene.world.within(each.survey, lambda session, each=each: late(session, each))
    sweeps.shuffle_all(database, NOW)
    sweeps.invite_due(database, NOW)
    assert {survey: words(page) for survey, page in attack.pages().items()} == texts


def made_up_addresses(attack: Attack, chance: random.Random, number: int) -> Iterator[tuple[str, str]]:
    names = (
        "land", "format", "firma", "works", "does", "rolle", "lives", "von", "bis", "gruppe", "filter", "frage", "survey",
        "umfrage", "audience", "moment", "dialog", "initiative", "seite", "by", "q", "where", "sprache", "neu",
    )  # fmt: skip
    values = ("werk", "rat", "NI", "F5", "1", "0", "after", "2027-03-01", "nah", "*", "alle", "' OR 1=1", "before")
    every = [*values, *(each.survey.id for each in attack.house.surveys)]
    for _once in range(number):
        address = path(chance.choice(attack.ours))
        chosen = chance.sample(names, chance.randint(1, 4))
        yield address, "&".join(f"{name}={chance.choice(every)}" for name in chosen)


def exported(database: Database) -> list[str]:
    """What the export says of surveys: figures of five and more, of everybody."""
    with database.read(wide("figures")) as session:
        lines = list(queries.exported(session))
    for line in lines:
        for code, figure in line.get("figures", {}).items():
            number = sum(figure["counts"]) if "counts" in figure else figure["number"]
            assert number >= (10 if code in CELLS else 5), line
    return [str(line) for line in lines]


def in_public(attack: Attack) -> Iterator[str]:
    slug = attack.house.main.slug
    for address in (
        "/ergebnisse.csv",
        "/ergebnisse.json",
        "/dialoge.json",
        f"/dialoge/{slug}",
        f"/dialoge/{slug}/gehoert",
    ):
        yield attack.get(address, "nobody")
    for each in attack.ours:
        yield attack.get(f"/arbeitsplatz/ems/umfragen/{each.survey.id}")
        yield attack.get(f"/arbeitsplatz/ems/umfragen/{each.survey.id}/leinwand")
        if each.survey.link_version:
            yield attack.get(f"/umfrage/{queries.link_token(each.survey)}/ergebnis", "nobody")


def asked_of_ten(sheets: Sheets) -> set[str]:
    """What the council wrote, if ten of it were asked."""
    if len(sheets.asked("secret")) < 10:
        return set()
    return {sheets.answers[place]["secret"] for place in sheets.asked("secret")}


def counts_of(sheets: Sheets, code: str) -> dict[int, int]:
    given = [sheets.answers[place][code] for place in sheets.given(code)]
    return {step: given.count(step) for step in range(1, 6)}


def without_pair(page: str) -> set[int]:
    found = re.findall(r"Ohne Paar: vorher \S+ \((\d+) Antwort\w*\), nachher \S+ \((\d+)", page)
    return {int(number) for pair in found for number in pair}


def late(session: Session, sheets: Sheets) -> None:
    survey = session.get_one(Survey, sheets.survey.id)
    asked = Asked(None, survey, None, sheets.initiative)
    operations.answer(session, asked=asked, answers={"q": 1}, device="late", now=NOW)
