"""The whole application with everything its addresses can name, and browsers of every role."""

import re
from base64 import b64decode
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

from sqlmodel import select
from starlette.testclient import TestClient

from accounts import cookies
from accounts import operations as accounts
from accounts.models import Person
from accounts.rules import EMAIL_CHANGE_PURPOSE
from checkin import operations as checkin
from checkin.duty import DUTY
from checkin.models import DoorLink
from checkin.routes.gates import link_path
from events import operations as events
from events.models import Dialogue, DialogueDate
from events.routes.team_calendar import TEAM_CALENDAR
from events.rules import DialogueValue, OfferValue
from feedback import heard, insights, inviting, library, questionnaires
from feedback import operations as feedback
from feedback import queries as feedback_queries
from feedback.models import Survey, SurveyInvitation
from feedback.routes.kiosk import kiosk_path
from kit import clock, downloads
from kit.db import Database, wide, within
from kit.ids import new_id
from kit.journal import SYSTEM
from kit.tokens import derive
from mail.inbound import store
from mail.models import Letter
from network import operations as network
from network.models import Initiative, Logo, Membership, TeamInvitation
from network.rules import INVITATION_PURPOSE
from registration import operations as registrations
from registration.all_calendar import FEED as ALL_FEED
from registration.all_calendar import PAGE as ALL_PAGE
from registration.files import new_file
from registration.models import Participant, Registration
from registration.operations import sweeps
from registration.own_calendar import calendar_path
from registration.routes.public import RECEIPT
from registration.routes.shown import confirm_path, own_path
from registration.rules import Party
from subscription.routes import confirm_path as subscription_confirm
from subscription.routes import own_path as subscription_own
from tests.conftest import NOW, World
from tests.registration.replies import reply
from web import files
from web.app import build
from web.inbound import read_inbound

# One red point.
PICTURE = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGM4IScHAAK2AQU0pnWqAAAAAElFTkSuQmCC")
ROLES = ("nobody", "foreign", "reader", "observer", "helper", "organiser", "owner", "desk")
MEMBERS = ("reader", "observer", "helper", "organiser", "owner")


class Forms(HTMLParser):
    """The forms of a page by the path they are sent to, with the values a browser would send unchanged."""

    def __init__(self, page: str, own_path: str) -> None:
        super().__init__()
        self.own_path = own_path
        self.found: dict[str, dict[str, str]] = {}
        self.buttons: dict[str, str] = {}
        self._form: dict[str, str] | None = None
        self._select = ""
        self._text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        values = {name: value or "" for name, value in attrs}
        name = values.get("name", "")
        if tag == "form":
            path = (values.get("action") or self.own_path).partition("?")[0]
            self._form = self.found.setdefault(path, {}) if values.get("method", "").lower() == "post" else None
        elif self._form is None or not name:
            if tag == "option" and self._form is not None and self._select:
                self._option(values)
        elif tag == "input":
            if values.get("type") in ("checkbox", "radio"):
                if "checked" in values:
                    self._form[name] = values.get("value", "on")
            elif values.get("type") not in ("submit", "button"):
                self._form.setdefault(name, values.get("value", ""))
        elif tag == "select":
            self._select = name
        elif tag == "button":
            self.buttons.setdefault(name, values.get("value", ""))
        elif tag == "textarea":
            self._text = name
            self._form[name] = ""

    def _option(self, values: dict[str, str]) -> None:
        assert self._form is not None
        if "selected" in values or self._select not in self._form:
            self._form[self._select] = values.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._text = ""

    def handle_data(self, data: str) -> None:
        if self._text and self._form is not None:
            self._form[self._text] += data


class Scene:
    """One initiative with a team, a foreign one, the service point; and new things for each address when asked."""

    def __init__(self, database: Database, world: World) -> None:
        self.database = database
        self.world = world
        clock.fix(NOW)
        self.app = build()
        self.readers: dict[str, TestClient] = {}
        self.initiative = self.new_initiative("ems")
        self.other = self.new_initiative("weser")
        self.people: dict[str, Person] = {}
        self.at_the_door: Participant
        for role in MEMBERS:
            self.people[role] = self.member(role, f"{role}@ems.example")
        self.people["foreign"] = self.member("owner", "owner@weser.example", self.other)
        self.people["desk"] = self.as_person(
            lambda session: network.create_admin(session, email="desk@servicestelle.example", now=NOW)
        )

    def new_initiative(self, slug: str) -> Initiative:
        value = network.NewInitiative(slug=slug, name=f"Dialogverbund {slug.title()} (fiktiv)", land="NI")
        return self.as_person(
            lambda session: network.create_initiative(
                session,
                value=value,
                owner_email=f"first@{slug}.example",
                welcome=False,
                actor=SYSTEM,
                now=NOW,
            )
        )

    def member(self, role: str, email: str, initiative: Initiative | None = None) -> Person:
        def work(session: Any) -> Person:
            network.add_member(
                session,
                initiative=initiative or self.initiative,
                email=email,
                role=role,
                welcome=False,
                actor=SYSTEM,
                now=NOW,
            )
            session.flush()
            return session.exec(select(Person).where(Person.email == email)).one()

        return self.as_person(work)

    def as_person(self, work: Any) -> Any:
        return self.database.transact(wide("person"), work)

    def browser(self, role: str = "nobody") -> TestClient:
        """A browser that follows nothing by itself, signed in as this role."""
        client = TestClient(self.app, follow_redirects=False, raise_server_exceptions=False)
        if role != "nobody":
            token = self.as_person(
                lambda session: accounts.sign_in(session, person_id=self.people[role].id, old_cookie="", now=NOW)
            )
            client.cookies.set(cookies.cookie_name(), token)
        return client

    def reader(self, role: str) -> TestClient:
        """The one browser in which this role only looks."""
        if role not in self.readers:
            self.readers[role] = self.browser(role)
        return self.readers[role]

    def browser_of_another(self, role: str) -> TestClient:
        """Somebody else in this role, who may go: at the service point there is one person alone."""
        if role in ("nobody", "desk"):
            return self.browser(role)
        place = (role, self.initiative) if role in MEMBERS else ("owner", self.other)
        self.people["another"] = self.member(place[0], f"{new_id()}@ems.example", place[1])
        return self.browser("another")

    # --- things that addresses name ---

    def path(self, address: str) -> str:
        """The address with new things in it, each in the state that the address needs."""
        made = address
        made = made.replace("{initiative}", self.initiative.slug)
        for name in re.findall(r"{(\w+)}", address):
            if "{" + name + "}" in made:
                made = getattr(self, f"_{name}")(address, made)
        return made

    def dialogue(self, **values: Any) -> Dialogue:
        return self.world.dialogue(self.initiative, **values)

    def draft(self) -> Dialogue:
        value = DialogueValue(
            title="Entwurf eines Abends", lead="Ein Abend.", format_code="F5", start="2027-03-24T17:00",
            end="2027-03-24T21:00", place="Bürgerhaus Beispielmoor", city="Beispielmoor", land="NI",
        )  # fmt: skip
        return self.world.within_id(
            self.initiative.id,
            lambda session: events.create_dialogue(
                session,
                initiative_id=self.initiative.id,
                value=value,
                offers=[OfferValue(key="o0", title="", capacity=10)],
                actor=SYSTEM,
                now=NOW,
            ),
        )

    def _slug(self, address: str, made: str) -> str:
        if address.startswith("/initiativen/"):
            return made.replace("{slug}", self.initiative.slug)
        if address.startswith("/reihen/"):
            self.dialogue(series="Abende am Kanal")
            return made.replace("{slug}", "abende-am-kanal")
        named = (
            "{receipt}",
            "{registration}",
            "{participant}",
            "{download}",
            "{letter}",
            "{link}",
            "{date}",
            "{survey}",
        )
        if any(name in address for name in named):
            return made
        if "/erkenntnis" in address:
            return made.replace("{slug}", self.learned().slug)
        if "/bericht" in address or address.endswith("/gehoert"):
            return made.replace("{slug}", self.told(published=not address.endswith("/veroeffentlichung")).slug)
        if address.endswith(("/ergebnis/texte", "/ergebnis/vergleich")):
            return made.replace("{slug}", self.written()[0].slug)
        if address.endswith(".pdf"):
            return made.replace("{slug}", self.closed().slug)
        if address.endswith("/ergebnis"):
            return made.replace("{slug}", self.rated()[0].slug)
        if address.endswith(("/veroeffentlichung", "}/vorschau", "/bearbeiten")):
            return made.replace("{slug}", self.draft().slug)
        dialogue = self.series() if address.endswith("/termine") else self.dialogue()
        if address.startswith("/arbeitsplatz/"):
            self.world.confirm(self.world.sign_up(dialogue))
            self.world.sign_up(dialogue)
        return made.replace("{slug}", dialogue.slug)

    def series(self) -> Dialogue:
        """A dialogue with several dates, and somebody with a place."""
        dialogue = self.dialogue(repetition="FREQ=WEEKLY;COUNT=4")
        self.world.confirm(self.world.sign_up(dialogue))
        return dialogue

    def _date(self, _address: str, made: str) -> str:
        dialogue = self.series()
        date = self.world.rows(DialogueDate, dialogue_id=dialogue.id)[1]
        return made.replace("{slug}", dialogue.slug).replace("{date}", date.id)

    def _logo(self, _address: str, made: str) -> str:
        """The picture of an initiative."""

        def work(session: Any) -> str:
            row = session.get_one(Initiative, self.initiative.id)
            network.set_logo(session, initiative=row, content=PICTURE, media_type="image/png", actor=SYSTEM, now=NOW)
            return session.exec(select(Logo)).one().id

        return made.replace("{logo}", self.world.within_id(self.initiative.id, work))

    def _inbound(self, _address: str, made: str) -> str:
        """A message that nobody but a person can make something of."""
        raw = f"From: gast@post.example\r\nSubject: {new_id()}\r\n\r\nIch komme später.".encode()
        found = self.database.transact(
            wide("sweep"),
            lambda session: store(session, raw=raw, sender="", recipients=["dialog@dialogwerk.example"], now=NOW),
        )
        read_inbound(self.database, NOW)
        return made.replace("{inbound}", found)

    def _receipt(self, _address: str, made: str) -> str:
        dialogue = self.dialogue()
        registration = self.world.sign_up(dialogue)
        return made.replace("{slug}", dialogue.slug).replace("{receipt}", derive(RECEIPT, registration.id, 1))

    def _registration(self, address: str, made: str) -> str:
        dialogue = self.dialogue()
        if address.endswith(("/brief", "/ticket.pdf")):
            registration = self.by_hand(dialogue)
        else:
            registration = self.world.sign_up(dialogue)
            if not address.endswith("/zusage"):
                self.world.confirm(registration)
        return made.replace("{slug}", dialogue.slug).replace("{registration}", registration.id)

    def _download(self, address: str, made: str) -> str:
        """A list that was ordered; made, where it is fetched."""
        dialogue = self.dialogue()
        file = new_file(dialogue, kind="csv", choice={}, title="Anmeldungen", language="de")
        found = self.world.within(dialogue, lambda session: downloads.order(session, download=file, now=NOW))
        if address.endswith("/abruf"):
            downloads.make(self.database, dialogue.initiative_id, found.id, files.MAKERS)
        return made.replace("{slug}", dialogue.slug).replace("{download}", found.id)

    def _letter(self, _address: str, made: str) -> str:
        """A confirmation that did not arrive."""
        dialogue = self.dialogue()
        registration = self.world.confirm(self.world.sign_up(dialogue))
        (letter,) = self.world.rows(Letter, registration_id=registration.id, kind="confirmation")

        def work(session: Any) -> None:
            session.get_one(Letter, letter.id).state = "needs_attention"

        self.world.within(letter, work)
        return made.replace("{slug}", dialogue.slug).replace("{letter}", letter.id)

    def _link(self, _address: str, made: str) -> str:
        dialogue = self.dialogue()
        return made.replace("{slug}", dialogue.slug).replace("{link}", self.door_link(dialogue).id)

    def door_link(self, dialogue: Dialogue) -> DoorLink:
        """A link that opens the door."""
        return self.world.within(
            dialogue,
            lambda session: checkin.make_link(session, dialogue=dialogue, name="Tor 1", actor=SYSTEM, now=NOW),
        )

    def door(self, address: str, made: str) -> str:
        """The door by link. Somebody with a seat stands there; in, where the address names them."""
        dialogue = self.dialogue()
        self.at_the_door = self.guest(dialogue)
        if "{participant}" in address:
            self.arrive(self.at_the_door)
        opened = link_path(self.door_link(dialogue))
        return made.replace("/einlass/{token}", opened).replace("{participant}", self.at_the_door.id)

    def by_hand(self, dialogue: Dialogue) -> Registration:
        """Somebody without an address, confirmed: the letter is printed."""
        party = Party(
            email=None, name="Gast Muster", organisation="", names=("Gast Muster",),
            offer_id=self.world.offers(dialogue)[0].id,
        )  # fmt: skip
        return self.world.within(
            dialogue,
            lambda session: registrations.add_by_hand(
                session, dialogue=dialogue, party=party, form_key=new_id(), actor=SYSTEM, now=NOW
            ),
        )

    def _participant(self, address: str, made: str) -> str:
        dialogue = self.dialogue()
        person = self.guest(dialogue)
        self.arrive(person)
        return made.replace("{slug}", dialogue.slug).replace("{participant}", person.id)

    def guest(self, dialogue: Dialogue) -> Participant:
        """Somebody with a confirmed seat."""
        registration = self.world.confirm(self.world.sign_up(dialogue))
        (person,) = self.world.rows(Participant, registration_id=registration.id)
        return person

    def arrive(self, person: Participant) -> None:
        self.world.within(
            person,
            lambda session: registrations.arrive(
                session, participant=person, arrival_id=new_id(), device="", actor=SYSTEM, now=NOW
            ),
        )

    def someone_of(self, slug: str) -> str:
        """The id of a person with a confirmed seat in a dialogue."""
        (dialogue,) = self.world.rows(Dialogue, slug=slug)
        (registration,) = self.world.rows(Registration, dialogue_id=dialogue.id, state="confirmed")
        (person,) = self.world.rows(Participant, registration_id=registration.id)
        return person.id

    def _token(self, address: str, made: str) -> str:
        if address.startswith("/einlass/"):
            return self.door(address, made)
        if address.startswith("/bestaetigen/"):
            token = confirm_path(self.world.sign_up(self.dialogue())).rpartition("/")[2]
        elif address.startswith("/kalender/team/"):
            (membership,) = self.world.rows(Membership, person_id=self.people["organiser"].id)
            token = derive(TEAM_CALENDAR, membership.id, membership.calendar_version)
        elif address.startswith("/kalender/einsatz/"):
            token = derive(DUTY, self.door_link(self.dialogue()).id, 1)
        elif address.startswith("/kalender/alle/"):
            registration = self.world.confirm(self.world.sign_up(self.dialogue()))
            purpose = ALL_FEED if address.endswith(".ics") else ALL_PAGE
            token = derive(purpose, registration.id, registration.calendar_version)
        elif address.startswith("/kalender/"):
            (_empty, _part, token) = calendar_path(self.world.confirm(self.world.sign_up(self.dialogue()))).split("/")
            token = token.removesuffix(".ics")
        elif address.startswith("/anmeldung/"):
            offered = address.endswith(("/zusage", "/ablehnung"))
            registration = self.offered() if offered else self.world.confirm(self.world.sign_up(self.dialogue()))
            if address.endswith("/behalten"):
                reply(self.world, registration)
            token = own_path(registration).rpartition("/")[2]
        elif address.startswith("/abo/"):
            state = (
                "unconfirmed" if "/bestaetigen/" in address else "ended" if address.endswith("/wieder") else "active"
            )
            subscription = self.world.subscription(state)
            token = (subscription_confirm if state == "unconfirmed" else subscription_own)(subscription).rpartition(
                "/"
            )[2]
        elif address.startswith("/kiosk/"):
            token = kiosk_path(self.live()).rpartition("/")[2]
        elif address == "/umfrage/{token}/ergebnis":
            token = feedback_queries.link_token(self.live())
        elif address.startswith("/umfrage/"):
            token = self.rated()[1]
            if address.endswith("/danke"):
                self.answer(token)
        elif address.startswith("/adresse/"):
            token = self.as_person(self.email_change)
        elif address.startswith("/einladung/"):
            invitation = self.invited()
            token = derive(INVITATION_PURPOSE, invitation.id, invitation.version)
        else:
            token = self.sign_in_token()
        return made.replace("{token}", token)

    def sign_in_token(self, role: str = "organiser") -> str:
        return self.as_person(
            lambda session: accounts.make_sign_in_link(session, person=self.people[role], now=clock.now())
        )

    def _member(self, _address: str, made: str) -> str:
        person = self.member("reader", f"{new_id()}@ems.example")
        (membership,) = self.world.rows(Membership, person_id=person.id)
        return made.replace("{member}", membership.id)

    def _invitation(self, _address: str, made: str) -> str:
        return made.replace("{invitation}", self.invited().id)

    def email_change(self, session: Any) -> str:
        """The token of the reader's wish for another address."""
        person = session.get_one(Person, self.people["reader"].id)
        change = accounts.request_email_change(session, person=person, email=f"{new_id()}@ems.example", now=clock.now())
        return derive(EMAIL_CHANGE_PURPOSE, change.id, 1)

    def invited(self) -> TeamInvitation:
        """Somebody asked into the team."""
        return self.as_person(
            lambda session: network.invite(
                session,
                initiative=self.initiative,
                email=f"{new_id()}@ems.example",
                role="helper",
                inviter="",
                actor=SYSTEM,
                now=NOW,
            )
        )

    def _id(self, _address: str, made: str) -> str:
        registration = self.world.confirm(self.world.sign_up(self.dialogue()))
        (letter,) = self.world.rows(Letter, registration_id=registration.id, kind="confirmation")
        return made.replace("{id}", letter.id)

    def _key(self, _address: str, made: str) -> str:
        return made.replace("{key}", "ticket")

    def offered(self) -> Registration:
        """A registration that was offered a seat."""
        dialogue = self.dialogue(capacity=1)
        holder = self.world.confirm(self.world.sign_up(dialogue))
        row = self.world.confirm(self.world.sign_up(dialogue))
        self.world.within(
            holder,
            lambda session: registrations.cancel(
                session, registration=session.get_one(Registration, holder.id), now=NOW
            ),
        )
        sweeps.serve_lists(self.database, NOW)
        return self.world.again(row)

    def live(self) -> Survey:
        """A survey in the room of a dialogue."""
        dialogue = self.dialogue()

        def work(session: Any) -> Survey:
            row = session.get_one(Dialogue, dialogue.id)
            return feedback.open_survey(
                session, dialogue=row, moment="live", audience="anybody", subject=new_id(), title="Zwischendurch",
                questionnaire="children", linked=True, now=NOW,
            )  # fmt: skip

        return self.world.within(dialogue, work)

    def open_survey(self) -> Survey:
        """A survey of the initiative itself."""
        return self.world.within_id(
            self.initiative.id,
            lambda session: feedback.open_to_all(
                session, initiative=session.get_one(Initiative, self.initiative.id), title="Was denken Sie?",
                questionnaire="children", closes_at=NOW + timedelta(days=9), actor=SYSTEM, now=NOW,
            ),
        )  # fmt: skip

    def _questionnaire(self, _address: str, made: str) -> str:
        """One that the initiative wrote itself."""

        def work(session: Any) -> str:
            asked = library.questions_of(library.RATING, "after")
            row = session.get_one(Initiative, self.initiative.id)
            made = questionnaires.create(session, initiative=row, name="Unsere", asked=asked, actor=SYSTEM, now=NOW)
            return made.id

        return made.replace("{questionnaire}", self.world.within_id(self.initiative.id, work))

    def rated(self) -> tuple[Dialogue, str]:
        """A dialogue that is over with somebody who came, and the token of their survey."""
        dialogue = self.dialogue()
        person = self.guest(dialogue)
        self.arrive(person)

        def work(session: Any) -> str:
            row = session.get_one(Dialogue, dialogue.id)
            survey = feedback.open_survey(session, dialogue=row, now=NOW)
            session.flush()
            inviting.invite(session, survey=survey, limit=10, now=NOW)
            session.flush()
            mark = session.exec(
                select(SurveyInvitation).where(SurveyInvitation.registration_id == person.registration_id)
            ).one()
            return derive("survey", mark.id, mark.token_version)

        return dialogue, self.database.transact(within(dialogue.initiative_id), work)

    def closed(self) -> Dialogue:
        """A dialogue whose survey is over."""
        dialogue, _token = self.rated()

        def work(session: Any) -> None:
            survey = feedback_queries.survey_of_dialogue(session, dialogue.id)
            feedback.close_survey(session, survey=survey, now=NOW)

        self.world.within(dialogue, work)
        return dialogue

    def _survey(self, address: str, made: str) -> str:
        """A survey that runs; where its result is asked for, a closed one with texts that nobody has looked through."""
        if "/ergebnis" not in address:
            return made.replace("{survey}", (self.open_survey() if address.endswith("/ende") else self.live()).id)
        dialogue, survey = self.written(alone="{slug}" not in address, moment="live")
        return made.replace("{slug}", dialogue.slug).replace("{survey}", survey)

    def written(self, *, alone: bool = False, moment: str = "after") -> tuple[Dialogue, str]:
        """Ten answers with texts, by one link for everybody; the survey is over."""
        dialogue = self.dialogue()

        def work(session: Any) -> str:
            opened: Any = {"questionnaire": "rating", "closes_at": NOW + timedelta(days=1), "actor": SYSTEM, "now": NOW}
            if alone:
                survey = feedback.open_to_all(session, initiative=self.initiative, title="Was fehlt?", **opened)
            else:
                row = session.get_one(Dialogue, dialogue.id)
                survey = feedback.open_survey(session, dialogue=row, moment=moment, linked=True, **opened)
            asked = feedback_queries.Asked(None, survey, dialogue, self.initiative)
            for number in range(10):
                answers = {"stars": 4, "text": "Danke, Frau Muster."}
                feedback.answer(session, asked=asked, answers=answers, device=f"device {number}", now=NOW)
            return feedback.close_survey(session, survey=survey, now=NOW).id

        return dialogue, self.world.within(dialogue, work)

    def learned(self, *, ready: bool = False) -> Dialogue:
        """A dialogue that is over, with minutes and what is learned from it, a draft or ready."""
        dialogue = self.told(published=True)

        def work(session: Any) -> None:
            row = session.get_one(Dialogue, dialogue.id)
            insights.save_insight(session, dialogue=row, minutes="Lärm", text="# Lärm", actor=SYSTEM, now=NOW)
            if ready:
                insights.finish_insight(session, dialogue=row, actor=SYSTEM, now=NOW)

        self.world.within(dialogue, work)
        return dialogue

    def told(self, *, published: bool) -> Dialogue:
        """A dialogue that ended now, of which the organiser told what they heard."""
        dialogue = self.dialogue()

        def work(session: Any) -> None:
            row = session.get_one(Dialogue, dialogue.id)
            row.starts_at, row.ends_at = NOW - timedelta(hours=2), NOW
            survey = feedback.open_survey(session, dialogue=row, now=NOW)
            feedback.close_survey(session, survey=survey, now=NOW)
            rated = feedback_queries.rated_in_public(session, dialogue.slug)
            heard.save_report(
                session, rated=rated, text="Viele fragten nach dem Lärm.", figures=(), actor=SYSTEM, now=NOW
            )
            if published:
                heard.publish_report(session, rated=rated, actor=SYSTEM, now=NOW)

        self.world.within(dialogue, work)
        return dialogue

    def answer(self, token: str) -> None:
        """An answer to a survey."""

        def work(session: Any) -> None:
            asked = feedback_queries.asked_by_token(session, token)
            feedback.answer(session, asked=asked, answers={"stars": 4}, now=NOW)

        self.world.within_id(self.initiative.id, work)
