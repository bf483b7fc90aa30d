"""No page shows a link to somebody who may not follow it."""

import re
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest

from kit.db import Database
from tests.conftest import LONG, World
from tests.web.scene import MEMBERS, ROLES, Scene
from tests.web.test_permissions import lines

# Of each role the pages between which most links run; the long run reads every page that the role may open.
USUAL = (
    "/",
    "/arbeitsplatz/konto",
    "/arbeitsplatz/{initiative}/",
    "/arbeitsplatz/{initiative}/dialoge/{slug}",
    "/arbeitsplatz/{initiative}/dialoge/{slug}/anmeldungen/{registration}",
    "/arbeitsplatz/{initiative}/dialoge/{slug}/einlass",
    "/arbeitsplatz/{initiative}/dialoge/{slug}/einlass/{participant}",
    "/arbeitsplatz/{initiative}/dialoge/{slug}/ergebnis",
    "/einlass/{token}",
    "/servicestelle/initiativen",
)


class Links(HTMLParser):
    """Where a page leads to: links, and forms that are sent by GET."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        values = dict(attrs)
        if tag == "a" and values.get("href"):
            self.found.add(values["href"])
        elif tag == "form" and values.get("method", "get").lower() == "get" and values.get("action"):
            self.found.add(values["action"])


def followed(page: str, path: str) -> set[str]:
    """The addresses of this installation that a page links to."""
    parts = [urlsplit(urljoin(f"http://testserver{path}", link)) for link in Links(page).found]
    return {
        part.path + (f"?{part.query}" if part.query else "")
        for part in parts
        # The preview of a letter holds links that are made for one person when the letter goes.
        if (part.scheme, part.netloc) == ("http", "testserver")
        and not part.path.startswith(("/static/", "/anmeldung/…"))
    }


def test_links_are_read_as_a_browser_reads_them() -> None:
    page = '<a href="b?x=1#y">b</a><a href="mailto:a@b.example">c</a><form action="/s"></form><a href="http://else.example/">e</a>'
    assert followed(page, "/a/") == {"/a/b?x=1", "/s"}


def own(link: str) -> bool:
    """Whether the answer depends on who asks: the pages behind a sign-in."""
    return link.startswith(("/arbeitsplatz/", "/servicestelle/"))


@pytest.mark.timeout(1800)
def test_no_link_leads_to_a_refusal(database: Database, world: World) -> None:
    """Every link of every page that a role may open, one level deep."""
    scene = Scene(database, world)
    chosen = [line for line in lines() if line["method"] == "GET" and (LONG or line["path"] in USUAL)]
    scene.draft()
    pages = [(line, scene.path(line["path"])) for line in chosen]
    answers: dict[tuple[str, str], int] = {}
    wrong = []
    for role in ROLES:
        browser = scene.browser(role)
        for line, path in pages:
            # Every role follows the links of its own pages; those for everybody are followed by one.
            if line[role] != "200" or (role != "nobody" and line["nobody"] == "200"):
                continue
            response = browser.get(path)
            if "text/html" not in response.headers["content-type"]:
                continue
            for link in sorted(followed(response.text, path)):
                key = (role if own(link) else "", link)
                if key not in answers:
                    answers[key] = browser.get(link).status_code
                if answers[key] in (403, 404):
                    wrong.append(f"{line['path']} as {role}: {link} answers {answers[key]}")
    assert "\n".join(wrong) == ""
    # That something was followed at all, for each role.
    assert {role for role, _link in answers} >= {"", *MEMBERS, "desk"}


# Pages that belong to one dialogue and are open to everybody, or to whoever holds the link.
OF_A_DIALOGUE = ("/dialoge/", "/bestaetigen/", "/anmeldung/{token}", "/umfrage/")
# The calendar of a mailbox is over all initiatives: the operator answers for it.
OF_ALL = ("/anmeldung/{token}/alle-kalender",)


def test_each_page_of_a_dialogue_leads_to_the_legal_texts(database: Database, world: World) -> None:
    """The imprint of the initiative, the privacy notice of the dialogue, the statement on accessibility."""
    scene = Scene(database, world)
    browser = scene.browser()
    wrong, looked = [], []
    for line in lines():
        if line["method"] != "GET" or line["path"] in OF_ALL or not line["path"].startswith(OF_A_DIALOGUE):
            continue
        path = scene.path(line["path"])
        response = browser.get(path)
        if not response.headers["content-type"].startswith("text/html"):
            continue
        looked.append(line["path"])
        links = followed(response.text, path)
        slugs = [link.split("/")[2] for link in links if re.fullmatch("/dialoge/[^/]+/datenschutz", link)]
        if len(slugs) != 1 or not {f"/initiativen/{scene.initiative.slug}/impressum", "/barrierefreiheit"} <= links:
            wrong.append(line["path"])
        for link in links & {
            f"/initiativen/{scene.initiative.slug}/impressum",
            *(f"/dialoge/{slug}/datenschutz" for slug in slugs),
        }:
            assert browser.get(link).status_code == 200
    assert wrong == []
    assert len(looked) >= 12
