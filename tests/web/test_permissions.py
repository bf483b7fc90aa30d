"""Who may do what: every address as every role over HTTP, against a file written by hand from the words of the task.

`tests/permissions.csv` holds the answer for each role: 200 (a page or a file), 303 (it was done), 403 (too low a role),
404 (it is not there for you), signin (the way to the sign-in page). The demo's addresses are closed outside the demo.
"""

import csv
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from kit import clock
from kit.db import Database
from kit.ids import new_id
from registration.codes import participant_code
from tests.accounts.authenticator import Device
from tests.conftest import NOW, World, environment
from tests.web.scene import PICTURE, ROLES, Forms, Scene
from web.app import build, declared

FILE = Path(__file__).resolve().parent.parent / "permissions.csv"

# What a person types where a form does not come filled in.
TYPED: dict[str, dict[str, str]] = {
    "/barrierefreiheit": {"text": "Die Schrift ist im Menü kaum zu lesen."},
    "/abo": {"email": "gast@post.example"},
    "/anmeldung/link": {"email": "gast@post.example"},
    "/arbeitsplatz/konto/adresse": {"email": "andere@ems.example"},
    "/anmelden": {"email": "organiser@ems.example"},
    "/servicestelle/initiativen/{initiative}/inhaber": {"email": "andere@ems.example"},
    "/arbeitsplatz/{initiative}/team": {"email": "neu@ems.example", "role": "helper"},
    "/arbeitsplatz/{initiative}/einstellungen": {
        "street": "Musterweg 1",
        "place": "49999 Beispielmoor",
        "email": "post@ems.example",
    },
    "/umfrage/{token}": {"stars": "4"},
    "/kiosk/{token}": {"fun": "3"},
    "/arbeitsplatz/{initiative}/umfragen/{survey}/eingabe": {"fun": "3"},
    "/arbeitsplatz/{initiative}/dialoge/{slug}/ergebnis/{survey}/texte": {"bestaetigt": "ja"},
    "/arbeitsplatz/{initiative}/dialoge/{slug}/umfragen/rueckmeldung": {"title": "Der Rundgang"},
    "/arbeitsplatz/{initiative}/umfragen": {"title": "Was denkt die Nachbarschaft?", "until": "2027-04-01"},
    "/arbeitsplatz/{initiative}/dialoge/{slug}/emails/neu": {"subject": "Weg", "text": "Zum Tor links."},
}


def lines() -> list[dict[str, str]]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_file_and_the_registry_know_the_same_routes() -> None:
    written = [(line["method"], line["path"]) for line in lines()]
    assert len(written) == len(set(written))
    assert sorted(written) == sorted((entry.method, entry.path) for entry in declared())


def answer(response: Any) -> str:
    if response.status_code == 303 and response.headers["location"].startswith("/anmelden?weiter="):
        return "signin"
    return str(response.status_code)


def test_each_role_sees_what_is_written(database: Database, world: World) -> None:
    """Looking changes nothing, so all roles look at the same things."""
    scene = Scene(database, world)
    browsers = {role: scene.browser(role) for role in ROLES}
    wrong = []
    for line in lines():
        if line["method"] != "GET":
            continue
        path = scene.path(line["path"])
        for role, browser in browsers.items():
            if (found := send(browser, "GET", path, None)) != line[role]:
                wrong.append(f"GET {line['path']} as {role}: {found}, written {line[role]}")
    assert "\n".join(wrong) == ""


# On PostgreSQL the suite sends as who must not get in; the long run sends as everybody.
BOTH = [("sqlite", role) for role in ROLES] + [
    pytest.param("postgres", role, marks=[] if role == "foreign" else pytest.mark.slow) for role in ROLES
]


@pytest.mark.parametrize(("engine", "role"), BOTH, indirect=["engine"])
def test_each_role_gets_the_written_answer(database: Database, world: World, role: str) -> None:
    scene = Scene(database, world)
    browser = scene.browser(role)
    wrong = []
    for line in lines():
        if line["method"] == "GET":
            continue
        form = None
        path = scene.path(line["path"])
        if "/passkey" not in path:
            form = filled(scene, line["path"], path, role if "konto" in path and role != "nobody" else "owner")
        # These change who is signed in, so each gets a browser of its own.
        if line["path"].endswith("/konto/loeschen"):
            found = send(scene.browser_of_another(role), line["method"], path, form)
        elif "/passkey" in line["path"]:
            one = scene.browser(role) if line["path"].startswith("/anmelden/") else browser
            found = send(one, line["method"], path, passkey_form(scene, one, path))
        elif line["path"] in ("/abmelden", "/anmelden/{token}", "/einladung/{token}", "/arbeitsplatz/konto/sitzungen"):
            found = send(scene.browser(role), line["method"], path, form)
        else:
            found = send(browser, line["method"], path, form)
        if line["path"] == "/arbeitsplatz/konto/sitzungen":
            browser = scene.browser(role)  # The form ends one of this person's sessions, perhaps this browser's.
        if found != line[role]:
            wrong.append(f"{line['method']} {line['path']}: {found}, written {line[role]}")
        elif form and "missing" in form:
            wrong.append(form["missing"])
    assert "\n".join(wrong) == ""


def passkey_form(scene: Scene, browser: TestClient, path: str) -> dict[str, str]:
    """What a browser with a passkey device sends. To sign in, it sends the passkey of somebody who made one before."""
    place, device = "/arbeitsplatz/konto/passkeys", Device(new_id().encode())

    def made(client: TestClient) -> dict[str, str]:
        asked = client.post(f"{place}/frage")
        return {"passkey-credential": device.create(asked.json())} if asked.status_code == 200 else {}

    if path == place:
        return made(browser)
    if path == f"{place}/ende":
        browser.post(place, data=made(browser))
        return Forms(browser.get("/arbeitsplatz/konto").text, path).buttons
    if path == "/anmelden/passkey":
        owner = scene.browser("owner")
        assert owner.post(place, data=made(owner)).status_code == 303
        return {"credential": device.get(browser.post(f"{path}/frage").json())}
    return {}


def send(browser: TestClient, method: str, path: str, form: dict[str, str] | None) -> str:
    if path.endswith("/einstellungen/logo"):
        return answer(browser.post(path, files={"logo": ("logo.png", PICTURE, "image/png")}))
    return answer(browser.get(path) if method == "GET" else browser.post(path, data=form))


# The page whose form is sent to an address, where it is not the address itself, and who sees it.
PAGE_OF = {
    "/verlaengerung": "",
    "/erledigt": "",
    "/kalender": "",
    "/zusage": "",
    "/wieder": "",
    "/ablehnung": "",
    "/behalten": "",
    "/namen": "",
    "/angabe": "",
    "/ende": "",
    "/veroeffentlichung": "",
    "/aenderung": "/bearbeiten",
    "/zuruecknahme": "",
    "/freigabe": "",
    "/tabelle": "",
    "/sitzungen": "",
    "/konto/adresse": "/konto",
    "/inhaber": "",
    "/raum": "",
    "/rueckmeldung": "",
    "/zeigen": "",
    "/tablet": "",
    "/entfernung": "",
}


def filled(scene: Scene, address: str, path: str, role: str = "owner") -> dict[str, str]:
    """The form as somebody who may send it would: what the page holds, and what a person types."""
    if address in ("/abmelden", "/demo/anmelden", "/arbeitsplatz/konto/sitzungen/andere"):
        return {"role": "owner"}
    if "/team/einladungen/" in address or address.endswith("/inhaber/{member}"):
        return {}
    if address.endswith("/ausweise"):
        return {"offer": ""}
    if "/dateien/{download}/" in address:
        return {}
    if address.endswith("/emails/{letter}/versand"):
        return {}
    if address.endswith("{registration}/tische"):
        return {"table-nobody": "Tisch 4"}
    if "/einstellungen/logo" in address:
        return {}
    if address.endswith("/widerruf"):
        return {"purpose": "photo"}
    if address.endswith("/einlass"):
        return {"arrival": new_id(), "participant": scene.someone_of(path.split("/")[-2])}
    if address == "/einlass/{token}":
        return {"arrival": new_id(), "participant": scene.at_the_door.id}
    if address.endswith("/code"):
        someone = scene.someone_of(path.split("/")[-3]) if "/dialoge/" in address else scene.at_the_door.id
        return {"arrival": new_id(), "code": participant_code(someone)}
    if "{link}" in address or address == "/arbeitsplatz/{initiative}/kalender":
        return {}
    for ending, page in PAGE_OF.items():
        if path.endswith(ending):
            shown = path.removesuffix(ending) + page
            break
    else:
        shown = path
    if not address.startswith("/arbeitsplatz/"):
        role = "desk" if address.startswith("/servicestelle/") else "nobody"
    # Forms of the account end sessions, so each is read by a browser of its own.
    response = (scene.browser if "/konto" in address else scene.reader)(role).get(shown)
    page = Forms(response.text, shown)
    forms = page.found
    if path.endswith("/sitzungen"):
        return page.buttons
    if path not in forms:
        return {"missing": f"{shown} answered {response.status_code} without the form"}
    return forms[path] | typed(address)


def typed(address: str) -> dict[str, str]:
    if address == "/dialoge/{slug}/anmeldung":
        return {"name": "Gast Muster", "email": f"{new_id()}@post.example", "terms": "ja"}
    if address.endswith("/dialoge/neu"):
        return {
            "title": "Ein Abend", "start": "2027-04-01T18:00", "end": "2027-04-01T20:00", "capacity": "10",
            "place": "Bürgerhaus", "city": "Beispielmoor",
        }  # fmt: skip
    if address.endswith(("/dialoge/{slug}/absage", "/verschiebung")):
        return {"reason": "Der Saal ist geschlossen."}
    if address.endswith("/anmeldungen/neu"):
        return {"name": "Gast Muster"}
    if address.endswith("/ergebnis/texte"):
        return {"bestaetigt": "ja"}
    if address == "/servicestelle/initiativen":
        return {
            "name": "Dialogverbund Neu (fiktiv)",
            "slug": f"neu-{new_id()}",
            "land": "NI",
            "email": "neu@ems.example",
        }
    return TYPED.get(address, {})


def test_the_demo_opens_its_addresses_to_everybody(database: Database, world: World) -> None:
    scene = Scene(database, world)
    paths = [(line["method"], scene.path(line["path"])) for line in lines() if line["path"].startswith("/demo/")]
    with environment(DIALOGWERK_ENV="demo", DIALOGWERK_DATABASE_URL=database.url):
        clock.fix(NOW)
        browser = TestClient(build(), follow_redirects=False)
        found = [send(browser, method, path, {"role": "owner"}) for method, path in paths]
    assert found == ["303", "200", "200", "200", "200"]
