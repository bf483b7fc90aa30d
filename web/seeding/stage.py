"""The hands of the demo: a clock that is told where to stand, and people who sign up, come and answer."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from events import operations as events
from events.date_operations import drop_date, move_date
from events.date_queries import dates_of
from events.models import Dialogue
from events.rules import WALL, DialogueValue, OfferValue, wall
from feedback import operations as feedback
from feedback import queries as surveys
from feedback.models import SurveyInvitation
from feedback.questions import Answers
from kit import i18n, repeats
from kit.db import Database, ScopedSession, within
from kit.journal import SYSTEM
from kit.tokens import derive
from registration import list_queries, operations, queries
from registration.forms import declarations
from registration.models import Registration
from registration.rules import ACCESS_NEED, Party
from web.seeding.names import Guests
from web.seeding.scripts import DemoDialogue

Made = TypeVar("Made")

ZONE = ZoneInfo("Europe/Berlin")
# Of those with a place who do not come.
NO_SHOWS = 0.12
PRESENT = date(2027, 1, 18)
"""The Monday that the dates of the texts take as this week's."""
HOLIDAYS = ("12-23", "12-24", "12-25", "12-26", "12-27", "12-28", "12-29", "12-30", "12-31", "01-01")
"""Month and day. What would take place then comes two weeks later."""


@dataclass(frozen=True)
class Staged:
    """A dialogue that stands, by its ids. `offers`: key → id; times are aware."""

    id: str
    initiative_id: str
    slug: str
    offers: dict[str, str]
    starts_at: datetime
    ends_at: datetime
    published_at: datetime


@dataclass(frozen=True)
class Signed:
    """A registration by its id, with what the story needs to know."""

    id: str
    initiative_id: str
    size: int
    at: datetime


def lowest(draws: Sequence[float], share: float) -> set[int]:
    """The places of this share of them, those with the lowest draw: by chance who, not how many."""
    order = sorted(range(len(draws)), key=draws.__getitem__)
    return set(order[: round(share * len(draws))])


class Stage:
    """Puts things in place on one database. `now` is the real present; equal seeds make equal people."""

    def __init__(self, data: Database, now: datetime, *, seed: int = 2027) -> None:
        self.data = data
        self.now = now
        self.chance = random.Random(seed)  # noqa: S311 - invented people, not secrets
        self.guests = Guests(self.chance)
        today = now.astimezone(ZONE).date()
        self.shift = today - timedelta(days=today.weekday()) - PRESENT
        self.actors: dict[str, str] = {}
        self.initiatives: dict[str, str] = {}
        self._seed = seed
        self._keys = 0

    def act(self, initiative_id: str, work: Callable[[ScopedSession], Made]) -> Made:
        """One transaction for one initiative."""
        return self.data.transact(within(initiative_id), work, background=True)

    def key(self) -> str:
        """The key of a form that nobody else sends."""
        self._keys += 1
        return f"demo-{self._seed}-form-{self._keys:012d}"

    def moment(self, low: timedelta, high: timedelta) -> timedelta:
        """A random span between two."""
        return low + (high - low) * self.chance.random()

    # --- dialogues ---

    def dialogue(self, script: DemoDialogue, *, extra_days: int = 0, ahead: timedelta = timedelta(days=42)) -> Staged:
        """Writes and publishes a dialogue, `ahead` before its start or before the present, whichever is earlier."""
        shift = self.shift + timedelta(days=extra_days)
        value = moved(script.value, shift)
        if wall(value.start).replace(tzinfo=ZONE) > self.now and value.start[5:10] in HOLIDAYS:
            shift += timedelta(days=14)
            value = moved(script.value, shift)
        offers = [moved_offer(offer, shift) for offer in script.offers]
        initiative_id = self.initiatives[script.initiative]
        actor = self.actors[script.initiative]
        begin = wall(value.start).replace(tzinfo=ZONE)
        published_at = min(begin, self.now) - ahead

        def work(session: ScopedSession) -> Staged:
            row = events.create_dialogue(
                session,
                initiative_id=initiative_id,
                value=value,
                offers=offers,
                programme=script.programme,
                actor=actor,
                now=published_at - timedelta(days=2),
            )
            events.publish(session, dialogue=row, actor=actor, now=published_at)
            ids = {offer.key: offer.id for offer in queries.offers_of(session, row.id)}
            return Staged(row.id, initiative_id, row.slug, ids, row.starts_at, row.ends_at, published_at)

        return self.act(initiative_id, work)

    def single_dates(self, staged: Staged, *, moved: int, dropped: int) -> None:
        """Of several dates one is a day later, and one does not take place; counted from the first, which is 0."""

        def work(session: ScopedSession) -> None:
            row = session.get_one(Dialogue, staged.id)
            rows = dates_of(session, row)
            told: dict[str, Any] = {"dialogue": row, "actor": SYSTEM, "now": staged.published_at}
            date = rows[moved]
            move_date(
                session,
                recurrence_id=date.recurrence_id,
                start=_later(date.start, timedelta(days=1)),
                end=_later(date.end, timedelta(days=1)),
                **told,
            )
            drop_date(session, recurrence_id=rows[dropped].recurrence_id, **told)

        self.act(staged.initiative_id, work)

    def change(self, staged: Staged, verb: Callable[..., None], reason: str, at: datetime) -> None:
        """Postpones or cancels a dialogue."""
        slug = next(slug for slug, known in self.initiatives.items() if known == staged.initiative_id)

        def work(session: ScopedSession) -> None:
            row = session.get_one(Dialogue, staged.id)
            verb(session, dialogue=row, reason=reason, actor=self.actors[slug], now=at)

        self.act(staged.initiative_id, work)

    # --- people ---

    def sizes(self, seats: int) -> Iterator[int]:
        """Parties of one to four that fill so many seats exactly."""
        while seats > 0:
            size = min(seats, self.chance.choices((1, 2, 3, 4), (28, 40, 18, 14))[0])
            yield size
            seats -= size

    def party(self, offer_id: str, size: int, *, addressed: bool = True) -> Party:
        guest = self.guests.guest()
        language = "en" if self.chance.random() < 0.08 else "de"
        with i18n.use(language):
            words = declarations(language)
        ticked = [words["terms"]]
        no_photo = self.chance.random() < 0.1
        if not no_photo and self.chance.random() < 0.5:
            ticked.append(words["photo"])
        if self.chance.random() < 0.25:
            ticked.append(words["newsletter"])
        need = self.chance.choice(NEEDS) if self.chance.random() < 0.12 else ""
        if need:
            ticked.append(words["access_consent"])
        return Party(
            email=guest.email if addressed else None,
            name=guest.name,
            organisation=self.guests.organisation(),
            names=self.guests.family(guest.name, size),
            offer_id=offer_id,
            access_need=need,
            language=language,
            no_photo=no_photo,
            consents=tuple(one for one in ticked if addressed or one.purpose == ACCESS_NEED),
        )

    def sign_up(
        self, staged: Staged, offer: str, size: int, at: datetime, *, confirmed: bool = True, at_once: bool = False
    ) -> Signed:
        """Somebody fills in the form and, as a rule, confirms the address some minutes later."""

        def work(session: ScopedSession) -> Signed:
            return self._signed_up(session, staged, offer, size, at, confirmed=confirmed, at_once=at_once)

        return self.act(staged.initiative_id, work)

    def crowd(
        self, staged: Staged, offer: str, seats: int | Sequence[int], *, until: datetime | None = None
    ) -> list[Signed]:
        """Parties that fill so many seats, or parties of these sizes, one after the other until a time."""
        sizes = list(self.sizes(seats)) if isinstance(seats, int) else list(seats)
        last = min(until or staged.starts_at - timedelta(days=2), self.now - timedelta(hours=30))
        span = last - staged.published_at
        times = sorted(staged.published_at + span * self.chance.random() for _ in sizes)

        def work(session: ScopedSession) -> list[Signed]:
            return [
                self._signed_up(session, staged, offer, size, at, confirmed=True, at_once=False)
                for size, at in zip(sizes, times, strict=True)
            ]

        return self.act(staged.initiative_id, work)

    def _signed_up(
        self,
        session: ScopedSession,
        staged: Staged,
        offer: str,
        size: int,
        at: datetime,
        *,
        confirmed: bool,
        at_once: bool,
    ) -> Signed:
        party = replace(self.party(staged.offers[offer], size), take_at_once=at_once)
        dialogue = session.get_one(Dialogue, staged.id)
        made = operations.register(session, dialogue=dialogue, party=party, form_key=self.key(), now=at)
        if confirmed:
            later = at + self.moment(timedelta(minutes=2), timedelta(minutes=25))
            operations.confirm(session, registration=session.get_one(Registration, made.id), now=later)
        return Signed(made.id, staged.initiative_id, size, at)

    def seat(self, staged: Staged, size: int) -> None:
        """The team gives out tables for so many people each, in the order of the list."""

        def work(session: ScopedSession) -> None:
            people = list_queries.confirmed_names(session, staged.id)
            labels = {key: f"Tisch {number // size + 1}" for number, (key, _name) in enumerate(people)}
            operations.seat(
                session,
                dialogue=session.get_one(Dialogue, staged.id),
                labels=labels,
                actor=self.actor_of(staged),
                now=self.now - timedelta(hours=2),
            )

        self.act(staged.initiative_id, work)

    def by_hand(self, staged: Staged, offer: str, size: int, at: datetime, *, addressed: bool = False) -> Signed:
        """Somebody who telephoned is written down by the organisers, mostly without an address."""
        (signed,) = self.by_hand_all(staged, offer, [size], at, addressed=addressed)
        return signed

    def by_hand_all(
        self, staged: Staged, offer: str, sizes: Sequence[int], at: datetime, *, addressed: bool = False
    ) -> list[Signed]:
        """Several parties that the organisers write down in one go."""

        def work(session: ScopedSession) -> list[Signed]:
            return [self._written(session, staged, offer, size, at, addressed=addressed) for size in sizes]

        return self.act(staged.initiative_id, work)

    def _written(
        self, session: ScopedSession, staged: Staged, offer: str, size: int, at: datetime, *, addressed: bool
    ) -> Signed:
        party = self.party(staged.offers[offer], size, addressed=addressed)
        dialogue = session.get_one(Dialogue, staged.id)
        made = operations.add_by_hand(
            session, dialogue=dialogue, party=party, form_key=self.key(), actor=self.actor_of(staged), now=at
        )
        return Signed(made.id, staged.initiative_id, size, at)

    def actor_of(self, staged: Staged) -> str:
        return next(self.actors[slug] for slug, known in self.initiatives.items() if known == staged.initiative_id)

    def own(self, signed: Signed, verb: Callable[..., object], at: datetime, **values: object) -> None:
        """Something a person, or an organiser, does with one registration."""

        def work(session: ScopedSession) -> None:
            verb(session, registration=session.get_one(Registration, signed.id), now=at, **values)

        self.act(signed.initiative_id, work)

    def state(self, signed: Signed) -> str:
        with self.data.read(within(signed.initiative_id)) as session:
            return session.get_one(Registration, signed.id).state

    def arrive(self, staged: Staged, came: Sequence[Signed], *, opens: datetime, device: str) -> int:
        """Ticks people in around `opens`, as far as that is not in the future. Of those whom it is time for, `NO_SHOWS`
        stay away, whichever chance names."""

        def work(session: ScopedSession) -> int:
            people = [person for signed in came for person in queries.participants_of(session, signed.id)]
            times = [
                (person, opens + self.moment(timedelta(minutes=-22), timedelta(minutes=12)), self.chance.random())
                for person in people
            ]
            due = [(person, at, draw) for person, at, draw in times if at <= self.now]
            away = lowest([draw for _person, _at, draw in due], NO_SHOWS)
            coming = [(person, at) for number, (person, at, _draw) in enumerate(due) if number not in away]
            for person, at in coming:
                operations.arrive(
                    session, participant=person, arrival_id=self.key(), device=device, actor="helper", now=at
                )
            return len(coming)

        return self.act(staged.initiative_id, work)

    # --- surveys ---

    def answer(self, staged: Staged, count: int, *, mood: float, texts: Sequence[str], opened: datetime) -> int:
        """So many of those asked answer within nine days. `mood` is the middle of their stars. Returns how many did."""
        with self.data.read(within(staged.initiative_id)) as session:
            survey = surveys.survey_of_dialogue(session, staged.id)
            assert survey is not None
            rows = session.exec(
                select(SurveyInvitation)
                .where(SurveyInvitation.survey_id == survey.id)
                .order_by(col(SurveyInvitation.id))
            )
            tokens = [derive("survey", row.id, row.token_version) for row in rows][:count]
        for number, token in enumerate(tokens):
            at = min(opened + self.moment(timedelta(hours=2), timedelta(days=9)), self.now - timedelta(minutes=1))
            value = self._answers(mood, texts[number] if number < len(texts) else "")
            self.act(staged.initiative_id, partial(_send, token=token, value=value, at=at))
        return len(tokens)

    def _answers(self, mood: float, text: str) -> Answers:
        def scale(middle: float) -> int:
            return max(1, min(5, round(self.chance.gauss(middle, 0.9))))

        return {
            "stars": scale(mood),
            "heard": None if self.chance.random() < 0.08 else scale(mood - 0.2),
            "critical": None if self.chance.random() < 0.12 else scale(mood - 0.4),
            "text": text or None,
        }


NEEDS = (
    "Bitte ein Platz vorn, ich lese von den Lippen.",
    "Ein Weg ohne Stufen, ich komme mit dem Rollstuhl.",
    "Eine von uns hört schlecht: Gibt es eine Höranlage?",
    "Bitte ein ruhiger Tisch am Rand.",
    "Ich bringe einen Assistenzhund mit.",
    "Bitte die Unterlagen vorher in großer Schrift.",
)


def moved(value: DialogueValue, shift: timedelta) -> DialogueValue:
    """The same announcement so much later; the time of day stays."""
    start = _later(value.start, shift)
    return replace(
        value,
        start=start,
        repetition=_rule(value.repetition, start),
        end=_later(value.end, shift),
        registration_opens=_later(value.registration_opens, shift),
        registration_closes=_later(value.registration_closes, shift),
        list_deadline=_later(value.list_deadline, shift),
    )


def _rule(rule: str, start: str) -> str:
    """The same rule for another first day: a third Thursday may be a fourth one there, or the last."""
    if not rule:
        return ""
    repetition, first = repeats.parse(rule), wall(start)
    nth = repetition.nth and (repeats.nth_of(first) or -1)
    return repetition._replace(nth=nth).rule(first)


def moved_offer(offer: OfferValue, shift: timedelta) -> OfferValue:
    return replace(offer, start=_later(offer.start, shift), end=_later(offer.end, shift))


def _later(value: str, shift: timedelta) -> str:
    return (wall(value) + shift).strftime(WALL) if value else ""


def _send(session: ScopedSession, *, token: str, value: Answers, at: datetime) -> None:
    asked = surveys.asked_by_token(session, token)
    assert asked is not None
    feedback.answer(session, asked=asked, answers=value, now=at)
