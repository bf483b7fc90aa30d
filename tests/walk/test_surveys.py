"""Before, in the room, after, and some weeks later: the surveys of a dialogue in a browser, on a phone and at a desk.

German, English and plain language side by side, each page with every check of the walk. The pictures lie beside the pages.
"""

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from events.models import Dialogue
from feedback import operations, pairing, queries
from feedback.models import AnswerSheet, Survey
from kit import db as kit_db
from kit.db import wide, within
from kit.ids import new_id
from registration.models import Arrival, Participant, Registration
from tests.conftest import NOW, World, environment
from tests.spine.processes import Product, Sink
from tests.walk.browser import DESK, PHONE, Visitor, Watch, browsers
from tests.walk.journey import Journey

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture
def journey(tmp_path: Path, sqlite_template: Path, request: pytest.FixtureRequest) -> Iterator[Journey]:
    path = tmp_path / "walk.sqlite3"
    shutil.copy(sqlite_template, path)
    now_file = tmp_path / "now"
    now_file.write_text(NOW.isoformat())
    with ExitStack() as stack:
        sink = stack.enter_context(Sink())
        product = stack.enter_context(Product(f"sqlite:///{path}", tmp_path, sink))
        product.environment["DIALOGWERK_NOW_FILE"] = str(now_file)
        product.command("migrate")
        ours = {name: value for name, value in product.environment.items() if name.startswith("DIALOGWERK_")}
        stack.enter_context(environment(**ours))
        product.start("run")
        opened = stack.enter_context(browsers(product.base))
        product.ready()
        watch = Watch(tmp_path / "pages")
        yield Journey(product, sink, opened, watch, now_file, width=request.param)
        print("\n".join(watch.faults))


def seen(visitor: Visitor, name: str) -> None:
    """Every check of a page, and its picture."""
    visitor.look(name)
    visitor.page.screenshot(path=visitor.watch.folder / f"{len(visitor.watch.names):02}-{name}.png", full_page=True)


def answered(visitor: Visitor, names: tuple[str, ...], step: str = "4") -> None:
    for name in names:
        visitor.tick(f"input[name={name}][value='{step}']")


def forward(visitor: Visitor) -> None:
    visitor.click("form#rate button[value=weiter]")


def letter(journey: Journey, email: str) -> str:
    """The address of the next letter with a survey."""
    mail = journey.mail(email)
    while "/umfrage/" not in mail.text:
        mail = journey.mail(email)
    return mail.link("umfrage")


def until(found: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 90
    while not found():
        assert time.monotonic() < deadline, "the worker did not do it"
        time.sleep(0.5)


@pytest.mark.parametrize("journey", [PHONE, DESK], indirect=True, ids=["phone", "desk"])
def test_before_live_after_and_later(journey: Journey) -> None:
    database = kit_db.database()
    world = World(database)
    dialogue = world.dialogue()
    scope = within(dialogue.initiative_id)
    guests = [world.confirm(world.sign_up(dialogue, f"gast{number}@post.example")) for number in range(3)]
    emails = [guest.email for guest in guests]
    with database.write(scope) as session:
        row = session.get_one(Dialogue, dialogue.id)
        for moment, audience in (("before", "confirmed"), ("after", "came"), ("later", "came")):
            operations.plan(
                session, dialogue=row, moment=moment, audience=audience, questionnaire="instrument", actor="p", now=NOW
            )
        session.get_one(Registration, guests[2].id).language = "en"

    # Before, by letter: two pages, three words at the end, one page back and forth.
    first = journey.visitor("first").open(letter(journey, emails[0]))
    seen(first, "before-1")
    forward(first)
    seen(first, "before-2")
    words = first.find("#woerter").input_value()
    assert pairing.read(words) is not None
    answered(first, ("E1", "K1"), "2")
    first.click("form#rate button[value=zurueck]")
    answered(first, ("N1", "N2", "U1", "S1", "T1"), "3")
    forward(first)
    assert first.find("input[name=E1][value='2']").is_checked()
    assert first.find("#woerter").input_value() == words
    first.fill("#woerter", "Kein Wort davon")
    first.submit("rate")
    seen(first, "before-refused")
    first.fill("#woerter", words)
    first.submit("rate")
    seen(first, "before-thanks")

    # In plain language, from the letter's page.
    second = journey.visitor("second").open(letter(journey, emails[1]))
    second.click("a[href$='sprache=einfach']")
    seen(second, "before-plain")
    answered(second, ("N2_einfach", "T1_einfach"), "3")
    second.submit("rate")
    seen(second, "before-plain-thanks")

    # In English.
    third = journey.visitor("third")
    third.context.add_cookies([{"name": "sprache", "value": "en", "url": journey.browsers.base}])
    third.open(letter(journey, emails[2]))
    seen(third, "before-english-1")
    forward(third)
    seen(third, "before-english-2")
    assert "Your three words" in third.text()

    # In the room: each device once.
    with database.write(scope) as session:
        live = operations.open_survey(
            session, dialogue=session.get_one(Dialogue, dialogue.id), moment="live", audience="anybody",
            questionnaire="speaker", linked=True, now=NOW,
        )  # fmt: skip
        on_the_wall = f"/umfrage/{queries.link_token(live)}"
    for number in range(5):
        device = journey.visitor(f"device {number}").open(on_the_wall)
        answered(device, ("clear", "open"), str(number + 1))
        if number:
            device.submit("rate")
        else:
            seen(device, "live")
            device.submit("rate")
            seen(device, "live-thanks")
            device.open(on_the_wall)
            seen(device, "live-again")
        device.close()

    # The result stays frozen until the moderator opens it.
    device = journey.visitor("somebody").open(f"{on_the_wall}/ergebnis")
    seen(device, "live-waiting")
    with database.write(scope) as session:
        operations.show_result(session, survey=live, now=NOW, actor="person:p")
    device.open(f"{on_the_wall}/ergebnis")
    seen(device, "live-result")
    device.close()

    # Afterwards: those who came, with the words of before.
    with database.write(scope) as session:
        row = session.get_one(Dialogue, dialogue.id)
        ends, starts = row.ends_at, row.starts_at
        for guest in guests[:2]:
            person = session.exec(select(Participant).where(Participant.registration_id == guest.id)).first()
            assert person is not None
            session.add(
                Arrival(
                    initiative_id=dialogue.initiative_id, id=new_id(), dialogue_id=dialogue.id,
                    registration_id=guest.id, participant_id=person.id, at=starts,
                )
            )  # fmt: skip
    journey.time_is((ends + timedelta(days=1)).isoformat())
    first.open(letter(journey, emails[0]))
    seen(first, "after-1")
    while first.find("form#rate button[value=weiter]").count():
        forward(first)
        seen(first, f"after-page-{first.find('input[name=seite]').get_attribute('value')}")
    first.fill("#woerter", words.lower())
    first.fill("textarea", "Gute Gespräche.")
    first.submit("rate")
    seen(first, "after-thanks")

    # Seven weeks later.
    journey.time_is((ends + timedelta(weeks=7, hours=1)).isoformat())
    first.open(letter(journey, emails[0]))
    while "Was ist geblieben?" not in first.text():
        first.open(letter(journey, emails[0]))
    seen(first, "later")
    first.tick("input[name=H1][value=ja]")
    if first.find("form#rate button[value=weiter]").count():
        forward(first)
        seen(first, "later-2")
    first.fill("#woerter", words)
    first.submit("rate")
    seen(first, "later-thanks")

    # The end: everything closed, three answers of one person under one trace.
    journey.time_is((ends + timedelta(weeks=10)).isoformat())

    def closed() -> bool:
        with database.read(wide("figures")) as session:
            return all(state == "closed" for state in session.exec(select(Survey.state)))

    until(closed)
    second.open(on_the_wall)
    seen(second, "over")
    with database.read(wide("figures")) as session:
        assert list(queries.breaches(session)) == []
        rows = session.exec(
            select(Survey.moment, AnswerSheet.traces).join(Survey, Survey.id == AnswerSheet.survey_id)  # type: ignore[arg-type]
        ).all()
    paired = [(moment, traces) for moment, traces in rows if traces]
    assert len({traces for moment, traces in paired if moment != "before"}) == 1
    assert sorted(moment for moment, _traces in rows) == ["after", "before", "before", "later", *["live"] * 5]
    journey.watch.valid()
    assert "\n".join(journey.watch.faults) == ""
