"""The report of a dialogue: only what results show, in a constant number of statements, and one sheet whatever is in it."""

import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from sqlalchemy import event
from starlette.testclient import TestClient

from events.models import Dialogue, HeardReport
from feedback import findings, report, sweeps
from feedback.change_pages import ChangeRow
from feedback.comparison_pages import Compared
from feedback.comparison_pages import Line as Beside
from feedback.report_pages import FACETS_SHOWN, TEXT_SHOWN, Indicator, Line, Report, Words
from kit import clock
from kit.db import Database
from kit.pdf import render
from kit.pdf.pages import stylesheet
from tests.feedback.test_pages import NOW
from tests.feedback.test_result_pages import fill as fill
from tests.pdf.reading import texts

SHEET = "/arbeitsplatz/rheinpark/dialoge/was-passiert/bericht"
Fill = Callable[..., str]


def agreed(step: int) -> dict[str, int]:
    return dict.fromkeys(("N1", "N2", "U1", "S1", "T1", "A1", "E1", "E2", "K1", "P1"), step)


def asked(database: Database, look: Callable[[], Any]) -> int:
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        found.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    assert look().status_code == 200
    event.remove(database.engine, "before_cursor_execute", note)
    return len(found)


def test_a_report_tells_change_and_reception_and_asks_as_much_for_many_surveys(
    client: TestClient, fill: Fill, database: Database, come: Callable[..., Any]
) -> None:
    come(7)
    fill([{"stars": 4, "heard": 3}] * 6)
    few = asked(database, lambda: client.get(SHEET))
    steps = [2, 2, 3, 3, 2, 3]
    fill(
        [agreed(step) for step in steps], moment="before", audience="confirmed", questionnaire="instrument", traces="w"
    )
    moved = [agreed(step) | {"T1": step + 2 - place % 2, "W1": 9} for place, step in enumerate(steps)]
    fill(moved, subject="attitudes", questionnaire="instrument", traces="w")
    fill([{"stars": 1}] * 4, moment="after", audience="waiting")
    assert asked(database, lambda: client.get(SHEET)) == few
    page = client.get(SHEET).text
    assert re.findall(r'sheet-finding">(.*?)<', page) == ["Höher: Offenheit der Betriebe."]
    assert re.findall(r'chain-number">(.*?)<', page) == ["offen", "7", "7", "6"]
    assert page.count("Zufriedenheit (1 bis 5 Sterne)") == 1
    assert page.count("Empfehlung (NPS): +100") == 1
    assert page.count("Wer keinen Platz bekam, wurde auch gefragt.") == 1
    assert page.count("Auch kritische Punkte kamen zur Sprache.") == page.count("Im Vergleich:") + 1 == 1
    answer = client.get(f"{SHEET}.pdf")
    sheets = [re.sub(r"\s+", " ", each) for each in texts(answer.content)]
    assert [number for number, each in enumerate(sheets) if "Anhang: alle Zahlen" in each] == [1]
    assert sheets[0].count("Offenheit der Betriebe") == 2
    assert " ".join(sheets).count("Genauigkeit und Grenzen") == 1


@pytest.mark.parametrize(
    ("over", "words"), [(False, "Bisher 4 Antworten"), (True, "Zu wenige Antworten für ein Ergebnis")]
)
def test_a_report_keeps_silent_below_the_threshold(
    client: TestClient, paths: list[str], database: Database, over: bool, words: str
) -> None:
    for path in paths[:4]:
        client.post(path, data={"stars": "5", "heard": "5"})
    if over:
        sweeps.close_due(database, NOW + timedelta(days=14))
    page = client.get(SHEET).text
    assert (page.count(words), page.count("5,0"), page.count("läuft noch")) == (1, 0, 0 if over else 1)
    assert page.count("Nicht gezeigt, weniger als fünf Antworten auf diese Frage") == (3 if over else 0)


def test_there_is_no_report_before_the_end(client: TestClient, dialogue: Dialogue) -> None:
    clock.fix(NOW - timedelta(hours=4))
    assert client.get(SHEET).text.count("Hier steht nach dem Dialog der Bericht") == 1
    assert client.get(f"{SHEET}.pdf").status_code == 404


@pytest.mark.usefixtures("made")
def test_whatever_is_in_it_the_report_is_one_sheet() -> None:
    row = ChangeRow(
        "Nachteile werden wirklich genug beachtet", "Nachteile: unklar.", "unklar", "unclear", "50.00%", "30.00%", "40.00%",
        short="\N{MINUS SIGN}0,2 (\N{MINUS SIGN}1,1 bis +0,8)",
    )  # fmt: skip
    long = ("Wir haben lange darüber gesprochen, warum das so ist. " * 20)[:TEXT_SHOWN]
    line = Line("Auch kritische Punkte kamen zur Sprache, und zwar von allen Seiten des Saals.", hidden=long[:60])
    sheet = Report(
        title="Wem gehört das Ufer, und wer darf wann wohin? " * 3,
        initiative="Nachbarschaftsbüro (fiktiv)",
        facts=(("Wann", "24. April 2027, 18:00 bis 20:00 Uhr"), ("Wo", "Bürgerhaus am Markt, Leverkusen"), ("Format", "Nachbarschaftsdialog")),
        finding="Höher: Nutzen für das Land, Nutzen vor Ort, Umgang mit der Umwelt. Niedriger: Offenheit der Betriebe.",
        second="Im Mittel 4,0 von 5 Sternen bei 13 Antworten",
        indicators=tuple(Indicator("Output", "10.000", "angemeldet", "10.000 mit Platz") for _one in range(4)),
        surveys=tuple((f"Wochen später {number}", "100 von 200") for number in range(6)),
        changes=(row,) * FACETS_SHOWN,
        ticks=(("5.00%", "\N{MINUS SIGN}1"), ("50.00%", "0"), ("95.00%", "+1")),
        no_change="",
        more=3,
        received=(line,) * 4,
        later=("Ich habe mit anderen über den Dialog gesprochen. ja: 62 % (Bereich 40 bis 80 %).",) * 3,
        beside=f"{long[:200]}.",
        heard=Words(long, cut=True),
        follows=Words(long, cut=True),
        limits=(*findings.limits(others_asked=True)[:2], "12 eingeladene Personen haben nicht geantwortet."),
    )  # fmt: skip
    beside = Compared(
        "Wie war es?",
        (),
        (Beside("Dieser Dialog", cells=("3,9", "3,1 bis 4,5", "9 Antworten")), Beside("NRW", hidden="Nicht gezeigt")),
    )
    heard = HeardReport(
        initiative_id="i", dialogue_id="d", text="Zeile\n" * 30, follows="Folge", figures=[], changed_at=NOW
    )
    content = report.dialogue_report_pdf(sheet, (), (), (beside,), heard)
    with pikepdf.open(BytesIO(content)) as document:
        assert (bool(document.Root.MarkInfo.Marked), str(document.Root.Lang)) == (True, "de")
        with document.open_metadata() as said:
            assert (said["dc:title"].count("Wem gehört das Ufer"), said["pdfuaid:part"]) == (3, "1")
    pages = [re.sub(r"\s+", " ", each) for each in texts(content)]
    assert [number for number, each in enumerate(pages) if "Anhang: alle Zahlen" in each] == [1]
    assert [pages[0].count(words) for words in ("Was die Zahlen nicht zeigen", "12 eingeladene Personen")] == [1, 1]
    assert " ".join(pages).count("NRW – – Nicht gezeigt") == 1


@pytest.mark.usefixtures("made")
def test_what_stands_above_a_table_never_ends_a_page_alone() -> None:
    rows = "".join(f"<tr><th scope='row'>Frage {number}</th><td>1</td></tr>" for number in range(12))
    table = f"<table><caption>Worte darüber</caption><thead><tr><th scope='col'>Kopf</th></tr></thead>{rows}</table>"
    parts = "".join(
        f"<h1 style='break-before: page'>Neu</h1><div style='height: {height}mm'></div>"
        f"<h2>Umfrage</h2><p>22 Antworten</p>{table}"
        for height in (205, 219)
    )
    html = f"<!doctype html><html><head><title>x</title></head><body><div class='appendix'>{parts}</div></body></html>"
    css = [stylesheet("result.css"), stylesheet("dialogue_report.css")]
    pages = texts(render(html, css=css, assets={}, codes={}, blanks={}, title="x", language="de"))
    shown = [("Neu" in page, "Umfrage" in page and "Worte darüber" in page, "Frage 0" in page) for page in pages]
    assert [page.count("22 Antworten") for page in pages] == [1, 0, 0, 1]
    assert shown == [(True, True, True), (False, False, False), (True, False, False), (False, True, True)]
