"""Everything that leaves the house about closed surveys, attacked by somebody who collects it all.

What a figure is about is taken from its words on the page; who that is, and what they said, from the truth that the test
made up itself. Then every figure is held against it, and against each other: who is in one and not in another, and what
follows from all sums together, by exact fractions. A figure of everybody needs five, one of a group ten, a text ten who
were asked. A step of a distribution counts and divides nobody further; that somebody answered, or was asked at all, is a
figure of all who were asked.
"""

import csv
import io
import random
import re
import subprocess
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from html import unescape
from itertools import combinations, product

import pytest
from sqlmodel import Session

from feedback import breakdowns, changes, operations, queries, results, sweeps
from feedback.models import Survey
from feedback.pages import survey_name
from feedback.queries import Asked
from kit.db import Database, wide
from tests.conftest import LONG, NOW, World
from tests.feedback.attack import OPTIONS, PAIRS, TEXTS, WITHOUT_PAIR, Attack, Shown, figures_on, path, words
from tests.feedback.house import CELLS, House, Sheets
from tests.web.scene import Scene


@pytest.fixture
def build(database: Database, world: World) -> Callable[[int], Attack]:
    scene = Scene(database, world)
    return lambda seed: Attack(House(scene, seed))


@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", range(40) if LONG else [1])
def test_no_figure_of_any_page_gives_anybody_away(build: Callable[[int], Attack], seed: int) -> None:
    assert list(build(seed).faults()) == []


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_without_protection_the_attack_works(build: Callable[[int], Attack], monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the same attack on figures that are shown as they come finds people by each of its means."""
    monkeypatch.setattr(breakdowns, "verdicts", lambda _counts, filters, **_kinds: defaultdict(lambda: "shown"))
    monkeypatch.setattr(breakdowns, "CELLS_FROM", 3)
    monkeypatch.setattr(results, "CELLS_FROM", 3)
    monkeypatch.setattr(changes, "differ_by_few", lambda *_groups: False)
    monkeypatch.setattr(changes, "gives_away", lambda *_sums: False)
    missing = {"few", "differ", "solved"}
    for seed in range(3):
        for fault in build(seed).faults():
            missing.discard(fault.partition(":")[0])
            if not missing:
                return
    assert missing == set()


def numbers(text: str) -> list[str]:
    """Every number of answers in its order."""
    return re.findall(r"(\d+) (?:Antwort|ohne Angabe)", text)


@pytest.mark.timeout(900)
def test_nobody_gets_more_by_another_way(build: Callable[[int], Attack], database: Database) -> None:
    """Other roles, other addresses, made-up filters, what is made of results, open data, the export; then late answers."""
    attack = build(11)
    before = attack.pages()
    assert all(page.count("Ergebnis") for page in before.values())
    other_roles(attack, before)
    other_addresses(attack)
    only_readable_texts(attack, [*before.values(), *exported(database), *in_public(attack)])
    told_in_public(attack, before[attack.main["after"].survey.id])
    made_of_results(attack, before)
    beside_others(attack)
    # Frozen: neither a late sheet nor a late guest changes anything.
    for each in attack.ours:
        with pytest.raises(operations.SurveyOver):
            attack.scene.world.within(each.survey, lambda session, each=each: late(session, each))
    sweeps.shuffle_all(database, NOW)
    sweeps.invite_due(database, NOW)
    texts = {survey: words(page) for survey, page in before.items()}
    assert {survey: words(page) for survey, page in attack.pages().items()} == texts


def other_roles(attack: Attack, before: dict[str, str]) -> None:
    """Whoever may write sees buttons more, whoever observes fewer, and all the same figures; others see nothing."""
    looked_at = attack.ours if LONG else list(attack.main.values())
    for role in ("observer", "organiser", "owner"):
        for survey, page in attack.pages(role, of=looked_at).items():
            assert list(figures_on(page, survey)) == list(figures_on(before[survey], survey))
            seen, read = Counter(numbers(words(page))), Counter(numbers(words(before[survey])))
            # Of texts an observer does not even learn how many answers they lack.
            assert not seen - read
            assert role == "observer" or seen == read
    for role in ("nobody", "foreign", "helper", "desk"):
        closed = attack.pages(role, of=looked_at)
        closed |= {address: attack.get(address, role) for address in derived(attack) if "arbeitsplatz" in address}
        for page in closed.values():
            assert words(page) in ("303", "403", "404"), role


def other_addresses(attack: Attack) -> None:
    """A filter that somebody makes up changes nothing, and a survey at another address than its own is not there."""
    chance = random.Random(7)
    roles = dict.fromkeys(map(path, attack.ours), "reader") | derived(attack)
    plain: dict[str, str] = {}
    for address, query in made_up_addresses(attack, chance, [*roles], 2000 if LONG else 12):
        role = roles[address]
        plain[address] = plain.get(address) or words(attack.get(address, role))
        assert plain[address] not in ("403", "404"), address
        assert words(attack.get(f"{address}?{query}", role)) == plain[address], query
    strangers = [each for each in attack.house.surveys if each.initiative.id != attack.scene.initiative.id]
    for each in strangers[: None if LONG else 1]:
        assert each.dialogue
        for wrong in (
            f"/arbeitsplatz/ems/dialoge/{each.dialogue.slug}/ergebnis",
            f"/arbeitsplatz/ems/dialoge/{each.dialogue.slug}/bericht",
            f"/arbeitsplatz/ems/dialoge/{attack.house.main.slug}/ergebnis/{each.survey.id}",
            f"/arbeitsplatz/ems/umfragen/{each.survey.id}/ergebnis",
            path(each),
            path(each, "/vergleich"),
        ):
            assert words(attack.get(wrong)) == "404"


def only_readable_texts(attack: Attack, pages: list[str]) -> None:
    """No text of anybody is anywhere before somebody has taken names out of it."""
    assert "Geheim" not in "".join(pages)
    organiser = attack.get(path(attack.main["after"], "/texte"), "organiser")
    readable = set(re.findall(r"Geheim \w+ \d+(?: Rat)?", organiser))
    assert readable
    assert {text for text in readable if text.endswith("Rat")} == asked_of_ten(attack.main["after"])


def told_in_public(attack: Attack, page: str) -> None:
    """Open data and what was heard: what stands on the result page of everybody, and no group."""
    after = attack.main["after"]
    told = list(figures_on(page, after.survey.id))
    everybody = {each.code: each.number for each in told if not (each.by or each.row)}
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
    assert set(numbers(words(public))) <= {*numbers(words(page)), str(len(after.answers))}
    # What the team may choose for that page is what it shows with all of them chosen.
    written = attack.get(f"{workplace(attack)}/ergebnis/bericht", "organiser")
    assert set(re.findall(r'name="zahlen" value="(\w+)"', written)) == everybody.keys() - {"q_einfach"}


def made_of_results(attack: Attack, before: dict[str, str]) -> None:
    """The report and the insight name no number of answers and no change that no result names, and no group."""
    results = " ".join(map(words, before.values()))
    ours = {each for survey, page in before.items() for each in figures_on(page, survey) if not each.by}
    known = {each.number for each in ours} | {len(each.answers) for each in attack.ours}
    report = attack.get(f"{workplace(attack)}/bericht")
    insight = attack.get(f"{workplace(attack)}/erkenntnis", "organiser")
    for text in (words(report), words(insight)):
        assert re.search(r"\d+ Antwort", text)
        assert "Geheim" not in text
        assert "Aufgeteilt" not in text
        assert "Wahl " not in text
        assert {int(number) for number in re.findall(r"(\d+) Antwort", text)} <= known
        assert set(re.findall(PAIRS, text)) <= set(re.findall(PAIRS, results))
    pairs = re.findall(r"(\d+) Menschen haben vorher und nachher", results)
    assert set(re.findall(r"(\d+) Paare aus", insight)) <= set(pairs)
    assert re.findall(PAIRS, words(insight))
    # The file is the draft of the page, and nothing else.
    draft = unescape(re.findall(r'<textarea[^>]*name="text"[^>]*>(.*?)</textarea>', insight, re.DOTALL)[0]).strip()
    organiser = attack.scene.reader("organiser")
    assert organiser.post(f"{workplace(attack)}/erkenntnis", data={"minutes": "", "text": draft}).status_code == 303
    assert organiser.get(f"{workplace(attack)}/erkenntnis.md").text.split() == draft.split()
    for address, role in product(("erkenntnis", "erkenntnis.md", "ergebnis/texte"), ("reader", "observer")):
        assert words(attack.get(f"{workplace(attack)}/{address}", role)) == "403"


def beside_others(attack: Attack) -> None:
    """Dialogues of few initiatives never, and two circles differ by five dialogues or by none; the table says the same."""
    looked_at = [each for each in attack.ours if each.dialogue]
    tables = 0
    for each in looked_at if LONG else [attack.main["after"], looked_at[0]]:
        page = attack.get(path(each, "/vergleich"))
        pictures = {}
        for text, row in re.findall(r'<section class="result"><h2[^>]*>(.*?)</h2>(.*?)</section>', page, re.DOTALL):
            lines = re.findall(r'<div class="beside"><p>([^<]*)</p>(.*?)</div></div>', row, re.DOTALL)
            pictures[text] = {label: words(rest).splitlines()[0] for label, rest in lines}
            dialogues = {label: int(n) for label, rest in lines for n in re.findall(r"(\d+) Dialoge?\b", rest)}
            own = dialogues.pop("Frühere Dialoge Ihrer Initiative", 3)
            assert own >= 3
            assert all(number >= 5 for number in dialogues.values())
            assert all(abs(one - other) in (0, *range(5, 99)) for one, other in combinations(dialogues.values(), 2))
        assert table_of(page) == pictures
        tables += len(pictures)
    assert tables


def table_of(page: str) -> dict[str, dict[str, str]]:
    """What the tables of a comparison say, in the words of its pictures."""
    found: dict[str, dict[str, str]] = {}
    for caption, rows in re.findall(r"<caption>(.*?)</caption>.*?<tbody>(.*?)</tbody>", page, re.DOTALL):
        found[caption] = {}
        for row in re.findall(r"<tr>(.*?)</tr>", rows):
            label, mean, ends, base = (unescape(each) for each in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row))
            found[caption][label] = f"{mean}, Bereich {ends}, {base}" if mean != "\N{EN DASH}" else base
    return found


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_files_say_what_the_pages_say(build: Callable[[int], Attack]) -> None:
    """The PDF of a result, and that of the report with its appendix: every number and every change of the pages, no more."""
    attack = build(11)
    pages = attack.pages()
    reader = attack.scene.reader("reader")
    for each in attack.main.values():
        page = pages[each.survey.id]
        told = {shown.number for shown in figures_on(page, each.survey.id)}
        allowed = (
            told | {len(each.answers)} | {int(number) for pair in re.findall(WITHOUT_PAIR, page) for number in pair}
        )
        text = printed(reader.get(path(each, ".pdf")).content)
        found = {int(number) for number in re.findall(r"(\d+) Antworten", text)}
        assert found <= allowed
        assert len(found) > 5
        assert changes_in(text) == changes_in(words(page))
    report = printed(reader.get(f"{workplace(attack)}/bericht.pdf").content)
    assert "Geheim" not in report
    surveys = {
        survey_name(each.survey): each
        for each in attack.ours
        if each.dialogue and each.dialogue.id == attack.house.main.id
    }
    sheet, *parts = re.split(r"^ *Umfrage: (.+)$", report, flags=re.MULTILINE)
    appendix = {name: part.partition("\nIm Vergleich\n")[0] for name, part in zip(parts[::2], parts[1::2], strict=True)}
    assert appendix.keys() == surveys.keys()
    for name, text in appendix.items():
        survey = surveys[name].survey.id
        on_page = {each for each in figures_on(pages[survey], survey) if each.code != "order"}
        assert set(figures_in(text, survey)) == {each for each in on_page if each.code != "rows" or each.row}
        assert changes_in(text) == changes_in(words(pages[survey]))
    assert len({each for name, text in appendix.items() for each in figures_in(text, name) if each.by}) > 5
    on_pages = {number for page in pages.values() for number in numbers(words(page))}
    assert set(numbers(sheet)) <= on_pages | {str(len(each.answers)) for each in attack.ours}
    compared = words(attack.get(path(attack.main["after"], "/vergleich")))
    beside = parts[-1].partition("\nIm Vergleich\n")[2]
    assert set(re.findall(r"(\d+) Dialoge?\b", beside)) == set(re.findall(r"(\d+) Dialoge?\b", compared)) - {"0"}


def printed(file: bytes) -> str:
    """The words of a PDF in their lines, without the numbers of its pages."""
    text = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=file, capture_output=True, check=True
    ).stdout.decode()
    return re.sub(r"\n *\d+ / \d+\n\f?", "\n", text)


def changes_in(text: str) -> tuple[list[str], list[tuple[str, str]]]:
    """Every change, and the numbers of those without a pair."""
    flat = " ".join(text.split())
    return sorted(set(re.findall(PAIRS, flat))), sorted(set(re.findall(WITHOUT_PAIR, flat)))


def figures_in(text: str, survey: str) -> Iterator[Shown]:
    """Every figure in the tables and groups of one survey in a PDF."""
    by = code = ""
    for line in text.splitlines():
        flat = " ".join(line.split())
        if flat.startswith("Aufgeteilt nach: "):
            by = TEXTS[flat.removeprefix("Aufgeteilt nach: ")]
        elif by and flat in TEXTS:
            code = TEXTS[flat]
        elif by and (group := re.fullmatch(r"\S (Wahl \w+): .*\((\d+) Antwort\w*\)", flat)):
            yield Shown(survey, code, int(group[2]), by=by, option=OPTIONS[group[1]])
        elif scale := re.match(r"(Frage \w+\?|Wahl \w+|Einfach q\?) ((?:\d+ )+)\d+,\d ", flat):
            number = sum(map(int, scale[2].split()[:-1]))
            if scale[1].startswith("Wahl"):
                yield Shown(survey, "rows", number, row=OPTIONS[scale[1]])
            else:
                yield Shown(survey, TEXTS.get(scale[1], "q_einfach"), number)
        elif choice := re.match(r"(Frage \w+\?) Wahl \w+ \d+ (\d+) \d+ bis", flat):
            yield Shown(survey, TEXTS[choice[1]], int(choice[2]))


def workplace(attack: Attack) -> str:
    return f"/arbeitsplatz/ems/dialoge/{attack.house.main.slug}"


def derived(attack: Attack) -> dict[str, str]:
    """Pages that are made of results, each with a role that may open it."""
    base = workplace(attack)
    return {
        f"{base}/bericht": "reader",
        f"{base}/erkenntnis": "organiser",
        f"{base}/ergebnis/vergleich": "reader",
        f"/dialoge/{attack.house.main.slug}/gehoert": "nobody",
    }


def made_up_addresses(
    attack: Attack, chance: random.Random, addresses: list[str], number: int
) -> Iterator[tuple[str, str]]:
    names = (
        "land", "format", "firma", "works", "does", "rolle", "lives", "von", "bis", "gruppe", "filter", "frage", "survey",
        "umfrage", "audience", "moment", "dialog", "initiative", "seite", "by", "q", "where", "sprache", "neu",
    )  # fmt: skip
    values = ("werk", "rat", "NI", "F5", "1", "0", "after", "2027-03-01", "nah", "*", "alle", "' OR 1=1", "before")
    every = [*values, *(each.survey.id for each in attack.house.surveys)]
    for _once in range(number):
        chosen = chance.sample(names, chance.randint(1, 4))
        yield chance.choice(addresses), "&".join(f"{name}={chance.choice(every)}" for name in chosen)


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


def late(session: Session, sheets: Sheets) -> None:
    survey = session.get_one(Survey, sheets.survey.id)
    asked = Asked(None, survey, None, sheets.initiative)
    operations.answer(session, asked=asked, answers={"q": 1}, device="late", now=NOW)
