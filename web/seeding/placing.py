"""Puts a described state in place through the operations.

Everything happens at the present, except what a past dialogue needs: it is published and signed up for before it began.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlmodel import col, select

from accounts import operations as accounts
from accounts.models import Person
from events import date_operations
from events import operations as events
from events import queries as dialogues
from events.models import Dialogue
from events.rules import WHOLE, DialogueState, DialogueValue, OfferValue, read_coordinates
from feedback import inviting
from feedback import operations as feedback
from feedback import queries as surveys
from feedback.models import SurveyInvitation
from kit import i18n, text
from kit.db import ScopedSession
from kit.journal import SYSTEM, answered
from kit.tokens import derive
from network import operations as network
from network import queries as networks
from network.models import Initiative
from network.operations import InitiativeTexts, NewInitiative
from network.rules import Role
from registration import operations, queries
from registration.forms import declarations
from registration.models import Registration
from registration.operations import desk, sign_up, sweeps
from registration.rules import Party, State
from web.seeding.faults import Faulty, at

Described = dict[str, Any]

DAY = timedelta(days=1)
# Who gave seats back goes first, so that a full dialogue does not stand in the way; who waits comes when it is full.
ORDER = ("cancelled", "expired", "declined", "confirmed", "offered", "waiting", "address_unconfirmed")


class Placing:
    """One description on its way into one transaction."""

    def __init__(self, session: ScopedSession, state: Described, now: datetime) -> None:
        self.session = session
        self.state = state
        self.now = now
        self.new: Counter[str] = Counter()

    def all(self) -> dict[str, int]:
        network.ensure_operator(self.session, now=self.now)
        for kind, make in (
            ("initiatives", self.initiative),
            ("people", self.person),
            ("dialogues", self.dialogue),
        ):
            for place, entry in enumerate(self.state.get(kind, ())):
                with at(f"$.{kind}[{place}]"):
                    self.new[kind] += make(entry)
        self._registrations()
        self._answers()
        for place, entry in enumerate(self.state.get("dialogues", ())):
            with at(f"$.dialogues[{place}].state"):
                self._settle(entry)
        return {kind: number for kind, number in self.new.items() if number}

    # --- initiatives and people ---

    def initiative(self, entry: Described) -> bool:
        """Without somebody described as its owner, the address owner@<slug>.example owns it."""
        if networks.initiative_by_slug(self.session, entry["slug"]) is not None:
            return False
        owner = next(
            (
                person
                for person in self.state.get("people", ())
                if {"initiative": entry["slug"], "role": "owner"} in person.get("roles", ())
            ),
            {"email": f"owner@{entry['slug']}.example"},
        )
        row = network.create_initiative(
            self.session,
            value=NewInitiative(
                slug=entry["slug"],
                name=text.line(entry["name"]),
                land=entry["land"],
                accent=entry.get("accent", "stahl"),
                about=entry.get("about", ""),
            ),
            owner_email=text.address(owner["email"]),
            owner_name=owner.get("name", ""),
            welcome=False,
            actor=SYSTEM,
            now=self.now,
        )
        self.session.flush()
        names = ("about", "street", "place", "email", "phone", "represented_by")
        values = {name: entry.get(name, getattr(row, name)) for name in names}
        network.change_initiative(
            self.session,
            initiative=row,
            value=InitiativeTexts(
                name=row.name,
                accent=row.accent,
                funding_line=row.funding_line,
                register_entry=row.register_entry,
                privacy_contact=row.privacy_contact,
                privacy_extra=row.privacy_extra,
                **values,
            ),
            actor=SYSTEM,
            now=self.now,
        )
        return True

    def person(self, entry: Described) -> bool:
        address = text.address(entry["email"])
        known = self.session.exec(
            select(Person).where(Person.normalised_email == text.normalised_address(address))
        ).first()
        name = text.line(entry.get("name", ""))
        if entry.get("desk"):
            network.create_admin(self.session, email=address, name=name, now=self.now)
        row = accounts.ensure_person(self.session, email=address, name=name, now=self.now)
        self.session.flush()
        for role in entry.get("roles", ()):
            initiative = self._initiative(role["initiative"])
            member = networks.membership_of(self.session, initiative_id=initiative.id, person_id=row.id)
            if member is None:
                network.add_member(
                    self.session,
                    initiative=initiative,
                    email=address,
                    role=Role(role["role"]),
                    welcome=False,
                    actor=SYSTEM,
                    now=self.now,
                )
            else:
                network.change_role(self.session, membership=member, role=role["role"], actor=SYSTEM, now=self.now)
        return known is None

    # --- dialogues ---

    def dialogue(self, entry: Described) -> bool:
        if dialogues.any_by_slug(self.session, entry["slug"]) is not None:
            return False
        initiative = self._initiative(entry["initiative"])
        aside = ("slug", "initiative", "state", "offers", "cancel_reason", "dates")
        values = {"format_code": "F5", "land": initiative.land} | {
            name: value for name, value in entry.items() if name not in aside
        }
        values["coordinates"] = read_coordinates(entry.get("coordinates", ""))
        if entry.get("coordinates") and not values["coordinates"]:
            raise Faulty("its coordinates are not in Europe")
        row = events.create_dialogue(
            self.session,
            initiative_id=initiative.id,
            value=DialogueValue(**values),
            offers=[OfferValue(**({"capacity": None} | offer)) for offer in entry.get("offers", [{"key": WHOLE}])],
            slug=entry["slug"],
            actor=SYSTEM,
            now=self.now,
        )
        if row.slug != entry["slug"]:
            raise Faulty(f"the slug {entry['slug']!r} is taken")
        if row.ends_at <= row.starts_at:
            raise Faulty("it ends before it begins")
        self._check_times(entry, row)
        if entry.get("state", "published") != DialogueState.DRAFT:
            events.publish(self.session, dialogue=row, actor=SYSTEM, now=self._before(row))
        self._single_dates(entry.get("dates", ()), row)
        return True

    def _single_dates(self, entries: Sequence[Described], row: Dialogue) -> None:
        """Moves and drops single dates of several, before any of them begins."""
        told: dict[str, Any] = {"dialogue": row, "actor": SYSTEM, "now": self._before(row)}
        for entry in entries:
            if "start" in entry and "end" in entry:
                times = {"start": entry["start"], "end": entry["end"]}
                date_operations.move_date(self.session, recurrence_id=entry["date"], **times, **told)
            else:
                date_operations.drop_date(self.session, recurrence_id=entry["date"], **told)

    def _check_times(self, entry: Described, row: Dialogue) -> None:
        over = row.ends_at <= self.now
        old = row.ends_at <= self.now - 30 * DAY
        state = entry.get("state", "published")
        if (state == DialogueState.HELD and not (over and not old)) or (state == DialogueState.CLOSED and not old):
            raise Faulty(f"{state} does not fit its end: held ended within the last 30 days, closed before that")

    def _settle(self, entry: Described) -> None:
        row = self._dialogue(entry["slug"])
        wanted = entry.get("state", "published")
        if row.state == wanted or row.state != DialogueState.PUBLISHED:
            return
        reason = entry.get("cancel_reason", "")
        if wanted == DialogueState.POSTPONED:
            events.postpone(self.session, dialogue=row, reason=reason, actor=SYSTEM, now=self._before(row))
        elif wanted == DialogueState.CANCELLED:
            events.cancel(self.session, dialogue=row, reason=reason, actor=SYSTEM, now=self._before(row))
        elif wanted in (DialogueState.HELD, DialogueState.CLOSED):
            while events.close_past(self.session, now=self.now):
                pass

    def _before(self, row: Dialogue) -> datetime:
        """Now, or a day before a dialogue that is over or runs."""
        return min(self.now, row.starts_at - DAY)

    # --- registrations ---

    def _registrations(self) -> None:
        entries = list(enumerate(self.state.get("registrations", ())))
        for place, entry in sorted(entries, key=lambda one: ORDER.index(one[1].get("state", "confirmed"))):
            with at(f"$.registrations[{place}]"):
                self.new["registrations"] += self.registration(entry)

    def registration(self, entry: Described) -> bool:
        dialogue = self._dialogue(entry["dialogue"])
        key = f"seed:{dialogue.slug}:{entry['key']}"
        for flow in (sign_up.FLOW, desk.FLOW):
            if answered(self.session, initiative_id=dialogue.initiative_id, key=key, flow=flow) is not None:
                return False
        wanted = State(entry.get("state", "confirmed"))
        party = self._party(entry, dialogue)
        now = self._before(dialogue)
        row = self._signed(dialogue, party, key, wanted, now)
        self.session.flush()
        if row.state != wanted:
            raise Faulty(f"it came out as {row.state}, not {wanted}: {_why(wanted)}")
        if entry.get("arrived"):
            self._arrive(dialogue, row)
        return True

    def _party(self, entry: Described, dialogue: Dialogue) -> Party:
        language = entry.get("language", "de")
        offers = {offer.key: offer.id for offer in queries.offers_of(self.session, dialogue.id)}
        wanted = entry.get("offers", [next(iter(offers))])[0]
        if wanted not in offers:
            raise Faulty(f"{entry['dialogue']!r} has no offer {wanted!r}")
        names = tuple(text.line(name) for name in entry.get("participants", [entry.get("name", "")]))
        with i18n.use(language):
            words = declarations(language)
        ticked = entry.get("consents", ["terms"] if entry.get("email") else [])
        if entry.get("access_need"):
            ticked = [*ticked, "access_consent"]
        return Party(
            email=text.address(entry["email"]) if entry.get("email") else None,
            name=text.line(entry.get("name", "")) or names[0],
            organisation=text.line(entry.get("organisation", "")),
            names=names,
            offer_id=offers[wanted],
            access_need=text.multiline(entry.get("access_need", "")),
            language=language,
            take_at_once=entry.get("take_at_once", False),
            no_photo=entry.get("no_photo", False),
            consents=tuple(words[name] for name in ticked),
        )

    def _signed(self, dialogue: Dialogue, party: Party, key: str, wanted: State, now: datetime) -> Registration:
        session = self.session
        if party.email is None:
            if wanted not in (State.CONFIRMED, State.CANCELLED):
                raise Faulty(f"without an address it can be confirmed or cancelled, not {wanted}")
            row = operations.add_by_hand(session, dialogue=dialogue, party=party, form_key=key, actor=SYSTEM, now=now)
        elif wanted in (State.OFFERED, State.DECLINED):
            row = self._offered(dialogue, party, key, now)
        else:
            row = self._registered(dialogue, party, key, now)
            if wanted not in (State.UNCONFIRMED, State.EXPIRED):
                operations.confirm(session, registration=row, now=now)
        if wanted == State.EXPIRED:
            sign_up.drop_hold(session, row, actor=SYSTEM, now=now)
        elif wanted == State.CANCELLED:
            operations.cancel(session, registration=row, now=now)
        elif wanted == State.DECLINED:
            operations.decline_offer(session, registration=row, now=now)
        return row

    def _registered(self, dialogue: Dialogue, party: Party, key: str, now: datetime) -> Registration:
        """The sign-up as a row of this session: what the operation gives back belongs to none."""
        made = operations.register(self.session, dialogue=dialogue, party=party, form_key=key, now=now)
        return self.session.get_one(Registration, made.id)

    def _offered(self, dialogue: Dialogue, party: Party, key: str, now: datetime) -> Registration:
        """Somebody waits while the offer is as small as what is taken; then it gets its seats back, and offers them."""
        session = self.session
        offers = queries.offers_of(session, dialogue.id)
        listed = [
            OfferValue(
                key=row.key, capacity=row.capacity, title=row.title, description=row.description, start=row.start,
                end=row.end, place=row.place, online_link=row.online_link,
            )
            for row in offers
        ]  # fmt: skip
        tight = [
            OfferValue(**(vars(value) | ({"capacity": row.taken} if row.id == party.offer_id else {})))
            for row, value in zip(offers, listed, strict=True)
        ]
        resize = partial(events.set_offers, session, dialogue=dialogue, actor=SYSTEM, now=now)
        resize(offers=tight)
        row = self._registered(dialogue, party, key, now)
        operations.confirm(session, registration=row, now=now)
        resize(offers=listed)
        sweeps.serve_list(session, dialogue_id=dialogue.id, offer_id=party.offer_id, now=now)
        session.refresh(row)
        return row

    def _arrive(self, dialogue: Dialogue, row: Registration) -> None:
        if dialogue.starts_at > self.now:
            raise Faulty("nobody has arrived before the dialogue begins")
        for person in queries.participants_of(self.session, row.id):
            operations.arrive(
                self.session,
                participant=person,
                arrival_id=f"seed-{person.id}",
                device="seed",
                actor=SYSTEM,
                now=dialogue.starts_at,
            )

    # --- answers ---

    def _answers(self) -> None:
        """Answers name a dialogue only: whoever came and has not answered yet gave them. Given ones are not repeated."""
        given: set[str] = set()
        for place, entry in enumerate(self.state.get("answers", ())):
            with at(f"$.answers[{place}]"):
                dialogue = self._dialogue(entry["dialogue"])
                if dialogue.id not in given and self._has_answers(dialogue):
                    continue
                given.add(dialogue.id)
                self._answer(dialogue, entry)
                self.new["answers"] += 1

    def _has_answers(self, dialogue: Dialogue) -> bool:
        survey = surveys.survey_of_dialogue(self.session, dialogue.id)
        return survey is not None and surveys.results(self.session, survey).answers > 0

    def _answer(self, dialogue: Dialogue, entry: Described) -> None:
        opened = dialogue.ends_at + timedelta(hours=1)
        if opened > self.now:
            raise Faulty("answers need a dialogue that ended an hour ago")
        survey = feedback.open_survey(self.session, dialogue=dialogue, now=opened)
        while inviting.invite(self.session, survey=survey, limit=100, now=opened):
            pass
        free = self.session.exec(
            select(SurveyInvitation).where(
                SurveyInvitation.survey_id == survey.id, col(SurveyInvitation.answered).is_(False)
            )
        ).first()
        if free is None:
            raise Faulty("more answers than registrations with `arrived` and an address")
        self.session.expire(free)
        asked = surveys.asked_by_token(self.session, derive("survey", free.id, free.token_version))
        assert asked is not None
        given = {
            "stars": entry["stars"],
            "heard": entry.get("heard"),
            "critical": entry.get("critical"),
            "text": text.multiline(entry.get("text", "")) or None,
        }
        feedback.answer(self.session, asked=asked, answers=given, now=opened)

    # --- looking things up ---

    def _initiative(self, slug: str) -> Initiative:
        found = networks.initiative_by_slug(self.session, slug)
        if found is None:
            raise Faulty(f"there is no initiative {slug!r}")
        return found

    def _dialogue(self, slug: str) -> Dialogue:
        found = dialogues.any_by_slug(self.session, slug)
        if found is None:
            raise Faulty(f"there is no dialogue {slug!r}")
        return found


def _why(wanted: State) -> str:
    return {
        State.CONFIRMED: "there are not enough seats",
        State.WAITING: "there are free seats",
        State.OFFERED: "there are not enough free seats to offer",
        State.DECLINED: "there are not enough free seats to offer",
    }.get(wanted, "the rules of registration say so")
