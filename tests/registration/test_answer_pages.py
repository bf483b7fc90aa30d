"""What people and teams read of answers from calendars."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

from kit.db import Database
from kit.ical_reply import Attending
from registration.models import CalendarAnswer
from registration.operations import answers
from registration.rules import Verdict
from tests.conftest import NOW, World
from tests.registration.replies import reply
from tests.registration.site import heading, manners, own_path, visit
from tests.registration.staff import base, staff

MINUTE = timedelta(minutes=1)


def words(answer: Any) -> str:
    """What stands on a page, without its marks."""
    text = unescape(re.sub(r"<[^>]*>", " ", answer.text.partition("<main")[2].partition(">")[2]))
    return " ".join(text.split())


def test_the_own_page_takes_a_decline_back(database: Database, world: World) -> None:
    guest = world.confirm(world.sign_up(world.dialogue()))
    site, path = visit(database), own_path(guest)
    assert 'id="keep"' not in site.get(path).text
    reply(world, guest)
    page = site.get(path)
    manners(page)
    assert "Ihr Kalender hat abgesagt. Am 1. März 2027 um 10:30 Uhr geben wir Ihren Platz frei." in words(page)
    english = words(site.get(f"{path}?sprache=en"))
    assert "Your calendar declined. On 1 March 2027 at 10:30 we give your place to others." in english
    kept = site.post(f"{path}/behalten")
    assert (kept.status_code, kept.headers["location"]) == (303, f"{path}?geaendert=behalten")
    after = site.get(kept.headers["location"])
    manners(after)
    assert ("Ihr Platz bleibt." in words(after), 'id="keep"' in after.text) == (True, False)
    # Declined once more, and nobody took it back.
    reply(world, guest, stamp=NOW + 2 * MINUTE, now=NOW + 2 * MINUTE)
    answers.free_declined(world.database, NOW + 40 * MINUTE)
    assert heading(site.get(path)) == "Sie haben abgesagt"
    late = site.post(f"{path}/behalten")
    assert (late.status_code, "Ihr Platz ist schon frei für andere." in words(late)) == (409, True)


def test_the_own_page_shows_each_answer(database: Database, world: World) -> None:
    group = world.confirm(world.sign_up(world.dialogue(), size=2))
    site, path = visit(database), own_path(group)
    shown = {
        "ACCEPTED": "Ihr Kalender hat uns zugesagt.",
        "TENTATIVE": "Ihr Kalender hat „vielleicht“ geantwortet.",
        "DECLINED": "Ihr Kalender hat uns abgesagt. Kommen Sie wirklich nicht, sagen Sie bitte hier ab.",
        "DELEGATED": "Ihr Kalender hat geantwortet, dass jemand anderes kommt.",
    }
    for number, (partstat, sentence) in enumerate(shown.items()):
        reply(world, group, partstat, stamp=NOW + number * MINUTE, now=NOW + number * MINUTE)
        page = site.get(path)
        assert (sentence in words(page), 'id="keep"' in page.text) == (True, False)


def test_a_team_sees_answers_beside_each_registration_and_counted(world: World) -> None:
    dialogue = world.dialogue(capacity=9)
    guests = [world.confirm(world.sign_up(dialogue)) for _number in range(4)]
    organiser, path = staff(world, dialogue.initiative_id, "organiser"), base(world, dialogue)
    assert "Antworten aus Kalendern" not in words(organiser.get(path))
    for guest, partstat in zip(guests, ("ACCEPTED", "TENTATIVE", "DECLINED"), strict=False):
        reply(world, guest, partstat, comment="Ich <b>komme</b> gern.\nBis dann.")
    counted = words(organiser.get(path))
    assert "Antworten aus Kalendern zugesagt 1 vielleicht 1 abgesagt 1 keine Antwort 1" in counted
    listed = organiser.get(f"{path}/anmeldungen")
    manners(listed)
    rows = re.findall(r'<a href="[^"]*/anmeldungen/(\w{16})">(.*?)</tr>', listed.text, re.DOTALL)
    signs = {key: "".join(re.findall(r"Kalender: (zugesagt|vielleicht|abgesagt)", row)) for key, row in rows}
    assert signs == dict(zip((row.id for row in guests), ("zugesagt", "vielleicht", "abgesagt", ""), strict=True))
    table = organiser.post(f"{path}/anmeldungen/tabelle").content.decode("utf-8-sig").splitlines()
    column = table[0].split(";").index("Kalender")
    assert sorted(row.split(";")[column] for row in table[1:]) == ["", "abgesagt", "vielleicht", "zugesagt"]
    page = organiser.get(f"{path}/anmeldungen/{guests[2].id}")
    manners(page)
    assert "Der Platz wird am 1. März 2027 um 10:30 Uhr frei, wenn niemand es zurücknimmt." in words(page)
    assert "Ich &lt;b&gt;komme&lt;/b&gt; gern." in page.text
    # Freed, seen as such, and given back by the team.
    answers.free_declined(world.database, NOW + 40 * MINUTE)
    freed = organiser.get(f"{path}/anmeldungen/{guests[2].id}").text
    assert ("Der Platz ist frei geworden." in freed, 'id="confirm-registration"' in freed) == (True, True)
    back = organiser.post(f"{path}/anmeldungen/{guests[2].id}/zusage")
    assert (back.status_code, world.again(guests[2]).state) == (303, "confirmed")


def test_every_verdict_has_its_words(world: World) -> None:
    dialogue = world.dialogue()
    guest = world.confirm(world.sign_up(dialogue))
    start = datetime(2027, 3, 25, 16, 0, tzinfo=UTC)
    reply(world, guest, method="COUNTER", proposed_start=start, proposed_end=start + 60 * MINUTE)
    invited = Attending(address=guest.email or "", partstat="DELEGATED", delegated_to="vertretung@post.example")
    reply(world, guest, attendees=(invited,), stamp=NOW + MINUTE)
    reply(world, guest, sender="fremd@post.example", stamp=NOW + 2 * MINUTE)
    (known,) = world.rows(CalendarAnswer, verdict="other_address")
    silent = {Verdict.UNKNOWN, Verdict.DOUBLE, Verdict.TAKEN}
    made = set(Verdict) - silent - {Verdict.OTHER_ADDRESS, Verdict.PASSED_ON, Verdict.ASKED, Verdict.GRACE}

    def work(session: Any) -> None:
        for verdict in made | {Verdict.DOUBLE, Verdict.TAKEN}:
            values = known.model_dump() | {"id": f"{verdict:x<16}", "inbound_id": str(verdict), "verdict": verdict}
            session.add(CalendarAnswer(**values | ({"partstat": ""} if verdict == Verdict.NO_ANSWER else {})))

    world.within(guest, work)
    organiser = staff(world, dialogue.initiative_id, "organiser")
    path = f"{base(world, dialogue)}/anmeldungen/{guest.id}"
    page = organiser.get(path)
    manners(page)
    section = page.text.partition("Antworten aus dem Kalender")[2].partition("</section>")[0]
    rows = [" ".join(unescape(re.sub(r"<[^>]*>", " ", row)).split()) for row in section.split("<li>")[1:]]
    # Of what is simply taken the sign says all; a copy is not shown.
    assert len(rows) == len(set(rows)) == len(made) + 4
    said = " ".join(rows)
    assert "Vorschlag: Donnerstag, 25. März 2027, 17:00 bis 18:00 Uhr. Ihr Termin bleibt" in said
    assert "Genannt ist vertretung@post.example." in said
    assert "Von einer anderen Adresse: fremd@post.example. Es ändert nichts." in said
