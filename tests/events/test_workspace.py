"""The workspace over HTTP: creating, changing, publishing; roles; malformed forms."""

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from events import queries
from events.models import Dialogue, Offer, ProgrammeItem
from kit.db import Database, wide, within
from kit.journal import Audit
from tests.conftest import few
from tests.events.conftest import VALUE, Browser

Make = Callable[..., Dialogue]
HOME = "/arbeitsplatz/ems/"
NEW = "/arbeitsplatz/ems/dialoge/neu"


@pytest.fixture
def organiser(client: Browser) -> Browser:
    client.sign_in(i0="organiser")
    return client


def fields(page: str) -> dict[str, str | list[str]]:
    """What a browser would send of the form on a page as it stands."""
    form = page[page.index('<form class="stack-l') : page.index("</form>", page.index('<form class="stack-l'))]
    found: dict[str, str | list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        given_here = {name: unescape(value) for name, value in re.findall(r'([a-z-]+)="([^"]*)"', tag)}
        if given_here["type"] != "checkbox":
            found[given_here["name"]] = given_here.get("value", "")
        elif " checked" in tag:
            found.setdefault(given_here["name"], []).append(given_here["value"])  # type: ignore[union-attr]
    for name, text in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>\r?\n?(.*?)</textarea>', form, re.DOTALL):
        found[name] = unescape(text)
    for name, options in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option selected value="([^"]*)"', options) or re.search(r'value="([^"]*)"', options)
        assert chosen is not None
        found[name] = unescape(chosen[1])
    return found


def written(page: str, **changes: str | list[str]) -> dict[str, str | list[str]]:
    basics: dict[str, str | list[str]] = {
        "title": "Werkstatt Wärmenetz",
        "start": "2027-03-04T17:00",
        "end": "2027-03-04T21:00",
        "place": "Musterhalle",
        "capacity": "60",
    }
    return fields(page) | basics | changes


def rows(database: Database) -> list[Dialogue]:
    with database.read(wide("figures")) as session:
        return list(session.exec(select(Dialogue)).all())


def sayings(html: str) -> list[str]:
    return re.sub("<[^>]*>", " ", html.partition("</main>")[0]).split()


def actions(database: Database) -> list[str]:
    with database.read(wide("figures")) as session:
        return sorted(session.exec(select(Audit.action)).all())


def test_six_fields_make_a_dialogue_that_is_published(organiser: Browser, database: Database) -> None:
    page = organiser.get(NEW).text
    answer = organiser.post(NEW, data=written(page))
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        "/arbeitsplatz/ems/dialoge/werkstatt-waermenetz?neu=gespeichert",
    )
    assert organiser.get("/dialoge/werkstatt-waermenetz").status_code == 404
    home = organiser.get(answer.headers["location"]).text
    assert 'id="publish"' in home
    preview = organiser.get("/arbeitsplatz/ems/dialoge/werkstatt-waermenetz/vorschau").text
    notice, rest = preview.partition('<div class="notice')[2].split('<div class="dialogue gap">')
    assert re.findall('<(?:a|form)[^>]* (?:href|action)="([^"]*)"', notice) == [
        f"/arbeitsplatz/ems/dialoge/werkstatt-waermenetz{part}" for part in ("/veroeffentlichung", "/bearbeiten", "")
    ]
    assert "/dialoge/werkstatt" not in rest
    published = organiser.post("/arbeitsplatz/ems/dialoge/werkstatt-waermenetz/veroeffentlichung")
    assert published.status_code == 303
    public = organiser.get("/dialoge/werkstatt-waermenetz")
    assert public.status_code == 200
    # The preview says, word by word, what guests read.
    assert sayings(rest) == sayings(public.text.partition('<div class="dialogue">')[2])
    assert re.findall("Für wen|Kosten", public.text) == [], "what nobody filled in"
    assert actions(database) == ["dialogue.create", "dialogue.publish"]


def test_the_same_form_twice_makes_one_dialogue(organiser: Browser, database: Database) -> None:
    form = written(organiser.get(NEW).text)
    first, second = organiser.post(NEW, data=form), organiser.post(NEW, data=form)
    assert first.headers["location"] == second.headers["location"]
    assert len(rows(database)) == 1


def test_a_draft_is_saved_and_looked_at_in_one_step(organiser: Browser, database: Database) -> None:
    page = organiser.get(NEW).text
    assert "Sechs Angaben genügen" in page
    path = "/arbeitsplatz/ems/dialoge/werkstatt-waermenetz"
    made = organiser.post(NEW, data=written(page, step="preview"))
    assert made.headers["location"] == f"{path}/vorschau"
    form = organiser.get(f"{path}/bearbeiten").text
    assert "Sechs Angaben genügen" not in form
    changed = organiser.post(f"{path}/bearbeiten", data=written(form, lead="Neu.", step="preview"))
    assert changed.headers["location"] == f"{path}/vorschau"
    assert "Neu." in organiser.get(f"{path}/vorschau").text


def test_everything_typed_comes_back_unchanged(organiser: Browser, database: Database) -> None:
    form = written(
        organiser.get(NEW).text,
        lead="Ein Satz.",
        description="Absatz eins\n\nAbsatz zwei",
        offers="Rundgang 1 | 15 | 17:00 | 17:45\nRundgang 2 | unbegrenzt | 2027-03-04 18:00 | 18:45\nOffene Halle | 30",
        capacity="",
        programme="17:00 Ankommen\n17:20 Welt-Café | drei Runden",
        notices="Ab 14 Jahren | Maschinen laufen\nFeste Schuhe",
        access="Höranlage | im Saal\nParkplatz | am Tor",
        support=["captions"],
        languages=["de", "en"],
        registration_closes="2027-03-01T12:00",
        admission="16:30",
        online="ja",
        online_link="https://treffen.example/raum",
        step_free="partly",
        picture="harbour",
        kreis="emsland",
        coordinates="52,27264; 7,44219",
        series="Abende am Kanal",
    )
    assert organiser.post(NEW, data=form).status_code == 303
    before = rows(database)
    assert (before[0].picture, before[0].kreis, before[0].coordinates) == ("harbour", "03454", "52.27264,7.44219")
    assert before[0].access == [
        {"kind": "captions", "text": ""},
        {"kind": "hearing", "text": "im Saal"},
        {"kind": "other", "text": "Parkplatz: am Tor"},
    ]
    with database.read(within("initiative000000")) as session:
        offers = [(row.key, row.title, row.capacity, row.start) for row in queries.offers_of(session, before[0].id)]
        assert session.exec(select(ProgrammeItem.title).order_by(ProgrammeItem.position)).all() == [
            "Ankommen",
            "Welt-Café",
        ]
    assert offers == [
        ("rundgang-1", "Rundgang 1", 15, "2027-03-04T17:00"),
        ("rundgang-2", "Rundgang 2", None, "2027-03-04T18:00"),
        ("offene-halle", "Offene Halle", 30, ""),
    ]
    edit = "/arbeitsplatz/ems/dialoge/werkstatt-waermenetz/bearbeiten"
    for _twice in range(2):
        assert organiser.post(edit, data=fields(organiser.get(edit).text)).status_code == 303
    assert rows(database) == before
    assert actions(database) == ["dialogue.create"]


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"title": "  "}, "title", "Bitte geben Sie dem Dialog einen Titel."),
        ({"title": "x" * 201}, "title", "Das sind 201 Zeichen."),
        ({"start": "morgen"}, "start", "Bitte nennen Sie Tag und Uhrzeit."),
        ({"start": "2027-03-28T02:30", "end": "2027-03-28T04:00"}, "start", "gibt es die Zeit 02:30"),
        ({"end": "2027-03-04T17:00"}, "end", "Das Ende liegt nicht nach dem Beginn."),
        ({"end": "2027-08-04T17:00"}, "end", "Ein Dialog dauert höchstens 31 Tage."),
        ({"place": ""}, "place", "Bitte nennen Sie den Ort"),
        ({"kreis": "München"}, "kreis", "Diesen Kreis gibt es nicht."),
        ({"kreis": "09162"}, "kreis", "München (Stadt) liegt nicht in Niedersachsen."),
        ({"coordinates": "52,27264,7,44219"}, "coordinates", "nicht klar, welches Komma die beiden Zahlen trennt"),
        ({"coordinates": "7.44219, 52.27264"}, "coordinates", "Die beiden Zahlen sind vertauscht"),
        ({"coordinates": "-33.86, 151.2"}, "coordinates", "nicht in Europa"),
        ({"coordinates": "Moorweg 4"}, "coordinates", "Bitte nennen Sie zwei Zahlen"),
        ({"series": "x" * 121}, "series", "Das sind 121 Zeichen."),
        ({"capacity": ""}, "capacity", "Bitte nennen Sie die Zahl der Plätze"),
        ({"capacity": "viele"}, "capacity", "ganze Zahl von 1 bis 10000"),
        ({"capacity": "99999999999999999999"}, "capacity", "ganze Zahl von 1 bis 10000"),
        ({"format": "F99"}, "format", "Bitte wählen Sie einen der Einträge aus."),
        ({"zone": "Mars/Olympus"}, "zone", "Bitte wählen Sie einen der Einträge aus."),
        ({"languages": ["de", "xx"]}, "languages", "Bitte wählen Sie einen der Einträge aus."),
        ({"sign_up": "elsewhere"}, "sign_up_address", "Bitte nennen Sie die Adresse der Seite"),
        ({"online_link": "javascript:alert(1)"}, "online_link", "Eine Webadresse beginnt mit https://."),
        ({"online_link": "https://[::1"}, "online_link", "Eine Webadresse beginnt mit https://."),
        ({"contact_email": "kein-at"}, "contact_email", "Das @ fehlt."),
        ({"programme": "Begrüßung"}, "programme", "Zeile 1: Erst die Uhrzeit"),
        ({"offers": "Nacht | 15 | 23:00"}, "offers", "„Nacht“ beginnt um 23:00 und endet um"),
        ({"offers": "Früh | 3 | | 10:00"}, "offers", "und endet um 10:00."),
        ({"offers": "Spät | 3 | 23:00 | 23:30"}, "offers", "„Spät“ beginnt erst, wenn der Dialog zu Ende ist."),
        ({"offers": "Rundgang | viele"}, "offers", "Zeile 1: Nach dem ersten Strich steht die Zahl der Plätze"),
        ({"offers": "\n".join(f"R{n} | 1" for n in range(61))}, "offers", "Höchstens 60 Zeilen."),
        ({"registration_closes": "2027-03-05T17:00"}, "registration_closes", "spätestens mit dem Beginn"),
        ({"registration_opens": "2027-03-04T17:00"}, "registration_opens", "Bitte prüfen Sie beide Tage."),
        ({"form_key": "kurz"}, "form_key", "Das Formular war unvollständig."),
    ],
)
def test_each_fault_has_its_sentence_and_keeps_what_was_typed(
    organiser: Browser, database: Database, changes: dict[str, str | list[str]], field: str, sentence: str
) -> None:
    answer = organiser.post(NEW, data=written(organiser.get(NEW).text, lead="Bleibt & steht", **changes))
    assert answer.status_code == 422
    page = unescape(answer.text)
    summary = page[page.index("error-summary") : page.index("</ul>", page.index("error-summary"))]
    assert summary.count("<li>") == 1
    assert f'href="#{field}"' in summary
    assert sentence in summary
    assert "<title>Fehler: Dialog anlegen" in page
    assert ">\nBleibt & steht</textarea>" in page.replace("\r", "")
    assert rows(database) == []


def test_seats_below_taken_are_refused_at_the_field(organiser: Browser, make: Make, database: Database) -> None:
    make(publish=False)
    with database.write(within("initiative000000")) as session:
        session.exec(select(Offer)).one().taken = 12
    edit = "/arbeitsplatz/ems/dialoge/werkstatt-waermenetz/bearbeiten"
    page = organiser.get(edit).text
    answer = organiser.post(edit, data=fields(page) | {"capacity": "11", "lead": "Neu"})
    assert answer.status_code == 422
    assert "12 Plätze sind schon vergeben." in answer.text
    assert rows(database)[0].lead == ""


def test_of_two_forms_the_second_is_told(organiser: Browser, make: Make, database: Database) -> None:
    make(publish=False)
    edit = "/arbeitsplatz/ems/dialoge/werkstatt-waermenetz/bearbeiten"
    form = fields(organiser.get(edit).text)
    assert organiser.post(edit, data=form | {"lead": "Zuerst"}).status_code == 303
    assert organiser.post(edit, data=form | {"lead": "Zuletzt"}).status_code == 409
    assert organiser.post(edit, data=form | {"lead": "Zuletzt", "version": "9" * 40}).status_code == 409
    assert rows(database)[0].lead == "Zuerst"


def test_offers_keep_their_key_when_they_get_a_new_title(organiser: Browser, database: Database) -> None:
    form = written(organiser.get(NEW).text, offers="Rundgang 1 | 15\nRundgang 2 | 15")
    organiser.post(NEW, data=form)
    edit = "/arbeitsplatz/ems/dialoge/werkstatt-waermenetz/bearbeiten"
    form = fields(organiser.get(edit).text)
    organiser.post(edit, data=form | {"offers": "Rundgang 2 | 20\nGroßer Rundgang | 15"})
    with database.read(within("initiative000000")) as session:
        found = queries.offers_of(session, rows(database)[0].id)
        assert [(row.key, row.title, row.capacity) for row in found] == [
            ("rundgang-2", "Rundgang 2", 20),
            ("rundgang-1", "Großer Rundgang", 15),
        ]


def test_a_past_draft_is_not_published(organiser: Browser, make: Make, database: Database) -> None:
    make(replace(VALUE, start="2027-01-02T09:00", end="2027-01-02T10:00"), publish=False)
    answer = organiser.post("/arbeitsplatz/ems/dialoge/werkstatt-waermenetz/veroeffentlichung")
    assert answer.status_code == 409
    assert "Der Termin liegt in der Vergangenheit." in answer.text
    assert rows(database)[0].state == "draft"


def test_published_dialogues_are_changed_where_people_are_told(
    organiser: Browser, make: Make, database: Database
) -> None:
    make()
    edit = "/arbeitsplatz/ems/dialoge/werkstatt-waermenetz/bearbeiten"
    page = organiser.get(edit).text
    assert 'action="/arbeitsplatz/ems/dialoge/werkstatt-waermenetz/aenderung" id="change-dialogue"' in page
    assert organiser.post(edit, data=fields(page) | {"lead": "Neu"}).status_code == 409
    assert rows(database)[0].lead == ""


def test_the_overview_says_what_comes_next(organiser: Browser, make: Make) -> None:
    assert "Noch kein Dialog" in organiser.get(HOME).text
    make(replace(VALUE, title="Ein Entwurf"), publish=False)
    make(replace(VALUE, title="Schon öffentlich", start="2027-02-04T17:00"))
    page = organiser.get(HOME).text
    assert "Eine Sache wartet auf Sie." in page
    assert "Entwurf prüfen und veröffentlichen" in page
    assert re.findall(r'<td><a href="[^"]*">([^<]*)</a>', page) == ["Schon öffentlich", "Ein Entwurf"]
    assert "0 von 60" in page


ADDRESSES = {
    HOME: ("GET", {"owner", "organiser", "reader", "helper"}),
    NEW: ("GET", {"owner", "organiser"}),
    "/arbeitsplatz/ems/dialoge/werkstatt-waermenetz": ("GET", {"owner", "organiser", "reader"}),
    "/arbeitsplatz/ems/dialoge/werkstatt-waermenetz/vorschau": ("GET", {"owner", "organiser", "reader"}),
    "/arbeitsplatz/ems/dialoge/werkstatt-waermenetz/bearbeiten": ("GET", {"owner", "organiser"}),
    "/arbeitsplatz/ems/dialoge/werkstatt-waermenetz/veroeffentlichung": ("POST", {"owner", "organiser"}),
}


@pytest.mark.parametrize("role", ["owner", "organiser", "reader", "helper", "foreign", "nobody"])
def test_roles(client: Browser, make: Make, role: str) -> None:
    make(publish=False)
    if role == "foreign":
        client.sign_in(i1="owner")
    elif role != "nobody":
        client.sign_in(i0=role)
    for address, (method, admitted) in ADDRESSES.items():
        status = client.request(method, address).status_code
        if role in admitted:
            expected = {200, 303}
        else:
            expected = {"foreign": {404}, "nobody": {401, 403}}.get(role, {403})
        assert status in expected, (address, status)


def test_another_initiatives_dialogue_is_unknown(client: Browser, make: Make) -> None:
    make(initiative=1)
    client.sign_in(i0="owner", i1="owner")
    assert client.get("/arbeitsplatz/rhein/dialoge/werkstatt-waermenetz").status_code == 200
    assert client.get("/arbeitsplatz/ems/dialoge/werkstatt-waermenetz").status_code == 404


ODD = st.one_of(
    st.text(max_size=60), st.sampled_from(["F1", "ja", "|", "25:00 x", "2027-03-28T02:30", "\x00", "١٢", "-1"])
)
NAMES = ("title", "format", "start", "end", "place", "capacity", "offers", "programme", "zone", "land", "languages",
         "access", "notices", "party_limit", "hold_minutes", "version", "form_key", "support", "registration_closes")  # fmt: skip


@settings(max_examples=few(40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(NAMES), ODD, max_size=8))
def test_malformed_forms_get_an_answer(organiser: Browser, typed: dict[str, str]) -> None:
    answer = organiser.post(NEW, data=written(organiser.get(NEW).text) | typed)
    assert answer.status_code in (303, 400, 422)


@pytest.mark.parametrize("language", ["en", "qps"])
def test_other_languages(organiser: Browser, make: Make, language: str) -> None:
    make()
    organiser.set_language(language)
    path = "/arbeitsplatz/ems/dialoge/werkstatt-waermenetz"
    for address in (HOME, NEW, path, f"{path}/bearbeiten"):
        assert organiser.get(address).status_code == 200
    assert organiser.post(NEW, data={}).status_code == 422
