"""Before, in the room, after, and some weeks later: the surveys of a dialogue in a browser, on a phone and at a desk.

At each moment one guest answers in German, one in English and one in plain language; others answer beside them, so that
there is a result. Each page has every check of the walk; the pictures lie beside the pages.
"""

import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from events.models import Dialogue
from feedback import operations, pairing, queries, signs
from feedback.models import AnswerSheet, Survey, SurveyInvitation
from feedback.pairing import Phrase
from feedback.queries import Asked
from feedback.questions import Answers, Question
from kit import db as kit_db
from kit.db import Database, wide, within
from kit.ids import new_id
from kit.tokens import derive
from network import operations as network
from network.models import Initiative
from registration.models import Arrival, Participant, Registration
from tests.conftest import NOW, World, environment
from tests.spine.processes import Product, Sink
from tests.walk.browser import DESK, PHONE, Visitor, Watch, browsers
from tests.walk.journey import Journey

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(1200)]

GERMAN, ENGLISH, PLAIN = "german", "english", "plain"
TEAM = "projekt@post.example"
PLACES = 10


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


class Room:
    """A dialogue with ten guests, three of whom answer in the browser, and six who wait, one of them there too."""

    def __init__(self, journey: Journey) -> None:
        self.journey = journey
        self.database: Database = kit_db.database()
        world = World(self.database)
        self.dialogue = world.dialogue(capacity=PLACES)
        self.scope = within(self.dialogue.initiative_id)
        self.guests = [
            world.confirm(world.sign_up(self.dialogue, f"gast{number}@post.example")) for number in range(PLACES)
        ]
        self.waiting = [
            world.confirm(world.sign_up(self.dialogue, f"wartet{number}@post.example"), choice="waiting_list")
            for number in range(6)
        ]
        self.emails = dict(zip((GERMAN, ENGLISH, PLAIN), (guest.email for guest in self.guests), strict=False))
        # What stands on an English page is looked at for German words, but for the team's own.
        self.english = Watch(journey.watch.folder.with_name("pages-en"), "en", typed=set(journey.watch.typed))
        self.english.typed |= {self.dialogue.title, "Ein Abend an runden Tischen", "Bürgerhaus", "Dialogverbund"}
        self.visitors = {mode: self.visitor(mode) for mode in (GERMAN, ENGLISH, PLAIN)}
        self.phrases: dict[str, Phrase] = {}

    def visitor(self, mode: str) -> Visitor:
        watch = self.english if mode == ENGLISH else self.journey.watch
        return Visitor(self.journey.browsers, watch, mode, keyboard=False, **self.journey.options)

    def time_is(self, moment: datetime) -> None:
        self.now = moment
        self.journey.time_is(moment.isoformat())

    def planned(self) -> None:
        """What is asked when, and who is in the team."""
        with self.database.write(self.scope) as session:
            row = session.get_one(Dialogue, self.dialogue.id)
            for moment in ("before", "after", "later"):
                for audience in ("confirmed" if moment == "before" else "came", "waiting"):
                    operations.plan(
                        session, dialogue=row, moment=moment, audience=audience, questionnaire="instrument",
                        actor="p", now=NOW,
                    )  # fmt: skip
            session.get_one(Registration, self.guests[1].id).language = "en"
            initiative = session.get_one(Initiative, row.initiative_id)
            self.base = f"/arbeitsplatz/{initiative.slug}"
            network.add_member(
                session, initiative=initiative, email=TEAM, name="Projekt Muster", role="organiser",
                welcome=False, actor="p", now=NOW,
            )  # fmt: skip

    def letter(self, email: str) -> str:
        """The address of the next letter with a survey, and how the letter looks."""
        mail = self.journey.mail(email)
        while "/umfrage/" not in mail.text:
            mail = self.journey.mail(email)
        picture = self.journey.watch.folder / f"letter-{email.partition('@')[0]}-{self.now:%m%d}.png"
        picture.parent.mkdir(exist_ok=True)
        page = self.visitors[GERMAN].context.new_page()
        page.set_content(mail.html)
        page.screenshot(path=picture, full_page=True)
        page.close()
        return mail.link("umfrage")

    def survey(self, moment: str, audience: str) -> Survey:
        """The survey, once the worker has opened it."""

        def opened() -> list[Survey]:
            with self.database.read(wide("figures")) as session:
                found = select(Survey).where(Survey.moment == moment, Survey.audience == audience)
                return list(session.exec(found))

        until(opened)
        return opened()[0]

    def through(self, mode: str, moment: str, step: int) -> Visitor:
        """From the letter to the last page, each with its picture; nothing is sent yet."""
        visitor = self.visitors[mode].open(self.letter(self.emails[mode]))
        if mode == PLAIN:
            visitor.click("a[href$='sprache=einfach']")
        pages = 1
        while True:
            seen(visitor, f"{moment}-{pages}-{mode}")
            chosen(visitor, step)
            if not visitor.find("form#rate button[value=weiter]").count():
                return visitor
            forward(visitor)
            pages += 1

    def the_others(self, moment: str, audience: str, step: int) -> None:
        """Everybody else who was asked and is not in the browser, as fast as a letter is opened."""
        survey = self.survey(moment, audience)
        in_the_browser = {guest.id for guest in (*self.guests[:3], self.waiting[0])}

        def asked() -> list[SurveyInvitation]:
            with self.database.read(wide("figures")) as session:
                return list(session.exec(select(SurveyInvitation).where(SurveyInvitation.survey_id == survey.id)))

        until(lambda: len(asked()) == (len(self.waiting) if audience == "waiting" else PLACES))
        for number, invitation in enumerate(one for one in asked() if one.registration_id not in in_the_browser):
            with self.database.write(self.scope) as session:
                thing = queries.asked_by_token(session, derive("survey", invitation.id, invitation.token_version))
                assert thing is not None
                phrase = self.phrases.setdefault(str(invitation.registration_id), pairing.draw())
                traces = signs.traces(session, thing.survey, phrase=phrase)
                answers = sheet(queries.questions_of(thing.survey), step + number % 2)
                operations.answer(session, asked=thing, answers=answers, traces=traces, now=self.now)

    def by_the_link(self, survey: Survey, number: int) -> None:
        """Some more answer in the room, each on a device of their own."""
        with self.database.write(self.scope) as session:
            row = session.get_one(Survey, survey.id)
            initiative = session.get_one(Initiative, row.initiative_id)
            thing = Asked(None, row, session.get_one(Dialogue, self.dialogue.id), initiative)
            for place in range(number):
                answers = sheet(queries.questions_of(row), 2 + place % 3)
                operations.answer(session, asked=thing, answers=answers, device=f"device{place}", now=self.now)

    def came(self) -> tuple[datetime, datetime]:
        """Everybody with a place arrives; begin and end of the dialogue."""
        with self.database.write(self.scope) as session:
            row = session.get_one(Dialogue, self.dialogue.id)
            for guest in self.guests:
                person = session.exec(select(Participant).where(Participant.registration_id == guest.id)).first()
                assert person is not None
                session.add(
                    Arrival(
                        initiative_id=row.initiative_id, id=new_id(), dialogue_id=row.id,
                        registration_id=guest.id, participant_id=person.id, at=row.starts_at,
                    )
                )  # fmt: skip
            return row.starts_at, row.ends_at

    def team(self) -> dict[str, Visitor]:
        """Somebody of the team, in both languages."""
        german = self.journey.sign_in("team", TEAM)
        english = self.visitor(ENGLISH)
        english.context.add_cookies([one for one in german.context.cookies() if one["name"] != "sprache"])  # type: ignore[misc]
        return {GERMAN: german, ENGLISH: english}


def sheet(questions: tuple[Question, ...], step: int) -> Answers:
    """An answer to each question on a scale, the first of a choice."""
    return {
        each.code: min(each.scale[1], max(each.scale[0], step))
        if each.scale
        else each.options[0].code
        if each.kind == "choice"
        else None
        for each in questions
    }


def seen(visitor: Visitor, name: str) -> None:
    """Every check of a page, and its picture."""
    visitor.look(name)
    visitor.page.screenshot(path=visitor.watch.folder / f"{len(visitor.watch.names):02}-{name}.png", full_page=True)


def chosen(visitor: Visitor, step: int) -> None:
    """The same step everywhere on a page, or the last one of a shorter scale."""
    names = "all => [...new Set(all.map(one => one.name))]"
    for name in visitor.find("form#rate input[type=radio]").evaluate_all(names):
        radios = visitor.find(f"input[name='{name}']:not([value=weiss_nicht])")
        radios.nth(min(step, radios.count()) - 1).check()


def forward(visitor: Visitor) -> None:
    visitor.click("form#rate button[value=weiter]")


def until(found: Callable[[], Any]) -> None:
    deadline = time.monotonic() + 90
    while not found():
        assert time.monotonic() < deadline, "the worker did not do it"
        time.sleep(0.5)


@pytest.mark.parametrize("journey", [PHONE, DESK], indirect=True, ids=["phone", "desk"])
def test_before_live_after_and_later(journey: Journey) -> None:
    room = Room(journey)
    room.planned()
    room.time_is(NOW)
    words = before(room)
    starts, ends = room.came()
    room.time_is(starts + timedelta(hours=1))
    in_the_room(room)
    room.time_is(ends + timedelta(days=1))
    room.the_others("after", "came", 4)
    room.the_others("after", "waiting", 3)
    afterwards(room, "after", words)
    room.time_is(ends + timedelta(weeks=7, hours=1))
    room.the_others("later", "came", 3)
    afterwards(room, "later", words)
    room.time_is(ends + timedelta(weeks=10))

    def closed() -> bool:
        with room.database.read(wide("figures")) as session:
            return all(state == "closed" for state in session.exec(select(Survey.state)))

    until(closed)
    results(room)
    kept(room)
    for watch in (journey.watch, room.english):
        watch.valid()
    assert "\n".join([*journey.watch.faults, *room.english.faults]) == ""


def before(room: Room) -> Mapping[str, str]:
    """By letter: pages back and forth, three words at the end. Returns the words of each guest."""
    first = room.through(GERMAN, "before", 3)
    words = {GERMAN: first.find("#woerter").input_value()}
    assert pairing.read(words[GERMAN]) is not None
    first.click("form#rate button[value=zurueck]")
    forward(first)
    assert first.find("input[name=E1][value='3']").is_checked()
    assert first.find("#woerter").input_value() == words[GERMAN]
    first.fill("#woerter", "Kein Wort davon")
    first.submit("rate")
    seen(first, "before-refused")
    first.fill("#woerter", words[GERMAN])
    first.submit("rate")
    seen(first, "before-thanks")
    for mode in (ENGLISH, PLAIN):
        visitor = room.through(mode, "before", 2)
        words[mode] = visitor.find("#woerter").input_value()
        assert ("Your three words" in visitor.text(), "Nur die Zahl bleibt." in visitor.text()) == (
            mode == ENGLISH, mode == PLAIN,
        )  # fmt: skip
        visitor.submit("rate")
        seen(visitor, f"before-thanks-{mode}")
    room.letter(room.waiting[0].email)
    room.the_others("before", "confirmed", 2)
    room.by_the_link(room.survey("before", "confirmed"), 5)
    return words


def in_the_room(room: Room) -> None:
    """Each device once; the result stays frozen until the moderator opens it. A sheet of paper and a tablet."""
    team = room.team()
    with room.database.write(room.scope) as session:
        live = operations.open_survey(
            session, dialogue=session.get_one(Dialogue, room.dialogue.id), moment="live", audience="anybody",
            questionnaire="speaker", linked=True, now=room.now,
        )  # fmt: skip
        on_the_wall = f"/umfrage/{queries.link_token(live)}"
    for mode, visitor in team.items():
        seen(visitor.open(f"{room.base}/umfragen/{live.id}"), f"live-survey-{mode}")
        seen(visitor.open(f"{room.base}/umfragen/{live.id}/leinwand"), f"live-wall-{mode}")
    for mode in (GERMAN, ENGLISH, PLAIN):
        device = room.visitor(mode).open(on_the_wall)
        if mode == PLAIN:
            device.click("a[href$='sprache=einfach']")
        chosen(device, 4)
        seen(device, f"live-{mode}")
        device.submit("rate")
        seen(device, f"live-thanks-{mode}")
        seen(device.open(on_the_wall), f"live-again-{mode}")
        seen(device.open(f"{on_the_wall}/ergebnis"), f"live-waiting-{mode}")
        device.close()
    room.by_the_link(live, 4)
    sheet_and_tablet(room, team, live)
    with room.database.write(room.scope) as session:
        operations.show_result(session, survey=session.get_one(Survey, live.id), now=room.now, actor="person:p")
    for mode, visitor in team.items():
        seen(visitor.open(f"{room.base}/umfragen/{live.id}/leinwand"), f"live-wall-result-{mode}")
        device = room.visitor(mode)
        seen(device.open(f"{on_the_wall}/ergebnis"), f"live-result-{mode}")
        seen(device.open(on_the_wall), f"live-over-{mode}")
        device.close()
        visitor.close()


def sheet_and_tablet(room: Room, team: Mapping[str, Visitor], live: Survey) -> None:
    """One sheet is typed in, wrong at first; one person answers on a tablet."""
    for mode, visitor in team.items():
        seen(visitor.open(f"{room.base}/umfragen/{live.id}/eingabe"), f"paper-{mode}")
        visitor.fill("#clear", "9")
        visitor.submit("enter-sheet")
        seen(visitor, f"paper-refused-{mode}")
        visitor.fill("#clear", "4")
        visitor.submit("enter-sheet")
        seen(visitor, f"paper-next-{mode}")
    with room.database.read(wide("figures")) as session:
        survey = session.get_one(Survey, live.id)
        tablet = f"/kiosk/{derive('survey_kiosk', survey.id, survey.kiosk_version)}"
    for mode in (GERMAN, ENGLISH, PLAIN):
        device = room.visitor(mode).open(tablet)
        if mode == PLAIN:
            device.click("a[href$='sprache=einfach']")
        seen(device, f"tablet-{mode}")
        chosen(device, 3)
        device.press("form#rate button[type=submit]")
        device.find("#kiosk-next").wait_for()
        seen(device, f"tablet-thanks-{mode}")
        device.close()


def afterwards(room: Room, moment: str, words: Mapping[str, str]) -> None:
    """Those who came, with the words of before."""
    for mode in (GERMAN, ENGLISH, PLAIN):
        visitor = room.through(mode, moment, 4)
        visitor.fill("#woerter", words[mode].lower())
        visitor.submit("rate")
        seen(visitor, f"{moment}-thanks-{mode}")
    if moment == "after":
        address = room.letter(room.waiting[0].email)
        for mode in (GERMAN, ENGLISH):
            waiting = room.visitor(mode).open(address)
            seen(waiting, f"after-waiting-{mode}")
            chosen(waiting, 3)
            waiting.close()


def results(room: Room) -> None:
    """Everything is closed: what the team sees."""
    seen(room.visitors[GERMAN].open(f"/umfrage/{queries.link_token(room.survey('live', 'anybody'))}"), "over")
    here = f"{room.base}/dialoge/{room.dialogue.slug}"
    surveys = {
        "before": room.survey("before", "confirmed"),
        "later": room.survey("later", "came"),
        "live": room.survey("live", "anybody"),
        "waiting": room.survey("after", "waiting"),
    }
    pages = {"result": f"{here}/ergebnis", "compared": f"{here}/ergebnis/vergleich", "report": f"{here}/bericht",
             "insight": f"{here}/erkenntnis", "plan": f"{here}/umfragen", "paper-over": f"{room.base}/umfragen/{surveys['live'].id}/eingabe"}  # fmt: skip
    pages |= {f"result-{name}": f"{here}/ergebnis/{survey.id}" for name, survey in surveys.items()}
    for mode, visitor in room.team().items():
        for name, path in pages.items():
            seen(visitor.open(path), f"{name}-{mode}")
        visitor.open(pages["result"])
        assert visitor.find(".way").count() > 0, "nothing is said about a change"


def kept(room: Room) -> None:
    """Nothing is out of order, and the answers of one person stand under one trace."""
    with room.database.read(wide("figures")) as session:
        assert list(queries.breaches(session)) == []
        rows = session.exec(
            select(Survey.moment, AnswerSheet.traces).join(Survey, Survey.id == AnswerSheet.survey_id)  # type: ignore[arg-type]
        ).all()
    assert {moment: sum(1 for found, _traces in rows if found == moment) for moment, _traces in rows} == {
        "before": PLACES + 5, "live": 12, "after": PLACES + 5, "later": PLACES,
    }  # fmt: skip
    later = [traces for moment, traces in rows if moment == "later"]
    assert set(later) <= {traces for moment, traces in rows if moment == "after"}
