"""What the letters say: the same as text and as HTML, in each language, and nothing that a name could break."""

import html
import re
from datetime import timedelta
from typing import Any

import pytest

from accounts.letters import (
    post_email_change,
    post_email_changed,
    post_passkey_added,
    post_passkey_removed,
    post_sign_in_link,
    post_welcome,
)
from accounts.models import EmailChange, Passkey, Person, SignInLink
from events.models import Dialogue
from feedback import letters as feedback_letters
from feedback.models import Survey, SurveyInvitation
from kit.accents import ACCENTS
from kit.db import Database
from kit.settings import settings
from mail.marks import fill
from mail.models import Letter
from network.letters import post_team_invitation
from network.models import TeamInvitation
from registration import letters, mass_letters, queries
from registration.models import Mailing, Registration
from registration.rules import CancelReason, State
from tests.conftest import NOW, World

WITHOUT_DIALOGUE = (
    "sign_in",
    "welcome",
    "team_invitation",
    "email_change",
    "email_changed",
    "passkey_added",
    "passkey_removed",
)
TITLE = "Wasserstoff vor der Haustür"
DATA = {
    "title": TITLE,
    "bring": "Ausweis\nSchuhe",
    "admission": "16:30",
    "latest_entry": "17:15",
    "contact_name": "Büro Muster",
    "contact_phone": "0591 555 01 99",
    "online_link": "https://raum.example/x",
}
KINDS = {
    "confirm_address": State.UNCONFIRMED,
    "waiting_list": State.WAITING,
    "offer": State.OFFERED,
    "offer_ended": State.EXPIRED,
    "no_seat": State.EXPIRED,
    "hold_released": State.UNCONFIRMED,
    "confirmation": State.CONFIRMED,
    "change": State.CONFIRMED,
    "part_cancelled": State.CONFIRMED,
    "cancellation": State.CANCELLED,
    "link": State.CONFIRMED,
    "reminder": State.CONFIRMED,
    "offer_reminder": State.OFFERED,
    "thanks": State.CONFIRMED,
}


def written(world: World, language: str, **dialogue_values: Any) -> dict[str, Letter]:
    """Every kind of letter, in one language."""
    initiative = world.initiative(
        accent="tanne", funding_line="Gefördert durch das Demonstrationsministerium (fiktiv)."
    )
    dialogue = world.dialogue(initiative, **(DATA | dialogue_values))
    registration = world.sign_up(dialogue, "ada@post.example", size=2, language=language)

    def write(session: Any) -> None:
        row = session.get_one(Registration, registration.id)
        session.get_one(Dialogue, row.dialogue_id).cancel_reason = "Sturm"
        mailing = Mailing(id="m" * 16)
        party = (queries.offer_of(session, row.id), queries.participants_of(session, row.id))
        calls = {
            "confirm_address": lambda: None,
            "waiting_list": lambda: letters.waiting(session, row, now=NOW),
            "offer": lambda: letters.offered(session, row, now=NOW),
            "offer_ended": lambda: letters.offer_ended(session, row, now=NOW),
            "no_seat": lambda: letters.no_seat(session, row, now=NOW),
            "hold_released": lambda: letters.hold_released(session, row, now=NOW),
            "confirmation": lambda: letters.confirmation(session, row, invitation=None, party=party, now=NOW),
            "change": lambda: letters.change(session, row, invitation=None, now=NOW),
            "cancellation": lambda: letters.cancellation(
                session, row, invitation=None, reason=CancelReason.DIALOGUE, now=NOW
            ),
            "part_cancelled": lambda: letters.part_cancelled(
                session, row, gone=1, reason=CancelReason.BY_PERSON, now=NOW
            ),
            "link": lambda: letters.link_again(session, row, now=NOW),
            "reminder": lambda: mass_letters.reminder(session, row, mailing=mailing, now=NOW),
            "offer_reminder": lambda: mass_letters.offer_reminder(session, row, now=NOW),
            "thanks": lambda: mass_letters.thanks(session, row, mailing=Mailing(id="n" * 16), now=NOW),
        }
        for kind, state in KINDS.items():
            row.state = state
            row.offered_until = NOW + timedelta(days=2)
            row.confirmed_at = NOW
            calls[kind]()
        feedback_letters.ask(
            session,
            invitation=SurveyInvitation(id="s" * 16, initiative_id=initiative.id, token_version=1),
            survey=Survey(initiative_id=initiative.id, closes_at=NOW + timedelta(days=14)),
            registration=row,
            dialogue=dialogue,
            initiative=initiative,
            now=NOW,
        )
        person = Person(id="p" * 16, email="ole@post.example", name="Ole Muster", language=language)
        link = SignInLink(id="l" * 16)
        post_sign_in_link(session, initiative_id=initiative.id, person=person, link=link, now=NOW)
        post_welcome(
            session,
            initiative_id=initiative.id,
            initiative_name=initiative.name,
            role_sentence="⟦.⟧",
            person=person,
            link=link,
            now=NOW,
        )
        change = EmailChange(id="c" * 16, email="neu@post.example")
        post_email_change(session, initiative_id=initiative.id, person=person, change=change, now=NOW)
        post_email_changed(
            session,
            initiative_id=initiative.id,
            person=person,
            old_email="alt@post.example",
            change_id=change.id,
            now=NOW,
        )
        for tell in (post_passkey_added, post_passkey_removed):
            tell(session, initiative_id=initiative.id, person=person, passkey=Passkey(name="Büro Muster"), now=NOW)
        post_team_invitation(
            session,
            initiative=initiative,
            invitation=TeamInvitation(
                id="i" * 16, email="ole@post.example", name="Ole Muster", role="helper", version=1, language=language
            ),
            inviter="Vera Muster",
            now=NOW,
        )

    world.within(registration, write)
    found = {row.kind: row for row in world.rows(Letter)}
    assert sorted(found) == sorted([*KINDS, "survey", *WITHOUT_DIALOGUE])
    return found


def visible(row: Letter) -> str:
    """What the HTML part shows."""
    body = re.sub(r"(?s)<(head)>.*?</\1>", "", fill(row.html))
    return html.unescape(re.sub(r"<[^>]+>", " ", body))


def words(text: str) -> set[str]:
    return set(re.findall(r"\w+", re.sub(r"https?://\S+", "", text)))


@pytest.mark.parametrize("language", ["de", "en", "qps"])
def test_text_and_html_say_the_same(world: World, language: str) -> None:
    for kind, row in written(world, language).items():
        assert (kind, words(visible(row))) == (kind, words(fill(row.text)))
        assert fill(row.text).startswith(row.subject)
        assert f"<h1>{html.escape(row.subject, quote=False)}</h1>" in row.html


def test_every_sentence_is_translated(world: World) -> None:
    """In the pseudo-language all that is not marked is data."""
    for kind, row in written(world, "qps").items():
        rest = visible(row)
        marked = re.compile("⟦[^⟦⟧]*⟧")
        while marked.search(rest):
            rest = marked.sub(" ", rest)
        data = [
            *DATA.values(),
            "Sturm",
            "Ausweis",
            "Schuhe",
            "Dialogverbund Ems",
            "(fiktiv)",
            "post@ems.example",
            "Gefördert durch das Demonstrationsministerium",
            "Bürgerhaus Beispielmoor",
            "Beispielmoor",
            "Servicestelle Industriedialog Demo",
            *settings().operator.values(),
            *(registration.reference for registration in world.rows(Registration)),
        ]
        for known in sorted((one for one in data if one), key=len, reverse=True):
            rest = rest.replace(known, " ")
        rest = re.sub(r"\b(?:Gast|Person) Muster-[\d-]+", " ", rest)
        assert (kind, re.findall(r"[^\W\d_]{2,}", rest)) == (kind, [])


def test_english_is_english(world: World) -> None:
    shown = " ".join(visible(row) for row in written(world, "en").values())
    for german in ("Guten Tag", "Anmeldung", "Bitte", "Wann", "Fragen", "Impressum", "verschickt"):
        assert german not in shown


def test_nothing_is_loaded_and_links_lead_home(world: World) -> None:
    for row in written(world, "de").values():
        shown = fill(row.html)
        assert (
            re.findall(r"(?i)\b(?:src|background)\s*=|url\(|<(?:img|link|script|base|object|iframe)\b|@import", shown)
            == []
        )
        links = re.findall(r'href="([^"]*)"', shown)
        foreign = {link for link in links if not link.startswith(settings().base_url + "/")}
        assert foreign <= {DATA["online_link"]}
        assert "\x1e" not in shown


def test_the_online_room_is_told_to_confirmed_people_alone(world: World) -> None:
    found = written(world, "de")
    assert {kind for kind, row in found.items() if DATA["online_link"] in row.text} == {
        "confirmation",
        "change",
        "link",
        "part_cancelled",
        "reminder",
    }


def test_a_hostile_title_is_shown(world: World) -> None:
    title = "<b>x</b> {{ 7*7 }} %(name)s %s & \"y\" 'z'"
    for kind, row in written(world, "de", title=title).items():
        if kind not in WITHOUT_DIALOGUE:
            assert (kind, title in " ".join(fill(row.text).split())) == (kind, True)
            assert (kind, "<b>x</b>" in row.html, "&lt;b&gt;x&lt;/b&gt; {{ 7*7 }} %(name)s %s &amp; " in row.html) == (
                kind,
                False,
                True,
            )


def test_tokens_are_not_stored(world: World) -> None:
    for row in written(world, "de").values():
        for part in (row.text, row.html):
            assert set(
                re.findall(r"/(?:anmeldung|bestaetigen|umfrage|anmelden|einladung|adresse)/([^/\s\"<\x1e]+)", part)
            ) <= {"{token}"}


def test_the_head_has_the_accent(world: World) -> None:
    found = written(world, "de")
    assert f"background:{ACCENTS['tanne']};color:#FFFFFF" in found["confirmation"].html
    assert "background:#07343C;color:#FFFFFF" in found["sign_in"].html


def test_what_is_missing_comes_first(world: World, database: Database) -> None:
    dialogue = world.dialogue()
    registration = world.sign_up(dialogue, size=1, names=("Ada Muster", ""))
    world.confirm(registration)
    (row,) = world.rows(Letter, kind="confirmation")
    assert "Eins fehlt noch: Bitte tragen Sie den Namen der Person ein.\n\nNamen eintragen:\n" in row.text
